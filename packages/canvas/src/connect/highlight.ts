import { edgesFrom, edgesTo, type Flow } from "@weir/flow";

/** All edges that records of this edge came by or will go by, itself included. */
export function pathOfEdge(flow: Flow, edgeId: string): ReadonlySet<string> {
	const edge = flow.edges.find((candidate) => candidate.id === edgeId);
	if (edge === undefined) return new Set();
	const path = new Set([edgeId]);
	walk(edge.from.node, (id) => edgesTo(flow, id).map((one) => [one.id, one.from.node] as const), path);
	walk(edge.to.node, (id) => edgesFrom(flow, id).map((one) => [one.id, one.to.node] as const), path);
	return path;
}

/** All nodes behind (`down`) or before (`up`) these. */
export function reach(flow: Flow, ids: Iterable<string>, way: "up" | "down"): ReadonlySet<string> {
	const found = new Set<string>();
	const open = [...ids];
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		const next = way === "down" ? edgesFrom(flow, id).map((edge) => edge.to.node) : edgesTo(flow, id).map((edge) => edge.from.node);
		for (const node of next) {
			if (found.has(node)) continue;
			found.add(node);
			open.push(node);
		}
	}
	return found;
}

function walk(start: string, steps: (id: string) => readonly (readonly [string, string])[], path: Set<string>): void {
	const open = [start];
	const seen = new Set<string>();
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		if (seen.has(id)) continue;
		seen.add(id);
		for (const [edge, node] of steps(id)) {
			path.add(edge);
			open.push(node);
		}
	}
}
