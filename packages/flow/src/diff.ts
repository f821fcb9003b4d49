import { canonicalJson } from "./canonical.ts";
import type { Flow, FlowEdge, FlowNode } from "./flow.ts";

/** One changed setting of a node; `path` is `label`, `kind` or `config.…` one level deep. */
export interface FieldChange {
	readonly path: string;
	readonly before: unknown;
	readonly after: unknown;
}

export interface FlowDiff {
	readonly addedNodes: readonly FlowNode[];
	readonly removedNodes: readonly FlowNode[];
	/** Nodes that do something else now; a move alone is no change. */
	readonly changedNodes: readonly { readonly before: FlowNode; readonly after: FlowNode; readonly fields: readonly FieldChange[] }[];
	readonly movedNodes: readonly FlowNode[];
	readonly addedEdges: readonly FlowEdge[];
	readonly removedEdges: readonly FlowEdge[];
}

/** What changed between two drawings, by id. */
export function diffFlows(before: Flow, after: Flow): FlowDiff {
	const was = new Map(before.nodes.map((node) => [node.id, node]));
	const is = new Map(after.nodes.map((node) => [node.id, node]));
	const both = after.nodes.flatMap((node) => {
		const old = was.get(node.id);
		return old === undefined ? [] : [{ before: old, after: node, fields: changedFields(old, node) }];
	});
	const edgesBefore = new Set(before.edges.map(edgeKey));
	const edgesAfter = new Set(after.edges.map(edgeKey));
	return {
		addedNodes: after.nodes.filter((node) => !was.has(node.id)),
		removedNodes: before.nodes.filter((node) => !is.has(node.id)),
		changedNodes: both.filter((pair) => pair.fields.length > 0),
		movedNodes: both.filter((pair) => pair.fields.length === 0 && !samePlace(pair.before, pair.after)).map((pair) => pair.after),
		addedEdges: after.edges.filter((edge) => !edgesBefore.has(edgeKey(edge))),
		removedEdges: before.edges.filter((edge) => !edgesAfter.has(edgeKey(edge))),
	};
}

/** Number of changes that a deploy would bring; moves do not count. */
export function countChanges(diff: FlowDiff): number {
	return diff.addedNodes.length + diff.removedNodes.length + diff.changedNodes.length + diff.addedEdges.length + diff.removedEdges.length;
}

/** Identity of a line between two ports, whatever its id. */
export function edgeKey(edge: FlowEdge): string {
	return `${edge.from.node} ${edge.from.port} ${edge.to.node} ${edge.to.port}`;
}

/** Settings that differ, in the order of their names. */
export function changedFields(before: FlowNode, after: FlowNode): readonly FieldChange[] {
	const changes: FieldChange[] = [];
	const compare = (path: string, a: unknown, b: unknown) => {
		if (canonicalJson(a) !== canonicalJson(b)) changes.push({ path, before: a, after: b });
	};
	compare("label", before.label, after.label);
	compare("kind", before.kind, after.kind);
	compare("version", before.version, after.version);
	for (const key of [...new Set([...Object.keys(before.config), ...Object.keys(after.config)])].sort()) {
		compare(`config.${key}`, before.config[key], after.config[key]);
	}
	return changes;
}

function samePlace(a: FlowNode, b: FlowNode): boolean {
	return a.position.x === b.position.x && a.position.y === b.position.y;
}
