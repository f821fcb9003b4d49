"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { callApi } from "./api.ts";
import type { Job, Replay, ReplayPreview, RewindPreview } from "./contract.ts";
import { KEYS } from "./keys.ts";

const at = (tenant: string, flow: string) => `/t/${tenant}/flows/${flow}`;
const RUNNING_MS = 1_500;
const IDLE_MS = 30_000;

export const replayApi = {
	start: (tenant: string, flow: string, body: { from: number; to?: number; of: Replay["of"]; rev?: number }) =>
		callApi<Replay>(`${at(tenant, flow)}/replays`, { method: "POST", body }),
	stop: (tenant: string, flow: string, replay: number) =>
		callApi<Replay>(`${at(tenant, flow)}/replays/${replay}/stop`, { method: "POST", body: {} }),
	rewind: (tenant: string, flow: string, from: number) => callApi<Job>(`${at(tenant, flow)}/rewind`, { method: "POST", body: { from } }),
};

/** It still reads, or is about to. */
export function isUnderWay({ state }: Pick<Replay, "state">): boolean {
	return state !== "finished" && state !== "failed" && state !== "stopped";
}

export function useReplays(tenant: string, flow: string) {
	return useQuery({
		queryKey: KEYS.replays(tenant, flow),
		queryFn: ({ signal }) => callApi<Replay[]>(`${at(tenant, flow)}/replays`, { signal }),
		refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? RUNNING_MS : IDLE_MS),
	});
}

export function useReplayPreview(tenant: string, flow: string, range: { from: number; to?: number; of: Replay["of"] } | undefined) {
	return useQuery({
		queryKey: [...KEYS.replays(tenant, flow), "preview", range],
		queryFn: ({ signal }) => {
			const query = new URLSearchParams({ from: String(range?.from), of: range?.of ?? "live" });
			if (range?.to !== undefined) query.set("to", String(range.to));
			return callApi<ReplayPreview>(`${at(tenant, flow)}/replay-preview?${query}`, { signal });
		},
		enabled: range !== undefined,
		placeholderData: keepPreviousData,
		retry: false,
	});
}

export function useRewindPreview(tenant: string, flow: string, from: number | undefined) {
	return useQuery({
		queryKey: [...KEYS.replays(tenant, flow), "rewind", from],
		queryFn: ({ signal }) => callApi<RewindPreview>(`${at(tenant, flow)}/rewind-preview?from=${from}`, { signal }),
		enabled: from !== undefined,
		placeholderData: keepPreviousData,
		retry: false,
	});
}
