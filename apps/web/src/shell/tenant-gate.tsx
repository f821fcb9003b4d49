"use client";

import type { ReactNode } from "react";
import { ApiError } from "../client/api-error.ts";
import { useMe, useMembership } from "../client/me.ts";
import { LinkButton } from "../ui/button.tsx";
import { Empty, Failure } from "../ui/states.tsx";

/** Shows its children only inside a tenant one belongs to. The server checks each request all the same. */
export function TenantGate({ loading, children }: { readonly loading: ReactNode; readonly children: ReactNode }) {
	const me = useMe();
	const membership = useMembership();
	if (membership) return children;
	if (me.isPending || (me.error instanceof ApiError && me.error.status === 401)) return loading;
	return (
		<main className="flex min-h-dvh items-center justify-center">
			{me.error ? (
				<Failure title="Your account could not be loaded." error={me.error} onRetry={() => me.refetch()} />
			) : (
				<Empty title="There is no such tenant." action={<LinkButton href="/">Go to your own</LinkButton>}>
					It may have been renamed, or you are not a member of it.
				</Empty>
			)}
		</main>
	);
}
