"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { callApi } from "./api.ts";
import type { DeadLetterDetail, DeadLetterGroup, DeadLetterPage, Discarded, Retried } from "./contract.ts";
import { KEYS } from "./keys.ts";

const IDLE_MS = 15_000;
/** While records are being tried again, how many are left is told as it changes. */
const RETRYING_MS = 1_500;

export interface DeadLetterFilter {
	readonly flow: string | null;
	readonly node: string | null;
	readonly code: string | null;
	/** Number of the replay that set them aside; null: the flow itself did. */
	readonly replay: number | null;
}

export function useDeadLetterGroups(tenant: string) {
	return useQuery({
		queryKey: [...KEYS.deadLetters(tenant), "groups"],
		queryFn: ({ signal }) => callApi<DeadLetterGroup[]>(`/t/${tenant}/dead-letters`, { signal }),
		refetchInterval: ({ state }) => (state.data?.some((group) => group.retrying > 0) ? RETRYING_MS : IDLE_MS),
	});
}

/** Which dead letters: single ones, or all open ones of a flow that a node and a code narrow down. */
export type DeadLetterChoice =
	| { readonly ids: readonly string[] }
	| { readonly flow: string; readonly node: string; readonly code: string; readonly replay?: number };

export const deadLetterApi = {
	retry: (tenant: string, choice: DeadLetterChoice) =>
		callApi<Retried>(`/t/${tenant}/dead-letters/retry`, { method: "POST", body: choice }),
	discard: (tenant: string, choice: DeadLetterChoice, reason: string) =>
		callApi<Discarded>(`/t/${tenant}/dead-letters/discard`, { method: "POST", body: { ...choice, reason } }),
};

export function useDeadLetterRecords(tenant: string, filter: DeadLetterFilter, isWanted: boolean) {
	return useInfiniteQuery({
		queryKey: [...KEYS.deadLetters(tenant), "records", filter],
		initialPageParam: "",
		queryFn: ({ pageParam, signal }) => {
			const query = new URLSearchParams({ limit: "50" });
			for (const [name, value] of Object.entries({ ...filter, cursor: pageParam })) if (value) query.set(name, String(value));
			return callApi<DeadLetterPage>(`/t/${tenant}/dead-letters/records?${query}`, { signal });
		},
		getNextPageParam: (page) => page.nextCursor,
		enabled: isWanted,
	});
}

export function useDeadLetter(tenant: string, id: string | null) {
	return useQuery({
		queryKey: [...KEYS.deadLetters(tenant), "record", id],
		queryFn: ({ signal }) => callApi<DeadLetterDetail>(`/t/${tenant}/dead-letters/${id}`, { signal }),
		enabled: id !== null,
	});
}
