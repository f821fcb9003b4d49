import { type Flow, type FlowNode, type MergeConflict, mergeFlows } from "@weir/flow";
import { withValueAtPath } from "../document/path.ts";

export type Choices = ReadonlyMap<string, "mine" | "theirs">;

/** Names an item of a conflict. */
export function conflictKey(conflict: MergeConflict): string {
	return `${conflict.nodeId} ${conflict.path ?? ""}`;
}

/** The merged drawing with each conflict decided; an item without a choice is theirs. */
export function settle(base: Flow, mine: Flow, theirs: Flow, choices: Choices): Flow {
	const { merged, conflicts } = mergeFlows(base, mine, theirs, "theirs");
	return conflicts
		.filter((conflict) => choices.get(conflictKey(conflict)) === "mine")
		.reduce((flow, conflict) => takeMine(flow, mine, conflict), merged);
}

function takeMine(flow: Flow, mine: Flow, { nodeId, path, mine: value }: MergeConflict): Flow {
	if (path === undefined) return takeMyNode(flow, mine, nodeId);
	return { ...flow, nodes: flow.nodes.map((node) => (node.id === nodeId ? withPart(node, path, value) : node)) };
}

function withPart(node: FlowNode, path: string, value: unknown): FlowNode {
	if (path.startsWith("config.")) return { ...node, config: withValueAtPath(node.config, path.slice("config.".length), value) };
	return { ...node, [path]: value };
}

/** One side removed the node: mine is kept, or gone, with its edges. */
function takeMyNode(flow: Flow, mine: Flow, nodeId: string): Flow {
	const node = mine.nodes.find((candidate) => candidate.id === nodeId);
	const nodes = flow.nodes.filter((candidate) => candidate.id !== nodeId);
	const edges = flow.edges.filter((edge) => edge.from.node !== nodeId && edge.to.node !== nodeId);
	if (node === undefined) return { ...flow, nodes, edges };
	const alive = new Set([...nodes.map((candidate) => candidate.id), nodeId]);
	const back = mine.edges.filter(
		(edge) => (edge.from.node === nodeId || edge.to.node === nodeId) && alive.has(edge.from.node) && alive.has(edge.to.node),
	);
	return { ...flow, nodes: [...nodes, node], edges: [...edges, ...back] };
}
