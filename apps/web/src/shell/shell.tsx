"use client";

import type { ReactNode } from "react";
import { useTenantSlug } from "../client/me.ts";
import { Skeleton } from "../ui/states.tsx";
import { Header } from "./header.tsx";
import { Sidebar } from "./sidebar.tsx";
import { TenantGate } from "./tenant-gate.tsx";

function ShellSkeleton() {
	return (
		<div className="flex min-h-dvh" role="status" aria-label="Loading">
			<div className="w-sidebar p-4">
				<Skeleton className="h-6 w-full" />
			</div>
			<div className="flex-1">
				<div className="h-12 border-b border-hairline bg-surface" />
				<div className="px-6 py-5">
					<Skeleton className="h-6 w-40" />
				</div>
			</div>
		</div>
	);
}

/** The frame of all pages of a tenant. */
export function Shell({ children }: { readonly children: ReactNode }) {
	const tenant = useTenantSlug();
	return (
		<TenantGate loading={<ShellSkeleton />}>
			<a href="#content" className="w-button w-skip" data-kind="primary">
				Skip to content
			</a>
			<div className="flex min-h-dvh">
				<Sidebar tenant={tenant} />
				<div className="flex min-w-0 flex-1 flex-col">
					<Header />
					<main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
						{children}
					</main>
				</div>
			</div>
		</TenantGate>
	);
}
