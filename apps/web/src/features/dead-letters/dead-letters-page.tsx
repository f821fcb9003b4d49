"use client";

import { TrayIcon } from "@phosphor-icons/react/dist/csr/Tray";
import Link from "next/link";
import { parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useDeadLetterGroups } from "../../client/dead-letters.ts";
import { useMay, useTenantSlug } from "../../client/me.ts";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, SkeletonRows } from "../../ui/states.tsx";
import { GroupTable } from "./group-table.tsx";
import { DEAD_LETTERS } from "./messages.ts";
import { RecordSheet } from "./record-sheet.tsx";
import { RecordTable } from "./record-table.tsx";

const FILTERS = { flow: parseAsString, node: parseAsString, code: parseAsString, replay: parseAsInteger, record: parseAsString };

export function DeadLettersPage() {
	const tenant = useTenantSlug();
	const mayRead = useMay("dead-letter:read");
	const [filter, setFilter] = useQueryStates(FILTERS, { history: "push" });
	const groups = useDeadLetterGroups(tenant);
	const flows = [...new Map((groups.data ?? []).map(({ flowId, flowName }) => [flowId, flowName]))];
	// A link from the editor names a node; with a code as well it opens one group among all of the flow.
	const node = filter.code ? null : filter.node;
	const shown = (groups.data ?? []).filter((group) => (!filter.flow || group.flowId === filter.flow) && (!node || group.node === node));
	const open = shown.find(
		({ flowId, node, code, replay }) =>
			flowId === filter.flow && node === filter.node && code === filter.code && (replay ?? null) === filter.replay,
	);

	return (
		<Page
			title={DEAD_LETTERS.title}
			lead={DEAD_LETTERS.lead}
			isRefreshing={groups.isFetching && !groups.isPending}
			actions={
				flows.length > 0 || filter.flow ? (
					<label className="flex items-center gap-2 text-muted">
						Flow
						<select
							className="w-input min-w-48 text-text"
							value={filter.flow ?? ""}
							onChange={(event) => setFilter({ flow: event.target.value || null, node: null, code: null, replay: null, record: null })}
						>
							<option value="">All flows</option>
							{flows.map(([id, name]) => (
								<option key={id} value={id}>
									{name}
								</option>
							))}
						</select>
					</label>
				) : undefined
			}
		>
			<div className="w-card overflow-x-auto">
				{groups.isPending ? (
					<SkeletonRows label={DEAD_LETTERS.loading} />
				) : groups.error ? (
					<Failure title={DEAD_LETTERS.failed} error={groups.error} onRetry={() => groups.refetch()} />
				) : groups.data.length === 0 ? (
					<Empty icon={<TrayIcon size={28} aria-hidden="true" />} title={DEAD_LETTERS.emptyTitle}>
						{DEAD_LETTERS.empty}{" "}
						<Link href="/docs/concepts/delivery" className="text-accent-text underline underline-offset-2">
							How delivery works
						</Link>
					</Empty>
				) : shown.length === 0 ? (
					<Empty title={DEAD_LETTERS.filteredEmpty} action={<Button onClick={() => setFilter(null)}>Clear filters</Button>} />
				) : (
					<GroupTable
						groups={shown}
						open={open}
						onOpen={({ flowId, node, code, replay }) => setFilter({ flow: flowId, node, code, replay: replay ?? null, record: null })}
					/>
				)}
			</div>
			{open ? (
				mayRead ? (
					<RecordTable
						tenant={tenant}
						group={open}
						onOpen={(record) => setFilter({ record })}
						onClose={() => setFilter({ node: null, code: null, replay: null, record: null })}
					/>
				) : (
					<p className="text-muted">{DEAD_LETTERS.noData}</p>
				)
			) : null}
			<RecordSheet tenant={tenant} id={filter.record} onClose={() => setFilter({ record: null })} />
		</Page>
	);
}
