import type { Flow, FlowEdge, FlowNode } from "@weir/flow";
import { withValueAtPath } from "./path.ts";
import type { Point } from "./place.ts";

/** Changes of a drawing. Each is pure and keeps the identity of everything it does not touch. */

export function addNode(flow: Flow, node: FlowNode): Flow {
	return { ...flow, nodes: [...flow.nodes, node] };
}

export function addEdge(flow: Flow, edge: FlowEdge): Flow {
	return { ...flow, edges: [...flow.edges, edge] };
}

export function removeEdges(flow: Flow, ids: ReadonlySet<string>): Flow {
	return { ...flow, edges: flow.edges.filter((edge) => !ids.has(edge.id)) };
}

export function moveNodes(flow: Flow, places: ReadonlyMap<string, Point>): Flow {
	return mapNodes(flow, (node) => {
		const place = places.get(node.id);
		if (place === undefined || (place.x === node.position.x && place.y === node.position.y)) return node;
		return { ...node, position: { x: place.x, y: place.y } };
	});
}

export function setField(flow: Flow, nodeId: string, path: string, value: unknown): Flow {
	return mapNodes(flow, (node) => (node.id === nodeId ? { ...node, config: withValueAtPath(node.config, path, value) } : node));
}

/** Edges that leave from an output follow it under its new name. */
export function renameOutput(flow: Flow, nodeId: string, before: string, after: string): Flow {
	const leaves = (edge: FlowEdge) => edge.from.node === nodeId && edge.from.port === before;
	if (!flow.edges.some(leaves)) return flow;
	return { ...flow, edges: flow.edges.map((edge) => (leaves(edge) ? { ...edge, from: { node: nodeId, port: after } } : edge)) };
}

/** Names are unique in a flow: a second "Dedup" becomes "Dedup (2)". */
export function renameNode(flow: Flow, nodeId: string, label: string): Flow {
	const others = flow.nodes.filter((node) => node.id !== nodeId).map((node) => node.label);
	return mapNodes(flow, (node) => (node.id === nodeId ? { ...node, label: uniqueLabel(others, label.trim()) } : node));
}

export function uniqueLabel(taken: readonly string[], wanted: string): string {
	if (!taken.includes(wanted)) return wanted;
	let count = 2;
	while (taken.includes(`${wanted} (${count})`)) count++;
	return `${wanted} (${count})`;
}

export interface RemoveOptions {
	/** Makes the edge that closes the gap, or says that the two do not fit. Absent: gaps stay. */
	readonly bridge?: (flow: Flow, from: FlowEdge["from"], to: FlowEdge["to"]) => FlowEdge | undefined;
}

/** Removes nodes with their edges. A node with one edge in and one out is bridged. */
export function removeNodes(flow: Flow, ids: ReadonlySet<string>, options: RemoveOptions = {}): Flow {
	let left = flow;
	for (const id of ids) left = removeNode(left, id, options);
	return left;
}

function removeNode(flow: Flow, id: string, { bridge }: RemoveOptions): Flow {
	const [into, ...moreInto] = flow.edges.filter((edge) => edge.to.node === id);
	const [out, ...moreOut] = flow.edges.filter((edge) => edge.from.node === id);
	const without: Flow = {
		...flow,
		nodes: flow.nodes.filter((node) => node.id !== id),
		edges: flow.edges.filter((edge) => edge.from.node !== id && edge.to.node !== id),
	};
	if (bridge === undefined || into === undefined || out === undefined || moreInto.length > 0 || moreOut.length > 0) return without;
	const edge = bridge(without, into.from, out.to);
	return edge === undefined ? without : addEdge(without, edge);
}

function mapNodes(flow: Flow, change: (node: FlowNode) => FlowNode): Flow {
	let touched = false;
	const nodes = flow.nodes.map((node) => {
		const next = change(node);
		if (next !== node) touched = true;
		return next;
	});
	return touched ? { ...flow, nodes } : flow;
}
