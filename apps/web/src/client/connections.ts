"use client";

import { useQuery } from "@tanstack/react-query";
import { callApi, readEvents } from "./api.ts";
import type {
	BrowseEntry,
	Connection,
	ConnectionChange,
	ConnectionDetail,
	ConnectionKind,
	ConnectionStep,
	ConnectionTest,
	NewConnection,
} from "./contract.ts";
import { KEYS } from "./keys.ts";

export const connectionApi = {
	create: (tenant: string, body: NewConnection) => callApi<Connection>(`/t/${tenant}/connections`, { method: "POST", body }),
	change: (tenant: string, id: string, body: ConnectionChange) =>
		callApi<ConnectionDetail>(`/t/${tenant}/connections/${id}`, { method: "PATCH", body }),
	/** Tells each step as it ends; resolves with all of them. */
	async test(tenant: string, id: string, onStep: (step: ConnectionStep) => void): Promise<ConnectionTest> {
		let result: ConnectionTest | undefined;
		await readEvents(`/t/${tenant}/connections/${id}/test/live`, (event, data) => {
			if (event === "step") onStep(data as ConnectionStep);
			else result = data as ConnectionTest;
		});
		if (result === undefined) throw new Error("The test broke off before its end; run it again.");
		return result;
	},
	remove: (tenant: string, id: string) => callApi<unknown>(`/t/${tenant}/connections/${id}`, { method: "DELETE" }),
	browse: (tenant: string, id: string, path: readonly string[], signal?: AbortSignal) =>
		callApi<BrowseEntry[]>(`/t/${tenant}/connections/${id}/browse?${new URLSearchParams({ path: JSON.stringify(path) })}`, {
			...(signal === undefined ? {} : { signal }),
		}),
};

export function useConnections(tenant: string) {
	return useQuery({
		queryKey: KEYS.connections(tenant),
		queryFn: ({ signal }) => callApi<Connection[]>(`/t/${tenant}/connections`, { signal }),
	});
}

/** Kinds change only with a new version of Weir. */
export function useConnectionKinds(tenant: string) {
	return useQuery({
		queryKey: KEYS.connectionKinds(tenant),
		queryFn: ({ signal }) => callApi<ConnectionKind[]>(`/t/${tenant}/connection-kinds`, { signal }),
		staleTime: Number.POSITIVE_INFINITY,
	});
}

/** Settings of one connection; asked only while an id is given. */
export function useConnection(tenant: string, id: string | undefined) {
	return useQuery({
		queryKey: KEYS.connection(tenant, id ?? ""),
		queryFn: ({ signal }) => callApi<ConnectionDetail>(`/t/${tenant}/connections/${id}`, { signal }),
		enabled: id !== undefined,
		gcTime: 0,
	});
}

/** What stands below a path of an outside system. */
export function useBrowse(tenant: string, id: string, path: readonly string[]) {
	return useQuery({
		queryKey: KEYS.browse(tenant, id, path),
		queryFn: ({ signal }) => connectionApi.browse(tenant, id, path, signal),
		retry: false,
		staleTime: 30_000,
	});
}
