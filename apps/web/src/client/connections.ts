"use client";

import { useQuery } from "@tanstack/react-query";
import { callApi } from "./api.ts";
import type { Connection, ConnectionTest, NewConnection } from "./contract.ts";
import { KEYS } from "./keys.ts";

export const connectionApi = {
	create: (tenant: string, body: NewConnection) => callApi<Connection>(`/t/${tenant}/connections`, { method: "POST", body }),
	test: (tenant: string, id: string) => callApi<ConnectionTest>(`/t/${tenant}/connections/${id}/test`, { method: "POST", body: {} }),
	remove: (tenant: string, id: string) => callApi<unknown>(`/t/${tenant}/connections/${id}`, { method: "DELETE" }),
};

export function useConnections(tenant: string) {
	return useQuery({
		queryKey: KEYS.connections(tenant),
		queryFn: ({ signal }) => callApi<Connection[]>(`/t/${tenant}/connections`, { signal }),
	});
}
