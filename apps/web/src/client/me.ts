"use client";

import { useQuery } from "@tanstack/react-query";
import type { Action } from "@weir/access";
import { useParams } from "next/navigation";
import { callApi } from "./api.ts";
import type { Me, Membership } from "./contract.ts";

/** Who is signed in, and in which tenants. */
export function useMe() {
	return useQuery({ queryKey: ["me"], queryFn: ({ signal }) => callApi<Me>("/me", { signal }), staleTime: 60_000 });
}

/** Slug of the tenant in the address. */
export function useTenantSlug(): string {
	const { tenant } = useParams<{ tenant: string }>();
	return tenant;
}

/** The signed-in member's place in the tenant of the address; undefined while loading, or when there is none. */
export function useMembership(): Membership | undefined {
	const slug = useTenantSlug();
	return useMe().data?.memberships.find(({ tenant }) => tenant.slug === slug);
}

/** Whether the member may do it here: for showing and hiding only, the server asks again. */
export function useMay(action: Action): boolean {
	return useMembership()?.may.includes(action) ?? false;
}
