"use client";

import { StopIcon } from "@phosphor-icons/react/dist/csr/Stop";
import { WaveSineIcon } from "@phosphor-icons/react/dist/csr/WaveSine";
import { flowApi, useFlow, useFlowMutation } from "../../client/flows.ts";
import { useMay } from "../../client/me.ts";
import { Button } from "../../ui/button.tsx";
import { useNow } from "../../ui/time.tsx";
import { useNotify } from "../../ui/toast.tsx";
import { DEVICES } from "./messages.ts";

/** Starts and stops pretended devices that post to a flow's endpoints as real ones would. */
export function SimulateButton({
	tenant,
	flowId,
	size = "default",
}: {
	readonly tenant: string;
	readonly flowId: string;
	readonly size?: "default" | "compact";
}) {
	const notify = useNotify();
	const now = useNow();
	const mayRotate = useMay("device:rotate");
	const simulation = useFlow(tenant, flowId).data?.simulation;
	const isRunning = simulation !== undefined && simulation.endsAt > now;
	const change = useFlowMutation(tenant, (start: boolean) =>
		start ? flowApi.startSimulation(tenant, flowId) : flowApi.stopSimulation(tenant, flowId),
	);

	return (
		<Button
			size={size}
			isBusy={change.isPending}
			disabled={!mayRotate}
			title={
				mayRotate ? (isRunning ? "Stops the pretended devices" : "Pretended devices post to this flow for half an hour") : DEVICES.noRotate
			}
			onClick={() =>
				change.mutate(!isRunning, {
					onError: (error) =>
						notify({
							title: isRunning ? "The simulation could not be stopped." : "The simulation could not be started.",
							description: error.message,
							isError: true,
						}),
				})
			}
		>
			{isRunning ? <StopIcon size={16} aria-hidden="true" /> : <WaveSineIcon size={16} aria-hidden="true" />}
			{isRunning ? "Stop simulated data" : "Send simulated data"}
		</Button>
	);
}
