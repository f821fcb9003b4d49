import { invariant } from "@weir/errors";
import type { FlowEdge, ResolvedFlow, ResolvedNode } from "@weir/flow";
import { canonicalJson, mergeSchemas } from "@weir/flow";
import { type InputSchemas, outputPorts } from "@weir/node-kit";
import { type RecordSchema, sameSchema } from "@weir/records";
import { type Cut, cutStages } from "./cut.ts";
import { type Needed, neededInputs, neededOutput, pruned } from "./needs.ts";
import type { Exchange, NodeKey, Plan, PlanLimits, PlannedEdge, PlannedNode, PlannedTarget, Stage, StageInput } from "./plan.ts";

export const DEFAULT_LIMITS: PlanLimits = Object.freeze({ sourcePartitions: 16, exchangePartitions: 4 });

const NO_FIELDS: RecordSchema = Object.freeze({ fields: [] });

/** Cuts a resolved flow into stages. Pure: the same flow and limits give the same plan, byte for byte. */
export function plan(flow: ResolvedFlow, limits: PlanLimits = DEFAULT_LIMITS): Plan {
	const cuts = cutStages(flow, limits);
	const needed = neededInputs(flow);
	const nodes = planNodes(flow, needed, cuts);
	const exchanges = new Map<string, Exchange>();
	for (const cut of cuts) {
		for (const { edge, fields } of cut.entering) {
			const producer = cuts.find((candidate) => candidate.nodes.some((node) => node.id === edge.from.node));
			invariant(producer !== undefined, "An exchange has no producer.");
			const id = exchangeId(edge, fields, cut.partitions);
			exchanges.set(id, { id, schema: outputOf(nodes, edge), fields, partitions: cut.partitions, producers: producer.partitions });
		}
	}
	return {
		planVersion: 1,
		exchangePartitions: limits.exchangePartitions,
		stages: cuts.map((cut) => planStage(flow, cut, cuts, nodes, limits)),
		exchanges: [...exchanges.values()],
	};
}

/** Schemas again from front to back, with only the fields that somebody needs. */
function planNodes(flow: ResolvedFlow, needed: ReadonlyMap<string, Needed>, cuts: readonly Cut[]): ReadonlyMap<string, PlannedNode> {
	const planned = new Map<string, PlannedNode>();
	for (const node of flow.nodes) {
		const inputs = inputsOf(flow, node, planned, needed.get(node.id));
		const input = inputs[node.definition.inputs[0]?.name ?? ""] ?? NO_FIELDS;
		planned.set(node.id, {
			id: node.id,
			kind: node.definition.kind,
			config: node.config,
			input,
			...(hasSeveralInputs(node) ? { inputs } : {}),
			outputs: outputsOf(flow, node, input, inputs, needed),
			...keyOf(node, cuts),
			...stateOf(node, input, inputs),
		});
	}
	return planned;
}

/** How the keys of a transform are spread over the partitions of its stage. */
function keyOf({ id, definition, config }: ResolvedNode, cuts: readonly Cut[]): { readonly key?: NodeKey } {
	const wanted = definition.partitioning(config);
	const cut = cuts.find(({ nodes }) => nodes.some((node) => node.id === id));
	if (definition.role !== "transform" || wanted.kind !== "by-key" || cut === undefined) return {};
	return { key: { fields: wanted.fields.length, places: cut.partitions === 1 ? [] : (cut.places.get(id) ?? []) } };
}

/** The form of a node's state as this program has it: kept in the plan, so that a later program knows what it finds. */
function stateOf({ definition, config }: ResolvedNode, input: RecordSchema, inputs: InputSchemas): { readonly stateSchema?: string } {
	const { kind, category } = definition;
	const schema =
		definition.stateSchema?.(config, input, inputs) ?? (category === "stateful" ? canonicalJson({ config, inputs }) : undefined);
	return schema === undefined ? {} : { stateSchema: `${kind} ${schema}` };
}

function hasSeveralInputs(node: ResolvedNode): boolean {
	return node.definition.inputs.length > 1;
}

function inputsOf(flow: ResolvedFlow, node: ResolvedNode, planned: ReadonlyMap<string, PlannedNode>, needed: Needed): InputSchemas {
	const inputs: Record<string, RecordSchema> = {};
	for (const port of node.definition.inputs) {
		const edges = flow.edges.filter((edge) => edge.to.node === node.id && edge.to.port === port.name);
		const arriving = edges.map((edge) => outputOf(planned, edge));
		inputs[port.name] = arriving.length === 0 ? NO_FIELDS : pruned(mergeSchemas(arriving, node.definition.gathers).schema, needed);
	}
	return inputs;
}

function outputsOf(
	flow: ResolvedFlow,
	node: ResolvedNode,
	input: RecordSchema,
	inputs: InputSchemas,
	needed: ReadonlyMap<string, Needed>,
): Readonly<Record<string, RecordSchema>> {
	const isSource = node.definition.role === "source";
	const derived = isSource ? node.outputs : node.definition.outputSchema(node.config, input, inputs).schemas;
	return Object.fromEntries(
		outputPorts(node.definition, node.config).map((port) => {
			const schema = derived[port.name] ?? input;
			return [port.name, isSource ? pruned(schema, neededOutput(flow, node, port.name, needed)) : schema];
		}),
	);
}

