"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowDetail, FlowMetrics } from "../../client/contract.ts";
import { KEYS } from "../../client/keys.ts";
import { useLive } from "../../client/live.ts";

/** Fetches the flow again when the live stream tells of another state of its job. */
export function useFlowState(tenant: string, flowId: string): void {
	const cache = useQueryClient();
	useLive(tenant, `flow:${flowId}`, (event) => {
		if (event.kind !== "flow") return;
		const { job } = event.data;
		const known = cache.getQueryData<FlowDetail>(KEYS.flow(tenant, flowId))?.job;
		if (job && (known?.id !== job.id || known.state !== job.state || known.paused !== job.paused || known.health !== job.health)) {
			void cache.invalidateQueries({ queryKey: KEYS.flow(tenant, flowId), exact: true });
		}
	});
}

/** The numbers as the live stream tells them, once a second; until then those that were fetched. */
export function useFlowMetrics(tenant: string, flowId: string, fetched: FlowMetrics): FlowMetrics {
	const [live, setLive] = useState<FlowMetrics>();
	useLive(tenant, `flow:${flowId}`, (event) => {
		if (event.kind === "flow") setLive(event.data.metrics);
	});
	// When the stream stands still, what is fetched every few seconds is newer.
	return live && live.at >= fetched.at ? live : fetched;
}
