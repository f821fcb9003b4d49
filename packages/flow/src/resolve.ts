import type { Problem } from "@weir/errors";
import { type Catalogue, type InputSchemas, type NodeDefinition, outputPorts, type Port } from "@weir/node-kit";
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
	const inputPorts = new Map<string, InputSchemas>();
	const outputs = new Map<string, Outputs>();
	const nodes: ResolvedNode[] = [];

	for (const node of topologicalOrder(flow)) {
		const definition = catalogue.get(node.kind);
		if (definition === undefined) continue;
		const arriving = inputsOf(flow, node, definition, outputs, problems);
		const input = arriving[definition.inputs[0]?.name ?? ""];
		inputs.set(node.id, input);
		inputPorts.set(node.id, arriving);
		const parsed = parseConfig(node, definition);
		problems.push(...parsed.problems);
		if (parsed.config === undefined) continue;
		const { config } = parsed;
		const derived = definition.outputSchema(config, input, arriving);
		const leaving = completeOutputs(outputPorts(definition, config), derived.schemas, input);
		outputs.set(node.id, leaving);
		for (const found of uniqueProblems([...derived.problems, ...definition.lint(config, input, arriving)]))
			problems.push({ ...found, nodeId: node.id });
		nodes.push({ id: node.id, label: node.label, definition, config, input, inputs: arriving, outputs: leaving });
	}

	const sound = !problems.some((problem) => problem.severity === "error") && nodes.length === flow.nodes.length;
	return { problems, resolved: sound ? freezeResolved(nodes, flow.edges) : undefined, inputs, inputPorts, outputs };
}

/** The one place where a flow becomes a resolved flow. */
function freezeResolved(nodes: readonly ResolvedNode[], edges: readonly FlowEdge[]): ResolvedFlow {
	return Object.freeze({ nodes: Object.freeze([...nodes]), edges: Object.freeze([...edges]) }) as unknown as ResolvedFlow;
}

function inputsOf(
	flow: Flow,
	node: FlowNode,
	definition: NodeDefinition,
	outputs: ReadonlyMap<string, Outputs>,
	problems: Problem[],
): InputSchemas {
	const inputs: Record<string, RecordSchema> = {};
	for (const port of definition.inputs) {
		const arriving: RecordSchema[] = [];
		for (const edge of edgesTo(flow, node.id)) {
			const schema = edge.to.port === port.name ? outputs.get(edge.from.node)?.[edge.from.port] : undefined;
			if (schema !== undefined) arriving.push(schema);
		}
		if (arriving.length === 0) continue;
		const merged = mergeSchemas(arriving, definition.gathers);
		if (merged.dropped.length > 0) problems.push(fieldsDropped(node, definition, merged.dropped));
		inputs[port.name] = merged.schema;
	}
	return inputs;
}

function fieldsDropped(node: FlowNode, definition: NodeDefinition, dropped: readonly string[]): Problem {
	const name = nameOf(node, definition);
	const fields = joinSentence(dropped);
	const message =
		definition.gathers === "all"
			? `${fields} ${dropped.length === 1 ? "has another type" : "have other types"} in one branch than in another and ${dropped.length === 1 ? "does" : "do"} not go through ${name}. Convert with a Map node before it.`
			: `${name} only gets the fields that all its inputs share; ${fields} ${dropped.length === 1 ? "does" : "do"} not go on. Put a Union node before it to keep all fields.`;
	return { code: "fields-dropped", severity: "warning", message, nodeId: node.id };
}

function completeOutputs(ports: readonly Port[], schemas: Outputs, input: RecordSchema | undefined): Outputs {
	const complete: Record<string, RecordSchema> = {};
	for (const port of ports) {
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
