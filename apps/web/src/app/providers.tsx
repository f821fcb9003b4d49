"use client";

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import * as z from "zod";
import { ApiError } from "../client/api-error.ts";
import { ToastHost } from "../ui/toast.tsx";

// The content security policy forbids compiling code from text, which zod would otherwise try.
z.config({ jitless: true });

/** A session that ended is noticed by the first answer that says so; the way back is kept. */
function leaveWhenSignedOut(error: Error): void {
	if (!(error instanceof ApiError) || error.status !== 401 || window.location.pathname.startsWith("/sign-")) return;
	const here = window.location.pathname + window.location.search;
	window.location.assign(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`);
}

function makeQueryClient(): QueryClient {
	return new QueryClient({
		queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
		defaultOptions: {
			queries: {
				staleTime: 10_000,
				refetchOnWindowFocus: false,
				// A refusal stays a refusal; only a lost connection or a busy server is worth another attempt.
				retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status >= 500),
			},
		},
	});
}

export function Providers({ children }: { readonly children: ReactNode }) {
	const [client] = useState(makeQueryClient);
	return (
		<NuqsAdapter>
			<QueryClientProvider client={client}>
				<ToastHost>{children}</ToastHost>
			</QueryClientProvider>
		</NuqsAdapter>
	);
}
