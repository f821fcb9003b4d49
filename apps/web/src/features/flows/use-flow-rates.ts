"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { FlowSummary } from "../../client/contract.ts";
import { KEYS } from "../../client/keys.ts";
import { useLive } from "../../client/live.ts";

/** Keeps the rates of the cached list as they are now. A new state fetches the list again. */
export function useFlowRates(tenant: string): void {
	const cache = useQueryClient();
	useLive(tenant, "flows", (event) => {
		if (event.kind !== "flows") return;
		const known = cache.getQueryData<FlowSummary[]>(KEYS.flows(tenant));
		if (!known) return;
		const now = new Map(event.data.flows.map((flow) => [flow.id, flow]));
		if (known.some(({ id, status }) => now.get(id) && now.get(id)?.status !== status)) {
			void cache.invalidateQueries({ queryKey: KEYS.flows(tenant) });
			return;
		}
		cache.setQueryData<FlowSummary[]>(
			KEYS.flows(tenant),
			known.map((flow) => {
				const { recordsPerSecond: _rate, lagRecords: _lag, ...rest } = flow;
				const live = now.get(flow.id);
				return {
					...rest,
					...(live?.recordsPerSecond === undefined ? {} : { recordsPerSecond: live.recordsPerSecond }),
					...(live?.lagRecords === undefined ? {} : { lagRecords: live.lagRecords }),
				};
			}),
		);
	});
}
