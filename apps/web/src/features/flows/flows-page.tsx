"use client";

import { useQueryClient } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import type { FlowSummary } from "../../client/contract.ts";
import { flowApi, useFlows } from "../../client/flows.ts";
import { KEYS } from "../../client/keys.ts";
import { useTenantSlug } from "../../client/me.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, SkeletonRows } from "../../ui/states.tsx";
import { FlowTable } from "./flow-table.tsx";
import { FLOWS } from "./messages.ts";
import { NewFlowMenu } from "./new-flow-menu.tsx";
import { RenameDialog } from "./rename-dialog.tsx";
import { TemplateGallery } from "./template-gallery.tsx";
import { useFlowActions } from "./use-flow-actions.ts";
import { useLiveFlows } from "./use-flow-rates.ts";

const VIEWS = ["all", "running", "failing", "undeployed"] as const;
type View = (typeof VIEWS)[number];
const VIEW_WORDS: Readonly<Record<View, string>> = { all: "All", running: "Running", failing: "Failing", undeployed: "Undeployed changes" };
const FILTERS = { q: parseAsString.withDefault(""), view: parseAsStringLiteral(VIEWS).withDefault("all") };

function isIn(view: View, flow: FlowSummary): boolean {
	switch (view) {
		case "all":
			return true;
		case "running":
			return ["live", "starting", "degraded", "draining"].includes(flow.status);
		case "failing":
			return ["failed", "degraded"].includes(flow.status) || flow.deadLetters24h > 0;
		case "undeployed":
			return flow.hasUndeployedChanges;
	}
}

export function FlowsPage() {
	const tenant = useTenantSlug();
	const cache = useQueryClient();
	const flows = useFlows(tenant);
	const { rename } = useFlowActions(tenant);
	const [{ q, view }, setFilter] = useQueryStates(FILTERS);
	const [renaming, setRenaming] = useState<FlowSummary>();
	const [removing, setRemoving] = useState<FlowSummary>();
	const live = useLiveFlows(tenant, flows.data);
	const wanted = q.trim().toLowerCase();
	const shown = (live ?? []).filter((flow) => flow.name.toLowerCase().includes(wanted) && isIn(view, flow));
	const isEmpty = flows.data?.length === 0;

	return (
		<Page title={FLOWS.title} actions={<NewFlowMenu tenant={tenant} />} isRefreshing={flows.isRefetching}>
			{flows.isPending ? (
				<div className="w-card">
					<SkeletonRows label={FLOWS.loading} />
				</div>
			) : flows.error ? (
				<div className="w-card">
					<Failure title={FLOWS.failed} error={flows.error} onRetry={() => flows.refetch()} />
				</div>
			) : isEmpty ? (
				<>
					<div>
						<h2 className="text-panel font-semibold">{FLOWS.emptyTitle}</h2>
						<p className="text-muted">{FLOWS.empty}</p>
					</div>
					<TemplateGallery tenant={tenant} />
				</>
			) : (
				<>
					<div className="flex flex-wrap items-center justify-between gap-3">
						<fieldset className="flex flex-wrap gap-1">
							<legend className="sr-only">Which flows</legend>
							{VIEWS.map((each) => (
								<Button
									key={each}
									kind="ghost"
									size="compact"
									aria-pressed={view === each}
									className={view === each ? "bg-accent-soft! text-accent-text!" : "text-muted!"}
									onClick={() => setFilter({ view: each })}
								>
									{VIEW_WORDS[each]}
								</Button>
							))}
						</fieldset>
						<input
							type="search"
							className="w-input max-w-64"
							placeholder="Search by name"
							aria-label="Search flows"
							value={q}
							onChange={(event) => setFilter({ q: event.target.value || null })}
						/>
					</div>
					<div className="w-card overflow-x-auto">
						{shown.length === 0 ? (
							<Empty title={FLOWS.filteredEmpty} action={<Button onClick={() => setFilter(null)}>Clear filters</Button>} />
						) : (
							<FlowTable tenant={tenant} flows={shown} onRename={setRenaming} onRemove={setRemoving} />
						)}
					</div>
				</>
			)}
			{renaming ? (
				<RenameDialog name={renaming.name} onClose={() => setRenaming(undefined)} onRename={(name) => rename(renaming, name)} />
			) : null}
			{removing ? (
				<ConfirmDialog
					title={`Delete “${removing.name}”?`}
					confirm="Delete flow"
					typedName={removing.liveVersion === undefined ? undefined : removing.name}
					onClose={() => setRemoving(undefined)}
					onConfirm={async () => {
						await flowApi.remove(tenant, removing.id);
						await cache.invalidateQueries({ queryKey: KEYS.flows(tenant) });
					}}
				>
					{removing.liveVersion === undefined
						? "Its drawing and its endpoints are deleted. This cannot be undone."
						: "It stops at once. Its drawing, versions, endpoints and dead letters are deleted; what it wrote into databases stays. This cannot be undone."}
				</ConfirmDialog>
			) : null}
		</Page>
	);
}
