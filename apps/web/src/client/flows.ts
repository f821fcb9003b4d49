"use client";

import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Flow } from "@weir/flow";
import { callApi } from "./api.ts";
import type {
	Deployed,
	DeployPreview,
	FlowAction,
	FlowDetail,
	FlowEvent,
	FlowSummary,
	History,
	JobDetail,
	Overview,
	SavedDraft,
	SimulationState,
	Template,
	VersionDetail,
} from "./contract.ts";
import { KEYS } from "./keys.ts";

const at = (tenant: string, flow: string) => `/t/${tenant}/flows/${flow}`;

export const flowApi = {
	create: (tenant: string, body: { name: string; template?: string; flow?: Flow }) =>
		callApi<FlowDetail>(`/t/${tenant}/flows`, { method: "POST", body }),
	read: (tenant: string, flow: string, signal?: AbortSignal) => callApi<FlowDetail>(at(tenant, flow), signal ? { signal } : {}),
	rename: (tenant: string, flow: string, name: string) => callApi<unknown>(at(tenant, flow), { method: "PATCH", body: { name } }),
	remove: (tenant: string, flow: string) => callApi<unknown>(at(tenant, flow), { method: "DELETE" }),
	saveDraft: (tenant: string, flow: string, body: { baseRev: number; baseLayoutRev: number; flow: Flow }, keepalive: boolean) =>
		callApi<SavedDraft>(`${at(tenant, flow)}/draft`, { method: "PUT", body, keepalive }),
	version: (tenant: string, flow: string, version: number, signal?: AbortSignal) =>
		callApi<VersionDetail>(`${at(tenant, flow)}/versions/${version}`, signal ? { signal } : {}),
	previewDeploy: (tenant: string, flow: string, partitions?: number) =>
		callApi<DeployPreview>(`${at(tenant, flow)}/deploy-preview${partitions === undefined ? "" : `?partitions=${partitions}`}`),
	deploy: (tenant: string, flow: string, body: { rev: number; note: string; fresh?: readonly string[]; partitions?: number }) =>
		callApi<Deployed>(`${at(tenant, flow)}/deploy`, { method: "POST", body }),
	act: (tenant: string, flow: string, action: FlowAction) =>
		callApi<unknown>(`${at(tenant, flow)}/actions/${action}`, { method: "POST", body: {} }),
	startSimulation: (tenant: string, flow: string) =>
		callApi<SimulationState>(`${at(tenant, flow)}/simulation`, { method: "POST", body: {} }),
	stopSimulation: (tenant: string, flow: string) => callApi<unknown>(`${at(tenant, flow)}/simulation`, { method: "DELETE" }),
};

export function useFlows(tenant: string) {
	return useQuery({
		queryKey: KEYS.flows(tenant),
		queryFn: ({ signal }) => callApi<FlowSummary[]>(`/t/${tenant}/flows`, { signal }),
		refetchInterval: 30_000,
	});
}

export function useFlow(tenant: string, flow: string) {
	return useQuery({ queryKey: KEYS.flow(tenant, flow), queryFn: ({ signal }) => flowApi.read(tenant, flow, signal) });
}

export function useVersion(tenant: string, flow: string, version: number | undefined) {
	return useQuery({
		queryKey: KEYS.version(tenant, flow, version ?? 0),
		queryFn: ({ signal }) => flowApi.version(tenant, flow, version ?? 0, signal),
		enabled: version !== undefined,
		// A version never changes.
		staleTime: Number.POSITIVE_INFINITY,
	});
}

export function useTemplates(tenant: string) {
	return useQuery({
		queryKey: KEYS.templates(tenant),
		queryFn: ({ signal }) => callApi<Template[]>(`/t/${tenant}/templates`, { signal }),
		staleTime: Number.POSITIVE_INFINITY,
	});
}

export function useOverview(tenant: string, flow: string) {
	return useQuery({
		queryKey: KEYS.overview(tenant, flow),
		queryFn: ({ signal }) => callApi<Overview>(`${at(tenant, flow)}/overview`, { signal }),
		refetchInterval: 5_000,
	});
}

/** Asked again now and then, for when the live stream stands still. */
export function useJob(tenant: string, flow: string) {
	return useQuery({
		queryKey: KEYS.job(tenant, flow),
		queryFn: ({ signal }) => callApi<JobDetail>(`${at(tenant, flow)}/job`, { signal }),
		refetchInterval: 15_000,
	});
}

export function useHistory(tenant: string, flow: string, rangeMs: number) {
	return useQuery({
		queryKey: [...KEYS.history(tenant, flow), rangeMs],
		queryFn: ({ signal }) => {
			const to = Date.now();
			return callApi<History>(`${at(tenant, flow)}/history?from=${to - rangeMs}&to=${to}`, { signal });
		},
		placeholderData: keepPreviousData,
		refetchInterval: 30_000,
	});
}

export function useFlowEvents(tenant: string, flow: string) {
	return useInfiniteQuery({
		queryKey: KEYS.events(tenant, flow),
		initialPageParam: "",
		queryFn: ({ pageParam, signal }) =>
			callApi<FlowEvent[]>(`${at(tenant, flow)}/events?limit=50${pageParam ? `&before=${encodeURIComponent(pageParam)}` : ""}`, { signal }),
		getNextPageParam: (page) => (page.length === 50 ? page.at(-1)?.id : undefined),
		refetchInterval: 15_000,
	});
}

/** Whatever changes a flow makes the list and the flow itself stale. */
export function useFlowMutation<Input>(tenant: string, change: (input: Input) => Promise<unknown>) {
	const cache = useQueryClient();
	return useMutation({
		mutationFn: change,
		onSuccess: async () => {
			await Promise.all([
				cache.invalidateQueries({ queryKey: KEYS.flows(tenant) }),
				cache.invalidateQueries({ queryKey: ["t", tenant, "flow"] }),
			]);
		},
	});
}
