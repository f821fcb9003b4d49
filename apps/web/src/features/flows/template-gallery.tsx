"use client";

import { FileDashedIcon } from "@phosphor-icons/react/dist/csr/FileDashed";
import { PlayIcon } from "@phosphor-icons/react/dist/csr/Play";
import { useState } from "react";
import type { Template } from "../../client/contract.ts";
import { useTemplates } from "../../client/flows.ts";
import { useMay } from "../../client/me.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Failure, Skeleton } from "../../ui/states.tsx";
import { FLOWS } from "./messages.ts";
import { MiniFlow } from "./mini-flow.tsx";
import { useFlowActions } from "./use-flow-actions.ts";

/** Flows that work as they are, and the empty canvas. */
export function TemplateGallery({ tenant }: { readonly tenant: string }) {
	const templates = useTemplates(tenant);
	const mayEdit = useMay("flow:edit");
	const { createBlank, createFromTemplate, tryTemplate } = useFlowActions(tenant);
	const [busyId, setBusyId] = useState<string>();

	async function run(id: string, work: () => Promise<boolean>) {
		setBusyId(id);
		// Once it worked the page is left; the button stays busy until then.
		if (!(await work())) setBusyId(undefined);
	}

	if (templates.error) return <Failure title={FLOWS.templatesFailed} error={templates.error} onRetry={() => templates.refetch()} />;
	return (
		<div className="flex flex-col gap-3">
			{mayEdit ? null : <Banner tone="info">{FLOWS.noEdit}</Banner>}
			<ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-4">
				{templates.isPending
					? ["a", "b", "c"].map((key) => (
							<li key={key}>
								<Skeleton className="h-64 w-full" />
							</li>
						))
					: templates.data.map((template) => (
							<TemplateCard
								key={template.id}
								template={template}
								isDisabled={!mayEdit || busyId !== undefined}
								isTrying={busyId === `try-${template.id}`}
								isOpening={busyId === template.id}
								onTry={() => run(`try-${template.id}`, () => tryTemplate(template))}
								onOpen={() => run(template.id, () => createFromTemplate(template))}
							/>
						))}
				<li className="w-card flex flex-col overflow-hidden border-dashed border-control-border!">
					<div className="flex h-24.25 items-center justify-center rounded-t-card border-b border-hairline bg-canvas text-idle">
						<FileDashedIcon size={28} aria-hidden="true" />
					</div>
					<div className="flex flex-1 flex-col gap-1 p-4">
						<h3 className="font-semibold">Empty canvas</h3>
						<p className="flex-1 text-muted">Drag nodes, connect them, and see in words what is still missing.</p>
						<div className="mt-3">
							<Button
								isBusy={busyId === "blank"}
								disabled={!mayEdit || (busyId !== undefined && busyId !== "blank")}
								onClick={() => run("blank", createBlank)}
							>
								Start empty
							</Button>
						</div>
					</div>
				</li>
			</ul>
		</div>
	);
}

interface TemplateCardProps {
	readonly template: Template;
	readonly isDisabled: boolean;
	readonly isTrying: boolean;
	readonly isOpening: boolean;
	onTry(): void;
	onOpen(): void;
}

function TemplateCard({ template, isDisabled, isTrying, isOpening, onTry, onOpen }: TemplateCardProps) {
	return (
		<li className="w-card flex flex-col overflow-hidden">
			<div className="rounded-t-card border-b border-hairline bg-canvas px-2 py-3">
				<MiniFlow flow={template.flow} />
			</div>
			<div className="flex flex-1 flex-col gap-1 p-4">
				<h3 className="font-semibold">{template.title}</h3>
				<p className="text-muted">{template.summary}</p>
				<p className="flex-1 text-meta text-muted">{template.needs}</p>
				<div className="mt-3 flex flex-wrap gap-2">
					<Button kind="primary" isBusy={isTrying} disabled={isDisabled && !isTrying} onClick={onTry}>
						{isTrying ? null : <PlayIcon size={16} aria-hidden="true" />}
						{isTrying ? "Starting…" : "Try with simulated data"}
					</Button>
					<Button isBusy={isOpening} disabled={isDisabled && !isOpening} onClick={onOpen}>
						Open
					</Button>
				</div>
			</div>
		</li>
	);
}
