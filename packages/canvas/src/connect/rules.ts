import type { Problem } from "@weir/errors";
import { edgesTo, type Flow, type FlowNode, mergeSchemas, nameOf, parseConfig, type Resolution, wouldLoop } from "@weir/flow";
import { type Catalogue, type InputSchemas, type NodeDefinition, outputPorts, type Port } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import { fieldsOf, isChanged } from "../inspector/fields.ts";

export interface PortRef {
	readonly node: string;
	readonly port: string;
}

/** What the rules look at: the drawing and what is known of it. */
export interface Drawing {
	readonly flow: Flow;
	readonly catalogue: Catalogue;
	readonly resolution: Resolution;
}

/** Why an output must not go to an input, in one sentence; undefined when it may. */
export function whyNot(drawing: Drawing, from: PortRef, to: PortRef): string | undefined {
	const { flow, catalogue } = drawing;
	const source = flow.nodes.find((node) => node.id === from.node);
	const target = flow.nodes.find((node) => node.id === to.node);
	if (source === undefined || target === undefined) return "One of the two nodes is gone.";
	const targetDefinition = catalogue.get(target.kind);
	const sourceDefinition = catalogue.get(source.kind);
	if (targetDefinition === undefined || sourceDefinition === undefined) return "This Weir does not know one of the two node types.";
	const sourceName = nameOf(source, sourceDefinition);
	const targetName = nameOf(target, targetDefinition);
	if (source.id === target.id) return `${sourceName} cannot feed itself: this would create a loop.`;
	if (wouldLoop(flow, source.id, target.id)) return `${targetName} already feeds ${sourceName}: this would create a loop.`;
	if (
		flow.edges.some(
			(edge) => edge.from.node === from.node && edge.from.port === from.port && edge.to.node === to.node && edge.to.port === to.port,
		)
	) {
		return `${sourceName} and ${targetName} are already connected.`;
	}
	return firstNewProblem(drawing, from, target, targetDefinition, to.port)?.message;
}

/** A problem that the target would get from these records, and has not without them. Fields left empty are no reason: they are filled in later. */
function firstNewProblem(
	drawing: Drawing,
	from: PortRef,
	target: FlowNode,
	definition: NodeDefinition,
	port: string,
): Pick<Problem, "message"> | undefined {
	const arriving = schemaOf(drawing, from);
	if (arriving === undefined || arriving.fields.length === 0) return undefined;
	const { config } = parseConfig(target, definition);
	if (config === undefined) return undefined;
	const others = edgesTo(drawing.flow, target.id).flatMap((edge) => (edge.to.port === port ? (schemaOf(drawing, edge.from) ?? []) : []));
	const inputs = drawing.resolution.inputPorts.get(target.id) ?? {};
	const known = new Set(problemsWith(definition, config, inputs).map((problem) => problem.message));
	const merged = mergeSchemas([...others, arriving], definition.gathers).schema;
	return problemsWith(definition, config, { ...inputs, [port]: merged }).find(
		(problem) =>
			problem.severity === "error" &&
			problem.code !== "field-required" &&
			!known.has(problem.message) &&
			wasChosen(target, definition, problem.path),
	);
}

/** A default that does not fit is no reason either: nobody has chosen it yet. */
function wasChosen(node: FlowNode, definition: NodeDefinition, path: string | undefined): boolean {
	const name = path?.split(".")[0];
	const field = fieldsOf(definition.config).find((spec) => spec.name === name);
	return field === undefined || name === undefined || isChanged(field, node.config[name]);
}

function problemsWith(definition: NodeDefinition, config: unknown, inputs: InputSchemas) {
	const input = inputs[definition.inputs[0]?.name ?? ""];
	return [...definition.outputSchema(config, input, inputs).problems, ...definition.lint(config, input, inputs)];
}

function schemaOf({ resolution }: Pick<Drawing, "resolution">, from: PortRef): RecordSchema | undefined {
	return resolution.outputs.get(from.node)?.[from.port];
}

/** May a new node of this kind be fed from the output? A kind without inputs may not. */
export function fitsAfter(definition: NodeDefinition): boolean {
	return definition.inputs.length > 0;
}

/** Inputs of the drawing that the output may go to, in the drawing's order. */
export function inputsFor(drawing: Drawing, from: PortRef): readonly PortRef[] {
	return drawing.flow.nodes.flatMap((node) =>
		(drawing.catalogue.get(node.kind)?.inputs ?? [])
			.map((port) => ({ node: node.id, port: port.name }))
			.filter((to) => whyNot(drawing, from, to) === undefined),
	);
}

function portsOf(definition: NodeDefinition | undefined, node: FlowNode): readonly Port[] {
	return definition === undefined ? [] : outputPorts(definition, node.config);
}

/** Outputs of the drawing that may go to the input. */
export function outputsFor(drawing: Drawing, to: PortRef): readonly PortRef[] {
	return drawing.flow.nodes.flatMap((node) =>
		portsOf(drawing.catalogue.get(node.kind), node)
			.map((port) => ({ node: node.id, port: port.name }))
			.filter((from) => whyNot(drawing, from, to) === undefined),
	);
}
