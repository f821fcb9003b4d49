"use client";

import { useQuery } from "@tanstack/react-query";
import { callApi } from "./api.ts";
import type { FlowDetail } from "./contract.ts";

export function useFlow(tenant: string, flowId: string) {
	return useQuery({
		queryKey: ["t", tenant, "flow", flowId],
		queryFn: ({ signal }) => callApi<FlowDetail>(`/t/${tenant}/flows/${flowId}`, { signal }),
	});
}
