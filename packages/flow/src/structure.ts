import type { Problem } from "@weir/errors";
import { type Catalogue, type NodeDefinition, outputPorts } from "@weir/node-kit";
import type { Flow, FlowEdge, FlowNode } from "./flow.ts";
import { topologicalOrder, wouldLoop } from "./graph.ts";

/** What is wrong with nodes and edges before any config is read. */
export function structureProblems(flow: Flow, catalogue: Catalogue): readonly Problem[] {
	const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
	return [
		...roleProblems(flow, catalogue),
		...flow.nodes.flatMap((node) => nodeProblems(flow, node, catalogue)),
		...flow.edges.flatMap((edge, i) => edgeProblems(edge, flow.edges.slice(0, i), nodes, catalogue)),
		...loopProblems(flow),
	];
}

function roleProblems(flow: Flow, catalogue: Catalogue): readonly Problem[] {
	const has = (role: string) => flow.nodes.some((node) => catalogue.get(node.kind)?.role === role);
	const problems: Problem[] = [];
	if (!has("source")) {
		problems.push({
			code: "no-source",
			severity: "error",
			message: "The flow has no source, so no record can come in. Add one.",
			fix: { action: "add-node", role: "source" },
		});
	}
	if (!has("sink")) {
		problems.push({
			code: "no-sink",
			severity: "error",
			message: "The flow has no sink, so its results go nowhere. Add one.",
			fix: { action: "add-node", role: "sink" },
		});
	}
	return problems;
}

function nodeProblems(flow: Flow, node: FlowNode, catalogue: Catalogue): readonly Problem[] {
	const definition = catalogue.get(node.kind);
	if (definition === undefined) {
		return [
			{
				code: "kind-missing",
				severity: "error",
				message: `This Weir has no node type "${node.kind}". Its settings are kept; remove the node or install the type.`,
				nodeId: node.id,
				fix: { action: "remove-node", nodeId: node.id },
			},
		];
	}
	const problems: Problem[] = [];
	for (const port of definition.inputs) {
		if (flow.edges.some((edge) => edge.to.node === node.id && edge.to.port === port.name)) continue;
		problems.push({
			code: "input-unconnected",
			severity: "error",
			message: `${nameOf(node, definition)} gets no records${several(definition.inputs) ? ` at its input ${port.name}` : ""}. Connect an output to ${several(definition.inputs) ? "it" : "its input"}.`,
			nodeId: node.id,
		});
	}
	const mains = outputPorts(definition, node.config).filter((port) => port.side !== true);
	for (const port of mains) {
		if (flow.edges.some((edge) => edge.from.node === node.id && edge.from.port === port.name)) continue;
		problems.push({
			code: "output-unconnected",
			severity: "error",
			message: several(mains)
				? `What ${nameOf(node, definition)} puts out at ${port.name} goes nowhere. Connect that output to a next node.`
				: `What ${nameOf(node, definition)} puts out goes nowhere. Connect its output to a next node.`,
			nodeId: node.id,
		});
	}
	return problems;
}

function edgeProblems(
	edge: FlowEdge,
	before: readonly FlowEdge[],
	nodes: ReadonlyMap<string, FlowNode>,
	catalogue: Catalogue,
): readonly Problem[] {
	const wrong = (code: string, message: string): readonly Problem[] => [
		{ code, severity: "error", message, edgeId: edge.id, fix: { action: "remove-edge", edgeId: edge.id } },
	];
	const from = nodes.get(edge.from.node);
	const to = nodes.get(edge.to.node);
	if (from === undefined || to === undefined) return wrong("edge-dangling", "An edge has lost one of its nodes. Remove it.");
	const source = catalogue.get(from.kind);
	const target = catalogue.get(to.kind);
	if (source === undefined || target === undefined) return [];
	if (!outputPorts(source, from.config).some((port) => port.name === edge.from.port)) {
		return wrong(
			"edge-port-missing",
			`${nameOf(from, source)} has no output "${edge.from.port}". Remove the edge and connect another output.`,
		);
	}
	if (!target.inputs.some((port) => port.name === edge.to.port)) {
		return wrong("edge-port-missing", `${nameOf(to, target)} has no input "${edge.to.port}". Remove the edge and connect another input.`);
	}
	const twice = before.some(
		(other) =>
			other.from.node === edge.from.node &&
			other.from.port === edge.from.port &&
			other.to.node === edge.to.node &&
			other.to.port === edge.to.port,
	);
	if (twice)
		return wrong(
			"edge-twice",
			`${nameOf(from, source)} and ${nameOf(to, target)} are connected twice, so each record would count twice. Remove one edge.`,
		);
	return [];
}

function loopProblems(flow: Flow): readonly Problem[] {
	if (topologicalOrder(flow).length === flow.nodes.length) return [];
	const closing = flow.edges.find((edge) => wouldLoop(flow, edge.from.node, edge.to.node));
	if (closing === undefined) return [];
	return [
		{
			code: "edge-loop",
			severity: "error",
			message: "These nodes form a loop, so a record would go round for ever. Remove an edge of the loop.",
			edgeId: closing.id,
			nodeId: closing.to.node,
			fix: { action: "remove-edge", edgeId: closing.id },
		},
	];
}

function several(ports: readonly unknown[]): boolean {
	return ports.length > 1;
}

/** What people call a node: its label, else the title of its type. */
export function nameOf(node: Pick<FlowNode, "label">, definition: Pick<NodeDefinition, "title">): string {
	return node.label.trim() || definition.title;
}

/** "a", "a and b", "a, b and c". */
export function joinSentence(words: readonly string[]): string {
	if (words.length <= 1) return words.join("");
	return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
