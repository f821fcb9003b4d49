import { edgesFrom, edgesTo, type Flow, type FlowNode, topologicalOrder } from "@weir/flow";

export type Direction = "left" | "right" | "up" | "down";

/** Where an arrow leads: left and right along edges, up and down to the next node of the same column. */
export function neighbour(flow: Flow, nodeId: string, way: Direction): string | undefined {
	const node = flow.nodes.find((candidate) => candidate.id === nodeId);
	if (node === undefined) return flow.nodes[0]?.id;
	if (way === "right")
		return nearest(
			flow,
			node,
			edgesFrom(flow, nodeId).map((edge) => edge.to.node),
		);
	if (way === "left")
		return nearest(
			flow,
			node,
			edgesTo(flow, nodeId).map((edge) => edge.from.node),
		);
	const sign = way === "down" ? 1 : -1;
	const others = flow.nodes.filter((other) => (other.position.y - node.position.y) * sign > 0);
	return others.toSorted((a, b) => awayFrom(node, a) - awayFrom(node, b))[0]?.id;
}

/** First source, last sink. */
export function endOf(flow: Flow, which: "first" | "last"): string | undefined {
	const order = topologicalOrder(flow);
	return (which === "first" ? order[0] : order.at(-1))?.id ?? flow.nodes[0]?.id;
}

/** Sideways counts three times: a node of the next column is no sibling. */
function awayFrom(from: FlowNode, to: FlowNode): number {
	return Math.abs(to.position.y - from.position.y) + 3 * Math.abs(to.position.x - from.position.x);
}

function nearest(flow: Flow, from: FlowNode, ids: readonly string[]): string | undefined {
	return flow.nodes
		.filter((node) => ids.includes(node.id))
		.toSorted((a, b) => Math.abs(a.position.y - from.position.y) - Math.abs(b.position.y - from.position.y))[0]?.id;
}
