import type { Flow, FlowEdge, FlowNode } from "@weir/flow";
import { type Catalogue, outputPorts } from "@weir/node-kit";
import type { LineEdge } from "../edges/flow-line.tsx";
import type { CardNode } from "../nodes/card.tsx";

export interface Size {
	readonly width: number;
	readonly height: number;
}

interface NodeInputs {
	readonly node: FlowNode;
	readonly selected: boolean;
	readonly size: Size | undefined;
	readonly label: string;
	readonly tabStop: boolean;
}

/** Turns the drawing into what React Flow draws. Whatever did not change keeps its identity, so that only changed cards render. */
export function createElementCache() {
	const nodes = new Map<string, { readonly inputs: NodeInputs; readonly element: CardNode }>();
	const edges = new Map<
		string,
		{ readonly edge: FlowEdge; readonly selected: boolean; readonly label: string; readonly element: LineEdge }
	>();
	return {
		nodesOf(flow: Flow, inputsOf: (node: FlowNode) => Omit<NodeInputs, "node">): CardNode[] {
			return flow.nodes.map((node) => {
				const inputs = { node, ...inputsOf(node) };
				const known = nodes.get(node.id);
				if (known !== undefined && sameInputs(known.inputs, inputs)) return known.element;
				const element = cardOf(inputs);
				nodes.set(node.id, { inputs, element });
				return element;
			});
		},
		edgesOf(flow: Flow, catalogue: Catalogue, selected: ReadonlySet<string>, nameOfNode: (id: string) => string): LineEdge[] {
			const nodesById = new Map(flow.nodes.map((node) => [node.id, node]));
			return flow.edges
				.filter((edge) => nodesById.has(edge.from.node) && nodesById.has(edge.to.node))
				.map((edge) => {
					const label = `Edge from ${nameOfNode(edge.from.node)} to ${nameOfNode(edge.to.node)}`;
					const isSelected = selected.has(edge.id);
					const known = edges.get(edge.id);
					if (known !== undefined && known.edge === edge && known.selected === isSelected && known.label === label) return known.element;
					const from = nodesById.get(edge.from.node);
					const definition = catalogue.get(from?.kind ?? "");
					const ports = definition === undefined ? [] : outputPorts(definition, from?.config);
					const isSide = ports.find((port) => port.name === edge.from.port)?.side === true;
					const element = lineOf(edge, isSelected, label, isSide);
					edges.set(edge.id, { edge, selected: isSelected, label, element });
					return element;
				});
		},
	};
}

function sameInputs(a: NodeInputs, b: NodeInputs): boolean {
	return a.node === b.node && a.selected === b.selected && a.size === b.size && a.label === b.label && a.tabStop === b.tabStop;
}

function cardOf({ node, selected, size, label, tabStop }: NodeInputs): CardNode {
	return {
		id: node.id,
		type: "card",
		position: node.position,
		data: { node },
		selected,
		ariaLabel: label,
		domAttributes: { tabIndex: tabStop ? 0 : -1, "aria-describedby": `weir-numbers-${node.id}` },
		...(size === undefined ? {} : { measured: size }),
	};
}

function lineOf(edge: FlowEdge, selected: boolean, label: string, isSide: boolean): LineEdge {
	return {
		id: edge.id,
		type: "line",
		source: edge.from.node,
		sourceHandle: edge.from.port,
		target: edge.to.node,
		targetHandle: edge.to.port,
		data: { edge, isSide },
		selected,
		ariaLabel: label,
	};
}
