import { canonicalJson } from "@weir/flow";
import type { Exchange, NodeKey, Plan, PlannedNode, Stage } from "./plan.ts";

/** What becomes of what a node holds when a new version takes over. */
export interface NodeCarry {
	readonly node: string;
	/** `kept`: it goes on as it was · `migrated`: it goes on under new settings · `reset`: it begins empty, what it held is lost · `new`: it was not there. */
	readonly fate: "kept" | "migrated" | "reset" | "new";
	/** It keeps something between records. */
	readonly isStateful: boolean;
	/** Why what it held cannot be taken over. */
	readonly why?: "chosen" | "form" | "grouping";
	/** Its keys go to other tasks than before: to so many. */
	readonly spreadOver?: number;
}

/** Keys of a node that stood otherwise in the tasks of the version before. */
export interface Respread {
	readonly key: NodeKey;
	/** Tasks of that stage before and now. */
	readonly before: number;
	readonly now: number;
	/** A key's task was chosen by the same fields, among fewer or more. */
	readonly isSameGrouping: boolean;
}

/** From which stage of the version before each part of a stage's first state comes; from the same partition, unless it says otherwise. */
export interface StageCarry {
	/** Sources that read on where that stage stopped; `isSameTime`: by the same event time, so that how far it has come still holds. */
	readonly sources: readonly {
		readonly node: string;
		readonly from: string;
		readonly isSameTime: boolean;
		/** Partitions of the newest generation that it read, and how many generations there were. */
		readonly partitions: number;
		readonly generations: number;
	}[];
	/** Exchanges that are read on where that stage stopped. */
	readonly exchanges: readonly { readonly exchange: string; readonly from: string }[];
	/** Exchanges written on: what their readers were told last. */
	readonly writes: readonly { readonly exchange: string; readonly from: string }[];
	/** Nodes whose snapshot goes on; `respread`: the keys of several partitions of it that belong here. */
	readonly operators: readonly { readonly node: string; readonly from: string; readonly respread?: Respread }[];
}

/** How one version takes over from another. */
export interface Carry {
	readonly nodes: readonly NodeCarry[];
	/** By stage of the new version. */
	readonly stages: ReadonlyMap<string, StageCarry>;
	/** Exchanges whose stream goes on under the new version, rows on their way included. */
	readonly exchanges: ReadonlySet<string>;
	/** Readers of the version before that have no counterpart: they must read their exchange to its end before they stop, or rows are lost. */
	readonly drains: readonly { readonly stage: string; readonly exchange: string }[];
}

/**
 * Compares two plans of a flow, node by node and exchange by exchange. Pure, and it looks at plans alone: they say what form a node's state
 * has by the program that ran it. `fresh` are nodes that are to begin empty although they could go on.
 */
export function carryOver(before: Plan, after: Plan, fresh: ReadonlySet<string> = new Set()): Carry {
	const readers = readersOf(before);
	const exchanges = new Set(after.exchanges.filter((exchange) => isSame(exchange, before.exchanges)).map(({ id }) => id));
	const stages = new Map<string, StageCarry>();
	const taken = new Set<string>();
	const nodes = new Map<string, NodeCarry>();
	for (const stage of after.stages) {
		const carried = [];
		for (const reader of readersOf({ ...after, stages: [stage] })) {
			const from = readers.find((candidate) => exchanges.has(reader.exchange) && sameReader(candidate, reader));
			if (from === undefined) continue;
			taken.add(readerKey(from));
			carried.push({ exchange: reader.exchange, from: from.stage });
		}
		const operators = [];
		for (const node of stage.nodes) {
			const { from, respread, ...fate } = fateOf(node, stage, before, after, fresh);
			nodes.set(node.id, fate);
			if (from !== undefined) operators.push({ node: node.id, from, ...(respread === undefined ? {} : { respread }) });
		}
		stages.set(stage.id, { sources: sourcesOf(stage, before), exchanges: carried, writes: writesOf(stage, before, exchanges), operators });
	}
	const drains = readers.filter((reader) => !taken.has(readerKey(reader))).map(({ stage, exchange }) => ({ stage, exchange }));
	return { nodes: [...nodes.values()], stages, exchanges, drains };
}

interface Reader {
	readonly stage: string;
	readonly exchange: string;
	/** Kind and id of the nodes that get the rows. */
	readonly targets: string;
}

/** One place in each exchange per stage that reads it. */
function readersOf(plan: Plan): readonly Reader[] {
	return plan.stages.flatMap((stage) => {
		const targets = new Map<string, string[]>();
		for (const input of stage.inputs) {
			if (input.type !== "exchange") continue;
			const kind = stage.nodes.find((node) => node.id === input.to.node)?.kind ?? "";
			targets.set(input.exchange, [...(targets.get(input.exchange) ?? []), `${kind} ${input.to.node} ${input.to.port ?? ""}`]);
		}
		return [...targets].map(([exchange, names]) => ({ stage: stage.id, exchange, targets: names.sort().join("\n") }));
	});
}

function readerKey(reader: Reader): string {
	return `${reader.exchange}\n${reader.stage}`;
}

