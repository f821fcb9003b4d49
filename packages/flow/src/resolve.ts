import type { Problem } from "@weir/errors";
import type { Catalogue, NodeDefinition } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import { parseConfig } from "./config.ts";
import type { Flow, FlowEdge, FlowNode } from "./flow.ts";
import { edgesTo, topologicalOrder } from "./graph.ts";
import { mergeSchemas } from "./merge-schemas.ts";
import type { Resolution, ResolvedFlow, ResolvedNode } from "./resolved.ts";
import { joinSentence, nameOf, structureProblems } from "./structure.ts";

type Outputs = Readonly<Record<string, RecordSchema>>;

/**
 * Says everything that is wrong with a drawing, or returns it as a different type that the planner accepts.
 * Pure; the browser, the API and the control worker run this same function.
 */
export function resolve(flow: Flow, catalogue: Catalogue): Resolution {
	const problems: Problem[] = [...structureProblems(flow, catalogue)];
	const inputs = new Map<string, RecordSchema | undefined>();
	const outputs = new Map<string, Outputs>();
	const nodes: ResolvedNode[] = [];

	for (const node of topologicalOrder(flow)) {
		const definition = catalogue.get(node.kind);
		if (definition === undefined) continue;
		const input = inputOf(flow, node, definition, outputs, problems);
		inputs.set(node.id, input);
		const parsed = parseConfig(node, definition);
		problems.push(...parsed.problems);
		if (parsed.config === undefined) continue;
		const derived = definition.outputSchema(parsed.config, input);
		outputs.set(node.id, completeOutputs(definition, derived.schemas, input));
		for (const found of uniqueProblems([...derived.problems, ...definition.lint(parsed.config, input)]))
			problems.push({ ...found, nodeId: node.id });
		nodes.push({ id: node.id, label: node.label, definition, config: parsed.config, input, outputs: outputs.get(node.id) ?? {} });
	}

	const sound = !problems.some((problem) => problem.severity === "error") && nodes.length === flow.nodes.length;
	return { problems, resolved: sound ? freezeResolved(nodes, flow.edges) : undefined, inputs, outputs };
}

/** The one place where a flow becomes a resolved flow. */
function freezeResolved(nodes: readonly ResolvedNode[], edges: readonly FlowEdge[]): ResolvedFlow {
	return Object.freeze({ nodes: Object.freeze([...nodes]), edges: Object.freeze([...edges]) }) as unknown as ResolvedFlow;
}

function inputOf(
	flow: Flow,
	node: FlowNode,
	definition: NodeDefinition,
	outputs: ReadonlyMap<string, Outputs>,
	problems: Problem[],
): RecordSchema | undefined {
	if (definition.inputs.length === 0) return undefined;
	const arriving: RecordSchema[] = [];
	for (const edge of edgesTo(flow, node.id)) {
		const schema = outputs.get(edge.from.node)?.[edge.from.port];
		if (schema !== undefined) arriving.push(schema);
	}
	if (arriving.length === 0) return undefined;
	const merged = mergeSchemas(arriving);
	if (merged.dropped.length > 0) {
		problems.push({
			code: "fields-dropped",
			severity: "warning",
			message: `${nameOf(node, definition)} only gets the fields that all its inputs share; ${joinSentence(merged.dropped)} ${merged.dropped.length === 1 ? "does" : "do"} not go on.`,
			nodeId: node.id,
		});
	}
	return merged.schema;
}

function completeOutputs(definition: NodeDefinition, schemas: Outputs, input: RecordSchema | undefined): Outputs {
	const complete: Record<string, RecordSchema> = {};
	for (const port of definition.outputs) {
		const schema = schemas[port.name] ?? input;
		if (schema !== undefined) complete[port.name] = schema;
	}
	return complete;
}

function uniqueProblems<P extends { readonly code: string; readonly path?: string; readonly message: string }>(
	found: readonly P[],
): readonly P[] {
	const seen = new Set<string>();
	return found.filter((problem) => {
		const key = `${problem.code}\u0000${problem.path ?? ""}\u0000${problem.message}`;
		return seen.has(key) ? false : seen.add(key);
	});
}
