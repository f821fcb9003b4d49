import type { Flow } from "./flow.ts";

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
	if (typeof value === "object" && value !== null) {
		const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
		entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
		return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
	}
	return JSON.stringify(value) ?? "null";
}

/** What a flow does, without where its boxes stand: two drawings with equal text run alike. Hash this for a version's identity. */
export function contentText(flow: Flow): string {
	const nodes = [...flow.nodes].sort(byId).map(({ position: _, ...rest }) => rest);
	return canonicalJson({ schemaVersion: flow.schemaVersion, nodes, edges: [...flow.edges].sort(byId) });
}

/** Where the boxes stand, and nothing else. */
export function layoutText(flow: Flow): string {
	return canonicalJson([...flow.nodes].sort(byId).map(({ id, position }) => ({ id, position })));
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
	return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
