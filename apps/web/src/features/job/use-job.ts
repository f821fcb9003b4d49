"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowMetrics, JobDetail, JobReport } from "../../client/contract.ts";
import { useJob } from "../../client/flows.ts";
import { KEYS } from "../../client/keys.ts";
import { useLive } from "../../client/live.ts";

/** The job as it was fetched, with what the live stream told since. */
export function useLiveJob(tenant: string, flowId: string) {
	const cache = useQueryClient();
	const fetched = useJob(tenant, flowId);
	const [told, setTold] = useState<JobReport>();
	const known = fetched.data?.job?.id;
	useLive(tenant, `job:${flowId}`, (event) => {
		if (event.kind !== "job") return;
		setTold(event.data);
		// Another job has another plan.
		if (fetched.data && event.data.job?.id !== known) void cache.invalidateQueries({ queryKey: KEYS.job(tenant, flowId) });
	});
	const isNewer = told !== undefined && fetched.data !== undefined && told.at >= fetched.data.at && told.job?.id === known;
	const job: JobDetail | undefined = isNewer && fetched.data ? { ...fetched.data, ...told } : fetched.data;
	return { ...fetched, data: job };
}

/** The newest numbers of the flow; undefined until the live stream tells some. */
export function useLiveMetrics(tenant: string, flowId: string): FlowMetrics | undefined {
	const [metrics, setMetrics] = useState<FlowMetrics>();
	useLive(tenant, `flow:${flowId}`, (event) => {
		if (event.kind === "flow") setMetrics(event.data.metrics);
	});
	return metrics;
}
