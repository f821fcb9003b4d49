"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { ApiError } from "../../client/api-error.ts";
import { useMe } from "../../client/me.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Empty, Failure } from "../../ui/states.tsx";

/** Sends a member to the flows of the first tenant, and everybody else to sign in. */
export function Entry() {
	const router = useRouter();
	const me = useMe();
	const first = me.data?.memberships[0]?.tenant.slug;
	const isSignedOut = me.error instanceof ApiError && me.error.status === 401;

	useEffect(() => {
		if (first) router.replace(`/t/${first}/flows`);
		else if (isSignedOut) router.replace("/sign-in");
	}, [first, isSignedOut, router]);

	if (me.error && !isSignedOut) {
		return (
			<main className="flex min-h-dvh items-center justify-center">
				<Failure title="Your account could not be loaded." error={me.error} onRetry={() => me.refetch()} />
			</main>
		);
	}
	if (me.data && !first) {
		return (
			<main className="flex min-h-dvh items-center justify-center">
				<Empty title="You belong to no tenant." action={<LinkButton href="/sign-up">Create one</LinkButton>}>
					You were removed from the last one, or it was deleted. Ask its owner to add you again, or create your own.
				</Empty>
			</main>
		);
	}
	return <main aria-busy="true" className="min-h-dvh" />;
}
