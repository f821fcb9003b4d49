import type { Flow, FlowEdge, FlowNode } from "./flow.ts";

/** Nodes so that every edge goes forward; nodes that sit in a loop, or behind one, are left out. Ties keep the drawing's order. */
export function topologicalOrder(flow: Flow): readonly FlowNode[] {
	const waiting = new Map<string, number>(flow.nodes.map((node) => [node.id, 0]));
	for (const edge of flow.edges) {
		const count = waiting.get(edge.to.node);
		if (count !== undefined && waiting.has(edge.from.node)) waiting.set(edge.to.node, count + 1);
	}
	const ready = flow.nodes.filter((node) => waiting.get(node.id) === 0);
	const order: FlowNode[] = [];
	const byId = new Map(flow.nodes.map((node) => [node.id, node]));
	for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
		order.push(next);
		for (const edge of edgesFrom(flow, next.id)) {
			const left = waiting.get(edge.to.node);
			const target = byId.get(edge.to.node);
			if (left === undefined || target === undefined) continue;
			waiting.set(edge.to.node, left - 1);
			if (left === 1) ready.push(target);
		}
	}
	return order;
}

export function edgesFrom(flow: Flow, nodeId: string): readonly FlowEdge[] {
	return flow.edges.filter((edge) => edge.from.node === nodeId);
}

export function edgesTo(flow: Flow, nodeId: string): readonly FlowEdge[] {
	return flow.edges.filter((edge) => edge.to.node === nodeId);
}

/** Would an edge between the two close a circle? */
export function wouldLoop(flow: Flow, fromNode: string, toNode: string): boolean {
	const open = [toNode];
	const seen = new Set<string>();
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		if (id === fromNode) return true;
		if (seen.has(id)) continue;
		seen.add(id);
		for (const edge of edgesFrom(flow, id)) open.push(edge.to.node);
	}
	return false;
}
