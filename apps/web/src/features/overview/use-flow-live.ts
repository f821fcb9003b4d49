"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { FlowDetail, Overview } from "../../client/contract.ts";
import { KEYS } from "../../client/keys.ts";
import { useLive } from "../../client/live.ts";

/** Keeps the cached overview as the live stream tells it, once a second. A new state of the job fetches the flow again. */
export function useFlowLive(tenant: string, flowId: string): void {
	const cache = useQueryClient();
	useLive(tenant, `flow:${flowId}`, (event) => {
		if (event.kind !== "flow") return;
		const { job, metrics } = event.data;
		cache.setQueryData<Overview>(KEYS.overview(tenant, flowId), (known) =>
			known ? { ...known, ...(job ? { job } : {}), metrics } : known,
		);
		const known = cache.getQueryData<FlowDetail>(KEYS.flow(tenant, flowId))?.job;
		if (job && (known?.id !== job.id || known.state !== job.state || known.paused !== job.paused || known.health !== job.health)) {
			void cache.invalidateQueries({ queryKey: KEYS.flow(tenant, flowId), exact: true });
		}
	});
}
