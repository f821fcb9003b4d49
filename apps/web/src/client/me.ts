"use client";

import { useQuery } from "@tanstack/react-query";
import { useParams } from "next/navigation";
import { callApi } from "./api.ts";
import type { Me, Membership } from "./contract.ts";

export const ME_KEY = ["me"] as const;

/** Who is signed in, and in which tenants. */
export function useMe() {
	return useQuery({ queryKey: ME_KEY, queryFn: ({ signal }) => callApi<Me>("/me", { signal }), staleTime: 60_000 });
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
