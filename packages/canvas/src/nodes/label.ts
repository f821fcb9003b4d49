import { edgesFrom, edgesTo, type Flow, type FlowNode, nameOf } from "@weir/flow";
import type { Catalogue } from "@weir/node-kit";
import { CATEGORY_WORDS } from "../ui/icon.tsx";

/** What a screen reader says for a node: what it is, where in the flow, and what it is tied to. */
export function nodeLabel(flow: Flow, node: FlowNode, catalogue: Catalogue, problems: number): string {
	const definition = catalogue.get(node.kind);
	const name = definition === undefined ? node.label || node.kind : nameOf(node, definition);
	const parts = [
		name,
		definition === undefined ? "unknown node type" : `${CATEGORY_WORDS[definition.category]} node`,
		`${flow.nodes.indexOf(node) + 1} of ${flow.nodes.length}`,
	];
	if (problems > 0) parts.push(problems === 1 ? "1 problem" : `${problems} problems`);
	parts.push(
		tie(
			edgesTo(flow, node.id).map((edge) => nameOfId(flow, edge.from.node, catalogue)),
			"input",
			"from",
		),
	);
	parts.push(
		tie(
			edgesFrom(flow, node.id).map((edge) => nameOfId(flow, edge.to.node, catalogue)),
			"output",
			"to",
		),
	);
	return parts.filter((part) => part !== "").join(", ");
}

function tie(names: readonly string[], word: string, way: string): string {
	if (names.length === 0) return "";
	return `${names.length} ${word}${names.length === 1 ? "" : "s"} ${way} ${names.join(" and ")}`;
}

function nameOfId(flow: Flow, id: string, catalogue: Catalogue): string {
	const node = flow.nodes.find((candidate) => candidate.id === id);
	if (node === undefined) return "nothing";
	const definition = catalogue.get(node.kind);
	return definition === undefined ? node.label || node.kind : nameOf(node, definition);
}
