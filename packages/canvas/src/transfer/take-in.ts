import type { Flow } from "@weir/flow";
import { uniqueLabel } from "../document/commands.ts";
import { GRID, NODE_HEIGHT } from "../document/place.ts";

/** Space between what was there and what came in, in pixels. */
const GAP = 6 * GRID;

/** Puts a flow under another. Ids and names that are taken are made anew; an empty drawing takes the flow as it is. */
export function takeIn(flow: Flow, incoming: Flow, newId: (prefix: string) => string): Flow {
	if (flow.nodes.length === 0) return { ...incoming, edges: [...flow.edges, ...incoming.edges] };
	const taken = new Set([...flow.nodes, ...flow.edges].map((one) => one.id));
	const ids = new Map(incoming.nodes.map(({ id }) => [id, taken.has(id) ? newId("n") : id]));
	const idOf = (id: string) => ids.get(id) ?? id;
	const down = shiftDown(flow, incoming);
	const labels = flow.nodes.map((node) => node.label);
	const nodes = incoming.nodes.map((node) => {
		const label = uniqueLabel(labels, node.label);
		labels.push(label);
		return { ...node, id: idOf(node.id), label, position: { x: node.position.x, y: node.position.y + down } };
	});
	const edges = incoming.edges.map((edge) => ({
		id: taken.has(edge.id) ? newId("e") : edge.id,
		from: { node: idOf(edge.from.node), port: edge.from.port },
		to: { node: idOf(edge.to.node), port: edge.to.port },
	}));
	return { ...flow, nodes: [...flow.nodes, ...nodes], edges: [...flow.edges, ...edges] };
}

function shiftDown(flow: Flow, incoming: Flow): number {
	const bottom = Math.max(...flow.nodes.map((node) => node.position.y)) + NODE_HEIGHT;
	const top = Math.min(...incoming.nodes.map((node) => node.position.y));
	return incoming.nodes.length === 0 ? 0 : Math.ceil((bottom + GAP - top) / GRID) * GRID;
}
