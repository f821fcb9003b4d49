"use client";

import { DotsThreeIcon } from "@phosphor-icons/react/dist/csr/DotsThree";
import type { FlowSummary } from "../../client/contract.ts";
import { useMay } from "../../client/me.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useFlowActions } from "./use-flow-actions.ts";

interface FlowRowMenuProps {
	readonly tenant: string;
	readonly flow: FlowSummary;
	onRename(): void;
	onRemove(): void;
}

export function FlowRowMenu({ tenant, flow, onRename, onRemove }: FlowRowMenuProps) {
	const mayEdit = useMay("flow:edit");
	const mayOperate = useMay("flow:operate");
	const { act, duplicate } = useFlowActions(tenant);
	const isRunning = ["live", "degraded", "starting"].includes(flow.status);
	const canResume = ["paused", "stopped", "failed"].includes(flow.status) && flow.liveVersion !== undefined;

	return (
		<Menu label={`More for ${flow.name}`} isIconOnly size="compact" trigger={<DotsThreeIcon size={18} weight="bold" aria-hidden="true" />}>
			<MenuItem href={`/t/${tenant}/flows/${flow.id}`}>{mayEdit ? "Open in the editor" : "Open the drawing"}</MenuItem>
			<MenuItem href={`/t/${tenant}/flows/${flow.id}/overview`}>Overview</MenuItem>
			<MenuSeparator />
			{canResume ? (
				<MenuItem isDisabled={!mayOperate} onSelect={() => act(flow, "resume")}>
					Resume
				</MenuItem>
			) : (
				<MenuItem isDisabled={!mayOperate || !isRunning} onSelect={() => act(flow, "pause")}>
					Pause
				</MenuItem>
			)}
			<MenuItem isDisabled={!mayEdit} onSelect={() => duplicate(flow)}>
				Duplicate
			</MenuItem>
			<MenuItem isDisabled={!mayEdit} onSelect={onRename}>
				Rename…
			</MenuItem>
			<MenuSeparator />
			<MenuItem isDisabled={!mayEdit} isDanger onSelect={onRemove}>
				Delete…
			</MenuItem>
		</Menu>
	);
}
