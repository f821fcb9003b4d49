"use client";

import { useSyncExternalStore } from "react";
import { ago, exactTime, UNKNOWN } from "./format.ts";

let now = 0;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
	if (listeners.size === 0) {
		now = Date.now();
		timer = setInterval(() => {
			now = Date.now();
			for (const each of listeners) each();
		}, 1000);
	}
	listeners.add(listener);
	return () => {
		listeners.delete(listener);
		if (listeners.size === 0) clearInterval(timer);
	};
}

function current(): number {
	if (now === 0) now = Date.now();
	return now;
}

/** The time to the second, from one timer for the whole page. */
export function useNow(): number {
	return useSyncExternalStore(subscribe, current, () => 0);
}

/** "2 min ago", with the exact time and its zone on hover. */
export function Time({ at }: { readonly at: number | undefined }) {
	const clock = useNow();
	if (at === undefined) return <span className="text-muted">{UNKNOWN}</span>;
	return (
		<time dateTime={new Date(at).toISOString()} title={exactTime(at)} className="whitespace-nowrap" suppressHydrationWarning>
			{clock === 0 ? exactTime(at) : ago(at, clock)}
		</time>
	);
}
