import { canonicalJson } from "./canonical.ts";
import { edgeKey } from "./diff.ts";
import type { Flow, FlowEdge, FlowNode } from "./flow.ts";

/** Both sides changed the same thing. `nodeId` names the node; `path` is a field, or absent when one side removed the node. */
export interface MergeConflict {
	readonly nodeId: string;
	readonly path?: string;
	readonly mine: unknown;
	readonly theirs: unknown;
}

export interface FlowMerge {
	/** The union of both sides' changes; where they conflict, `prefer` wins. */
	readonly merged: Flow;
	readonly conflicts: readonly MergeConflict[];
}

/** Three-way merge per node, edge and field on ids. No conflict means that nobody's work is lost. */
export function mergeFlows(base: Flow, mine: Flow, theirs: Flow, prefer: "mine" | "theirs" = "theirs"): FlowMerge {
	const conflicts: MergeConflict[] = [];
	const baseNodes = new Map(base.nodes.map((node) => [node.id, node]));
	const myNodes = new Map(mine.nodes.map((node) => [node.id, node]));
	const theirNodes = new Map(theirs.nodes.map((node) => [node.id, node]));
	const nodes: FlowNode[] = [];
	for (const id of new Set([...theirNodes.keys(), ...myNodes.keys()])) {
		const merged = mergeNode(id, baseNodes.get(id), myNodes.get(id), theirNodes.get(id), prefer, conflicts);
		if (merged !== undefined) nodes.push(merged);
	}
	const alive = new Set(nodes.map((node) => node.id));
	const edges = mergeEdges(base, mine, theirs).filter((edge) => alive.has(edge.from.node) && alive.has(edge.to.node));
	return { merged: { schemaVersion: 1, nodes, edges }, conflicts };
}

function mergeNode(
	id: string,
	base: FlowNode | undefined,
	mine: FlowNode | undefined,
	theirs: FlowNode | undefined,
	prefer: "mine" | "theirs",
	conflicts: MergeConflict[],
): FlowNode | undefined {
	if (mine === undefined || theirs === undefined) {
		const kept = mine ?? theirs;
		if (base === undefined || kept === undefined) return kept;
		if (sameContent(base, kept)) return undefined;
		conflicts.push({ nodeId: id, mine, theirs });
		return prefer === "mine" ? mine : theirs;
	}
	const pick = (path: string | undefined, was: unknown, my: unknown, their: unknown): unknown => {
		const myText = canonicalJson(my);
		const theirText = canonicalJson(their);
		const wasText = canonicalJson(was);
		if (myText === theirText || myText === wasText) return their;
		if (theirText === wasText) return my;
		if (path !== undefined) conflicts.push({ nodeId: id, path, mine: my, theirs: their });
		return prefer === "mine" ? my : their;
	};
	const config: Record<string, unknown> = {};
	for (const key of new Set([...Object.keys(theirs.config), ...Object.keys(mine.config)])) {
		const value = pick(`config.${key}`, base?.config[key], mine.config[key], theirs.config[key]);
		if (value !== undefined) config[key] = value;
	}
	return {
		id,
		kind: pick("kind", base?.kind, mine.kind, theirs.kind) as string,
		version: Math.max(mine.version, theirs.version),
		label: pick("label", base?.label, mine.label, theirs.label) as string,
		config,
		position: pick(undefined, base?.position, mine.position, theirs.position) as FlowNode["position"],
	};
}

/** An edge is kept when both have it, or when the side that has it is the one that added it. */
function mergeEdges(base: Flow, mine: Flow, theirs: Flow): readonly FlowEdge[] {
	const was = new Set(base.edges.map(edgeKey));
	const my = new Set(mine.edges.map(edgeKey));
	const their = new Set(theirs.edges.map(edgeKey));
	const kept = theirs.edges.filter((edge) => my.has(edgeKey(edge)) || !was.has(edgeKey(edge)));
	const added = mine.edges.filter((edge) => !their.has(edgeKey(edge)) && !was.has(edgeKey(edge)));
	return [...kept, ...added];
}

function sameContent(a: FlowNode, b: FlowNode): boolean {
	return canonicalJson({ ...a, position: 0 }) === canonicalJson({ ...b, position: 0 });
}
