"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { FlowSummary, FlowsLiveEvent } from "../../client/contract.ts";
import { KEYS } from "../../client/keys.ts";
import { useLive } from "../../client/live.ts";

/** The flows with their rates as they are now. A new state fetches the list again. */
export function useLiveFlows(tenant: string, fetched: readonly FlowSummary[] | undefined): readonly FlowSummary[] | undefined {
	const cache = useQueryClient();
	const [live, setLive] = useState<FlowsLiveEvent>();
	useLive(tenant, "flows", (event) => {
		if (event.kind !== "flows") return;
		setLive(event.data);
		const now = new Map(event.data.flows.map(({ id, status }) => [id, status]));
		if (fetched?.some(({ id, status }) => now.has(id) && now.get(id) !== status))
			void cache.invalidateQueries({ queryKey: KEYS.flows(tenant) });
	});

	return useMemo(() => {
		if (!live) return fetched;
		const now = new Map(live.flows.map((flow) => [flow.id, flow]));
		return fetched?.map((flow) => {
			const { recordsPerSecond: _rate, lagRecords: _lag, ...rest } = flow;
			const news = now.get(flow.id);
			if (!news) return flow;
			return {
				...rest,
				...(news.recordsPerSecond === undefined ? {} : { recordsPerSecond: news.recordsPerSecond }),
				...(news.lagRecords === undefined ? {} : { lagRecords: news.lagRecords }),
			};
		});
	}, [live, fetched]);
}
