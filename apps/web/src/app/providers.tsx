"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import * as z from "zod";
import { ApiError } from "../client/api-error.ts";
import { ToastHost } from "../ui/toast.tsx";

// The content security policy forbids compiling code from text, which zod would otherwise try.
z.config({ jitless: true });

function makeQueryClient(): QueryClient {
	return new QueryClient({
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
