"use client";

import { Failure } from "../ui/states.tsx";

export default function ErrorPage({ error, reset }: { readonly error: Error; reset(): void }) {
	return (
		<main className="flex min-h-[60dvh] items-center justify-center">
			<Failure title="This page stopped working." error={error} onRetry={reset} />
		</main>
	);
}
