"use client";

import { DotsThreeIcon } from "@phosphor-icons/react/dist/csr/DotsThree";
import { PauseIcon } from "@phosphor-icons/react/dist/csr/Pause";
import { PencilSimpleIcon } from "@phosphor-icons/react/dist/csr/PencilSimple";
import { PlayIcon } from "@phosphor-icons/react/dist/csr/Play";
import { useState } from "react";
import type { FlowAction, FlowDetail } from "../../client/contract.ts";
import { flowApi, useFlowMutation } from "../../client/flows.ts";
import { useMay } from "../../client/me.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { useFlowActions } from "../flows/use-flow-actions.ts";
import { ReplayDialog } from "../replays/replay-dialog.tsx";
import { RewindDialog } from "../replays/rewind-dialog.tsx";
import { OVERVIEW } from "./messages.ts";

/** Pause, resume, drain and stop, as the state allows. */
export function FlowActions({ tenant, flow }: { readonly tenant: string; readonly flow: FlowDetail }) {
	const mayOperate = useMay("flow:operate");
	const mayEdit = useMay("flow:edit");
	const { act, isBusy } = useFlowActions(tenant);
	const [asking, setAsking] = useState<"drain" | "stop" | "replay" | "rewind">();
	const change = useFlowMutation(tenant, (action: FlowAction) => flowApi.act(tenant, flow.id, action));
	const isRunning = ["live", "degraded", "starting"].includes(flow.status);
	const canResume = ["paused", "stopped", "failed"].includes(flow.status) && flow.liveVersion !== undefined;
	const why = mayOperate ? undefined : OVERVIEW.noOperate;

	return (
		<>
			{flow.liveVersion === undefined ? null : (
				<>
					{canResume ? (
						<Button disabled={!mayOperate} title={why} isBusy={isBusy} onClick={() => act(flow, "resume")}>
							<PlayIcon size={16} aria-hidden="true" />
							Resume
						</Button>
					) : (
						<Button disabled={!mayOperate || !isRunning} title={why} isBusy={isBusy} onClick={() => act(flow, "pause")}>
							<PauseIcon size={16} aria-hidden="true" />
							Pause
						</Button>
					)}
					<Button disabled={!mayOperate || !isRunning} title={why} onClick={() => setAsking("drain")}>
						Drain & stop
					</Button>
					<Button
						disabled={!mayOperate || (!isRunning && flow.status !== "paused" && flow.status !== "draining")}
						title={why}
						onClick={() => setAsking("stop")}
					>
						Stop
					</Button>
				</>
			)}
			<Menu
				label="More to do with the flow"
				trigger={<DotsThreeIcon size={16} weight="bold" aria-hidden="true" />}
				kind="secondary"
				isIconOnly
			>
				<MenuItem isDisabled={!mayOperate} onSelect={() => setAsking("replay")}>
					Replay…
				</MenuItem>
				<MenuItem isDisabled={!mayOperate || flow.liveVersion === undefined} onSelect={() => setAsking("rewind")}>
					Rewind…
				</MenuItem>
			</Menu>
			<LinkButton href={`/t/${tenant}/flows/${flow.id}`} kind="primary">
				<PencilSimpleIcon size={16} aria-hidden="true" />
				{mayEdit ? "Edit draft" : "Open drawing"}
			</LinkButton>
			{asking === "drain" ? (
				<ConfirmDialog
					title={`Drain and stop “${flow.name}”?`}
					confirm="Drain and stop"
					onClose={() => setAsking(undefined)}
					onConfirm={async () => void (await change.mutateAsync("drain"))}
				>
					What was received until now is worked through, open windows are closed and written, then the flow ends. Devices may go on posting:
					their records wait for the next deploy.
				</ConfirmDialog>
			) : asking === "stop" ? (
				<ConfirmDialog
					title={`Stop “${flow.name}”?`}
					confirm="Stop flow"
					onClose={() => setAsking(undefined)}
					onConfirm={async () => void (await change.mutateAsync("stop"))}
				>
					It ends at its last checkpoint; open windows are not written. Resuming goes on from there, and no record is lost.
				</ConfirmDialog>
			) : asking === "replay" ? (
				<ReplayDialog tenant={tenant} flow={flow} onClose={() => setAsking(undefined)} />
			) : asking === "rewind" ? (
				<RewindDialog tenant={tenant} flow={flow} onClose={() => setAsking(undefined)} />
			) : null}
		</>
	);
}
