"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { callApi } from "./api.ts";
import type { DeadLetterDetail, DeadLetterGroup, DeadLetterPage } from "./contract.ts";
import { KEYS } from "./keys.ts";

export interface DeadLetterFilter {
	readonly flow: string | null;
	readonly node: string | null;
	readonly code: string | null;
}

export function useDeadLetterGroups(tenant: string) {
	return useQuery({
		queryKey: [...KEYS.deadLetters(tenant), "groups"],
		queryFn: ({ signal }) => callApi<DeadLetterGroup[]>(`/t/${tenant}/dead-letters`, { signal }),
		refetchInterval: 15_000,
	});
}

export function useDeadLetterRecords(tenant: string, filter: DeadLetterFilter, isWanted: boolean) {
	return useInfiniteQuery({
		queryKey: [...KEYS.deadLetters(tenant), "records", filter],
		initialPageParam: "",
		queryFn: ({ pageParam, signal }) => {
			const query = new URLSearchParams({ limit: "50" });
			for (const [name, value] of Object.entries({ ...filter, cursor: pageParam })) if (value) query.set(name, value);
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
		staleTime: Number.POSITIVE_INFINITY,
	});
}
