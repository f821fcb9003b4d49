"use client";

import { useSyncExternalStore } from "react";

interface Colours {
	readonly text: string;
	readonly muted: string;
	readonly hairline: string;
	readonly series: readonly string[];
}

const SERIES = ["--weir-accent", "--weir-stateful", "--weir-sink", "--weir-ml", "--weir-source", "--weir-control"] as const;
const cache = new Map<string, Colours>();

function subscribe(listener: () => void): () => void {
	const observer = new MutationObserver(listener);
	observer.observe(document.documentElement, { attributeFilter: ["data-mode"] });
	return () => observer.disconnect();
}

function resolve(token: string): string {
	const probe = document.createElement("span");
	probe.style.color = `var(${token})`;
	document.body.append(probe);
	const colour = getComputedStyle(probe).color;
	probe.remove();
	return colour;
}

function read(): Colours {
	const mode = document.documentElement.dataset.mode ?? "light";
	const known = cache.get(mode);
	if (known) return known;
	const colours = {
		text: resolve("--weir-text"),
		muted: resolve("--weir-text-muted"),
		hairline: resolve("--weir-hairline"),
		series: SERIES.map(resolve),
	};
	cache.set(mode, colours);
	return colours;
}

const ON_SERVER: Colours = { text: "", muted: "", hairline: "", series: [""] };

/** The tokens as plain colours, which a canvas needs; they follow the theme. */
export function useColours(): Colours {
	return useSyncExternalStore(subscribe, read, () => ON_SERVER);
}
