"use client";

import { useQuery } from "@tanstack/react-query";
import { callApi } from "./api.ts";
import type {
	Connected,
	Device,
	DeviceDetail,
	Endpoint,
	IssuedCredential,
	Sample,
	Storage,
	StorageChange,
	TopicMatches,
} from "./contract.ts";
import { KEYS } from "./keys.ts";

export const deviceApi = {
	create: (tenant: string, name: string) => callApi<IssuedCredential>(`/t/${tenant}/devices`, { method: "POST", body: { name } }),
	issueCredential: (tenant: string, device: string, overlapHours: number | undefined) =>
		callApi<IssuedCredential>(`/t/${tenant}/devices/${device}/credentials`, {
			method: "POST",
			body: overlapHours === undefined ? {} : { overlapHours },
		}),
	revokeCredential: (tenant: string, device: string, credential: string) =>
		callApi<unknown>(`/t/${tenant}/devices/${device}/credentials/${credential}`, { method: "DELETE" }),
	connect: (tenant: string, flow: string, endpoint: string, body: { deviceId?: string; name?: string }) =>
		callApi<Connected>(`/t/${tenant}/flows/${flow}/endpoints/${endpoint}/connect`, { method: "POST", body }),
	changeStorage: (tenant: string, flow: string, endpoint: string, change: StorageChange) =>
		callApi<Storage>(`/t/${tenant}/flows/${flow}/endpoints/${endpoint}/storage`, { method: "PATCH", body: change }),
	sample: (tenant: string, flow: string, endpoint: string) => callApi<Sample>(`/t/${tenant}/flows/${flow}/endpoints/${endpoint}/sample`),
	topicMatches: (tenant: string, filter: string) => callApi<TopicMatches>(`/t/${tenant}/topics?${new URLSearchParams({ filter })}`),
	flowEndpoints: (tenant: string, flow: string, signal?: AbortSignal) =>
		callApi<Endpoint[]>(`/t/${tenant}/flows/${flow}/endpoints`, signal ? { signal } : {}),
};

export function useEndpoints(tenant: string) {
	return useQuery({
		queryKey: KEYS.endpoints(tenant),
		queryFn: ({ signal }) => callApi<Endpoint[]>(`/t/${tenant}/endpoints`, { signal }),
		refetchInterval: 15_000,
	});
}

export function useFlowEndpoints(tenant: string, flow: string) {
	return useQuery({ queryKey: KEYS.flowEndpoints(tenant, flow), queryFn: ({ signal }) => deviceApi.flowEndpoints(tenant, flow, signal) });
}

export function useStorage(tenant: string, { id, flowId }: Pick<Endpoint, "id" | "flowId">) {
	return useQuery({
		queryKey: KEYS.storage(tenant, id),
		queryFn: ({ signal }) => callApi<Storage>(`/t/${tenant}/flows/${flowId}/endpoints/${id}/storage`, { signal }),
	});
}

export function useDevices(tenant: string) {
	return useQuery({
		queryKey: KEYS.devices(tenant),
		queryFn: ({ signal }) => callApi<Device[]>(`/t/${tenant}/devices`, { signal }),
		refetchInterval: 15_000,
	});
}

export function useDevice(tenant: string, device: string | null) {
	return useQuery({
		queryKey: KEYS.device(tenant, device ?? ""),
		queryFn: ({ signal }) => callApi<DeviceDetail>(`/t/${tenant}/devices/${device}`, { signal }),
		enabled: device !== null,
	});
}
