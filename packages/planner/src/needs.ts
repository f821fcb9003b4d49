import type { ResolvedFlow, ResolvedNode } from "@weir/flow";
import type { RecordSchema } from "@weir/records";

/** Field names; undefined means all of them. */
export type Needed = ReadonlySet<string> | undefined;

/** Which input fields each node needs, for itself and for everything behind it. Keyed by node id. */
export function neededInputs(flow: ResolvedFlow): ReadonlyMap<string, Needed> {
	const needed = new Map<string, Needed>();
	for (const node of [...flow.nodes].reverse()) needed.set(node.id, neededBy(flow, node, needed));
	return needed;
}

/** Which fields of a node's output port somebody needs. */
export function neededOutput(flow: ResolvedFlow, node: ResolvedNode, port: string, inputs: ReadonlyMap<string, Needed>): Needed {
	const union = new Set<string>();
	for (const edge of flow.edges) {
		if (edge.from.node !== node.id || edge.from.port !== port) continue;
		const wanted = inputs.get(edge.to.node);
		if (wanted === undefined) return undefined;
		for (const name of wanted) union.add(name);
	}
	return union;
}

function neededBy(flow: ResolvedFlow, node: ResolvedNode, inputs: ReadonlyMap<string, Needed>): Needed {
	if (node.input === undefined) return new Set();
	// What a node of several inputs puts out is called otherwise than what arrives.
	if (node.definition.inputs.length > 1) return undefined;
	const own = node.definition.fieldsRead?.(node.config, node.input);
	if (own === undefined) return undefined;
	const union = new Set(own);
	for (const [port, { fields }] of Object.entries(node.outputs)) {
		const after = neededOutput(flow, node, port, inputs);
		for (const { name } of fields) if (after === undefined || after.has(name)) union.add(name);
	}
	return new Set(node.input.fields.map((field) => field.name).filter((name) => union.has(name)));
}

/** The fields that are needed, in the schema's order. */
export function pruned(schema: RecordSchema, needed: Needed): RecordSchema {
	return needed === undefined ? schema : { fields: schema.fields.filter((field) => needed.has(field.name)) };
}