function sameReader(a: Reader, b: Reader): boolean {
	return a.exchange === b.exchange && a.targets === b.targets;
}

function isSame(exchange: Exchange, others: readonly Exchange[]): boolean {
	return others.some((other) => canonicalJson(other) === canonicalJson(exchange));
}

function sourcesOf(stage: Stage, before: Plan): StageCarry["sources"] {
	return stage.inputs.flatMap((input) => {
		if (input.type !== "source") return [];
		for (const one of before.stages) {
			const was = one.inputs.find((other) => other.type === "source" && other.node === input.node);
			if (was?.type !== "source") continue;
			const isSameTime = was.reading.eventTimeField === input.reading.eventTimeField;
			const generations = (was.earlier?.length ?? 0) + 1;
			return [{ node: input.node, from: one.id, isSameTime, partitions: was.partitions, generations }];
		}
		return [];
	});
}

function writesOf(stage: Stage, before: Plan, exchanges: ReadonlySet<string>): StageCarry["writes"] {
	return stage.writes.flatMap(({ exchange }) => {
		const from = before.stages.find((one) => one.writes.some((other) => other.exchange === exchange));
		return from === undefined || !exchanges.has(exchange) ? [] : [{ exchange, from: from.id }];
	});
}

function fateOf(
	node: PlannedNode,
	stage: Stage,
	before: Plan,
	after: Plan,
	fresh: ReadonlySet<string>,
): NodeCarry & { readonly from?: string; readonly respread?: Respread } {
	const held = before.stages.flatMap((one) => one.nodes.map((was) => ({ one, was }))).find(({ was }) => was.id === node.id);
	const isStateful = node.stateSchema !== undefined;
	if (held === undefined || held.was.kind !== node.kind) return { node: node.id, fate: "new", isStateful };
	const isUnchanged = settingsOf(held.was) === settingsOf(node);
	const isSameGrouping = groupingOf(held.one, before) === groupingOf(stage, after);
	const { partitions } = stage;
	const isInPlace = held.one.partitions === partitions && (isSameGrouping || partitions === 1);
	// What a source has stored stays where it is: grouped otherwise, its records would come in two places for a while.
	const mayMove = isSameGrouping || stage.inputs.every((input) => input.type === "exchange");
	const respread = isInPlace || !mayMove ? undefined : respreadOf(held.was, node, held.one.partitions, partitions);
	const goesTo = { from: held.one.id, ...(respread === undefined ? {} : { respread }) };
	if (!isStateful && held.was.stateSchema === undefined) {
		// Nothing that a person would miss; what there is goes on where nothing changed.
		const goesOn = isUnchanged && (isInPlace || respread !== undefined);
		return { node: node.id, fate: "kept", isStateful, ...(goesOn ? goesTo : {}) };
	}
	const reset = (why: NonNullable<NodeCarry["why"]>) => ({ node: node.id, fate: "reset", isStateful, why }) as const;
	if (fresh.has(node.id)) return reset("chosen");
	if (held.was.stateSchema !== node.stateSchema) return reset("form");
	if (!isInPlace && respread === undefined) return reset("grouping");
	const spreadOver = respread === undefined ? {} : { spreadOver: respread.now };
	return { node: node.id, fate: isUnchanged ? "kept" : "migrated", isStateful, ...goesTo, ...spreadOver };
}

/** A node that keeps something by key finds each key wherever it stood; the form of the state says that the keys are the same. */
function respreadOf(was: PlannedNode, node: PlannedNode, before: number, now: number): Respread | undefined {
	if (was.key === undefined || node.key === undefined) return undefined;
	const isSameGrouping = canonicalJson(was.key) === canonicalJson(node.key);
	return { key: node.key, before, now, isSameGrouping };
}

/** Partitions of the stage before that may hold keys of a partition now: equal hashes leave equal remainders by what both numbers are multiples of. */
export function formerPartitions({ before, now, isSameGrouping }: Respread, partition: number): readonly number[] {
	const all = Array.from({ length: before }, (_, index) => index);
	const common = isSameGrouping ? commonDivisor(before, now) : 1;
	return all.filter((index) => index % common === partition % common);
}

function commonDivisor(a: number, b: number): number {
	return b === 0 ? a : commonDivisor(b, a % b);
}

function settingsOf({ config, input, inputs }: PlannedNode): string {
	return canonicalJson({ config, inputs: inputs ?? input });
}

/** By what a stage's rows are spread over its partitions: where this text and their number stay the same, a key stays in its partition. */
function groupingOf(stage: Stage, plan: Plan): string {
	const inputs = stage.inputs.map((input) => {
		if (input.type === "source") return `records by ${input.reading.keyField ?? "device"}`;
		const exchange = plan.exchanges.find(({ id }) => id === input.exchange);
		if (exchange === undefined || exchange.fields.length === 0) return `keys of ${input.exchange}`;
		const types = exchange.fields.map((name) => exchange.schema.fields.find((field) => field.name === name)?.type);
		return `rows by ${canonicalJson(exchange.fields.map((name, i) => [name, types[i]]))}`;
	});
	return [...new Set(inputs)].sort().join(" and ");
}