function planStage(flow: ResolvedFlow, cut: Cut, cuts: readonly Cut[], nodes: ReadonlyMap<string, PlannedNode>, limits: PlanLimits): Stage {
	const members = flow.nodes.filter((node) => cut.nodes.includes(node));
	const inside = new Set(members.map((node) => node.id));
	const leaving = cuts.flatMap((other) =>
		other.entering.filter(({ edge }) => inside.has(edge.from.node)).map((entry) => ({ ...entry, partitions: other.partitions })),
	);
	const first = members.find((node) => node.definition.role !== "source") ?? members[0];
	invariant(first !== undefined, "A stage has no nodes.");
	return {
		id: first.id,
		inputs: [...sourceInputs(members, nodes, cut.partitions, limits), ...exchangeInputs(cut, nodes)],
		nodes: members.map((node) => plannedNode(nodes, node.id)),
		edges: flow.edges.filter((edge) => inside.has(edge.from.node) && inside.has(edge.to.node)).map((edge) => plannedEdge(edge, nodes)),
		writes: groupWrites(leaving),
		partitions: cut.partitions,
		...authorityOf(cut),
		because: cut.because,
	};
}

function sourceInputs(
	members: readonly ResolvedNode[],
	nodes: ReadonlyMap<string, PlannedNode>,
	partitions: number,
	{ streams = {} }: PlanLimits,
): readonly StageInput[] {
	return members.flatMap((node) => {
		const reading = node.definition.reading?.(node.config);
		if (node.definition.role !== "source" || reading === undefined) return [];
		const decoded = Object.values(plannedNode(nodes, node.id).outputs)[0] ?? NO_FIELDS;
		const fields = decoded.fields.map((field) => field.name);
		const earlier = streams[node.id]?.slice(0, -1) ?? [];
		return [{ type: "source", node: node.id, reading, fields, partitions, ...(earlier.length === 0 ? {} : { earlier }) }];
	});
}

function exchangeInputs(cut: Cut, nodes: ReadonlyMap<string, PlannedNode>): readonly StageInput[] {
	return cut.entering.map(({ edge, fields }) => ({
		type: "exchange",
		exchange: exchangeId(edge, fields, cut.partitions),
		edge: edge.id,
		to: targetOf(edge, nodes),
		...columnsOf(edge, nodes),
	}));
}

function groupWrites(
	leaving: readonly { readonly edge: FlowEdge; readonly fields: readonly string[]; readonly partitions: number }[],
): Stage["writes"] {
	const writes = new Map<string, { exchange: string; from: { node: string; port: string }; edges: string[] }>();
	for (const { edge, fields, partitions } of leaving) {
		const exchange = exchangeId(edge, fields, partitions);
		const write = writes.get(exchange) ?? { exchange, from: { node: edge.from.node, port: edge.from.port }, edges: [] };
		write.edges.push(edge.id);
		writes.set(exchange, write);
	}
	return [...writes.values()];
}

function authorityOf({ sink }: Cut): Pick<Stage, "authority" | "outside"> {
	if (sink === undefined) return { authority: { type: "log" } };
	const { connection } = sink.config as { readonly connection?: string };
	const target = { node: sink.id, connection: connection || "managed" };
	return sink.definition.commitsIn === "log"
		? { authority: { type: "log" }, outside: target }
		: { authority: { type: "connection", ...target } };
}

function plannedEdge(edge: FlowEdge, nodes: ReadonlyMap<string, PlannedNode>): PlannedEdge {
	return { id: edge.id, from: { node: edge.from.node, port: edge.from.port }, to: targetOf(edge, nodes), ...columnsOf(edge, nodes) };
}

function columnsOf(edge: FlowEdge, nodes: ReadonlyMap<string, PlannedNode>): { readonly columns?: readonly number[] } {
	const from = outputOf(nodes, edge);
	const { input, inputs } = plannedNode(nodes, edge.to.node);
	const to = inputs?.[edge.to.port] ?? input;
	const columns = to.fields.map((field) => from.fields.findIndex((candidate) => candidate.name === field.name));
	return sameSchema(from, to) ? {} : { columns };
}

function targetOf(edge: FlowEdge, nodes: ReadonlyMap<string, PlannedNode>): PlannedTarget {
	const { inputs } = plannedNode(nodes, edge.to.node);
	return { node: edge.to.node, ...(inputs === undefined ? {} : { port: edge.to.port }) };
}

function outputOf(nodes: ReadonlyMap<string, PlannedNode>, edge: FlowEdge): RecordSchema {
	const schema = plannedNode(nodes, edge.from.node).outputs[edge.from.port];
	invariant(schema !== undefined, "An edge leaves from a port without a schema.");
	return schema;
}

function plannedNode(nodes: ReadonlyMap<string, PlannedNode>, id: string): PlannedNode {
	const node = nodes.get(id);
	invariant(node !== undefined, "The plan met a node before what feeds it.");
	return node;
}

/** Same output, grouping and width: the same exchange, read by several consumers at their own places. */
function exchangeId(edge: FlowEdge, fields: readonly string[], partitions: number): string {
	const grouping = partitions === 1 ? "one" : fields.length === 0 ? "key" : fields.map(encodeURIComponent).join("+");
	return `${edge.from.node}.${edge.from.port}.${grouping}`;
}
