import { invariant } from "@weir/errors";
import { type FlowEdge, nameOf, type ResolvedFlow, type ResolvedNode } from "@weir/flow";
import type { Partitioning } from "@weir/node-kit";
import type { PlanLimits } from "./plan.ts";

/** By what the rows of a place are spread over partitions; `fields` undefined: by the device, or by fields that did not stay as they were. */
interface Keying {
	readonly fields: readonly string[] | undefined;
	readonly partitions: number;
}

/** A stage while it is being cut: which nodes it holds and which edges enter it through an exchange. */
export interface Cut {
	readonly nodes: ResolvedNode[];
	readonly sourceFed: boolean;
	readonly partitions: number;
	/** Edges that enter through an exchange, with the fields the exchange groups by. */
	readonly entering: { readonly edge: FlowEdge; readonly fields: readonly string[] }[];
	readonly because: string[];
	/** By node with a key: those of its key fields that decide on the partition. */
	readonly places: Map<string, readonly number[]>;
	sink: ResolvedNode | undefined;
}

/** Decides which nodes run together. Every node is in exactly one cut; an edge between two cuts is an exchange. */
export function cutStages(flow: ResolvedFlow, limits: PlanLimits): readonly Cut[] {
	const cutting = new Cutting(flow, limits);
	for (const node of flow.nodes) if (node.definition.role !== "sink") cutting.place(node);
	const sinks = flow.nodes.filter((node) => node.definition.role === "sink");
	for (const node of sinks) if (!hasTarget(node)) cutting.place(node);
	for (const node of sinks) if (hasTarget(node)) cutting.placeTargetSink(node);
	return cutting.cuts();
}

class Cutting {
	readonly #flow: ResolvedFlow;
	readonly #limits: PlanLimits;
	readonly #cutOf = new Map<string, Cut>();
	readonly #keying = new Map<string, Keying>();

	constructor(flow: ResolvedFlow, limits: PlanLimits) {
		this.#flow = flow;
		this.#limits = limits;
	}

	cuts(): readonly Cut[] {
		return [...new Set(this.#flow.nodes.map((node) => this.#cut(node.id)))];
	}

	place(node: ResolvedNode): void {
		if (node.definition.role === "source") this.#openSource(node);
		else if (this.#mayJoin(node)) this.#join(node);
		else this.#openBehindExchange(node);
	}

	/** A sink that writes to a system of its own shares a stage only where it is the one way out: otherwise each sink keeps its own place. */
	placeTargetSink(node: ResolvedNode): void {
		const producers = this.#producers(node);
		const only = producers[0];
		const alone =
			only !== undefined &&
			producers.every((cut) => cut === only || this.#mergeable([cut, only])) &&
			producers.every((cut) => this.#waysOut(cut, node) === 0);
		if (alone && this.#mayJoin(node)) {
			this.#join(node);
			this.#cut(node.id).sink = node;
			return;
		}
		this.#openBehindExchange(
			node,
			alone ? undefined : "keeps its own place in the stream, so that a slow or dead target holds back nothing else",
		);
		this.#cut(node.id).sink = node;
	}

	#openSource(node: ResolvedNode): void {
		const keyField = node.definition.reading?.(node.config).keyField;
		const partitions = this.#limits.streams?.[node.id]?.at(-1) ?? this.#limits.sourcePartitions;
		this.#cutOf.set(node.id, {
			nodes: [node],
			sourceFed: true,
			partitions,
			entering: [],
			because: [
				`${this.#name(node)} is read in ${partitions} partitions by ${keyField ?? "device"}, so that records of one ${keyField ?? "device"} keep their order.`,
			],
			places: new Map(),
			sink: undefined,
		});
		this.#keying.set(node.id, { fields: keyField === undefined ? undefined : [keyField], partitions });
	}

	#mayJoin(node: ResolvedNode): boolean {
		const cuts = this.#producers(node);
		if (cuts.some((cut) => cut.sink !== undefined) || !this.#mergeable(cuts)) return false;
		const wanted = node.definition.partitioning(node.config);
		const arriving = this.#edgesTo(node).map((edge) => ({ keying: this.#keyingOf(edge.from.node), fields: fieldsAt(node, wanted, edge) }));
		return (
			arriving.every(({ keying, fields }) => satisfies(keying, wanted, fields)) &&
			arriving.every((one) => sameGrouping(one, arriving[0], wanted))
		);
	}

	#mergeable(cuts: readonly Cut[]): boolean {
		return cuts.length === 1 || (cuts.every((cut) => cut.sourceFed) && new Set(cuts.map((cut) => cut.partitions)).size === 1);
	}

	#join(node: ResolvedNode): void {
		const [first, ...others] = this.#producers(node);
		invariant(first !== undefined, "A node without an input reached the planner.");
		for (const other of others) {
			first.nodes.push(...other.nodes);
			first.because.push(...other.because);
			for (const moved of other.nodes) this.#cutOf.set(moved.id, first);
			for (const [id, places] of other.places) first.places.set(id, places);
		}
		if (others.length > 0)
			first.because.push(`Their partitions are grouped alike, so ${this.#name(node)} reads the same partition of each.`);
		first.nodes.push(node);
		this.#cutOf.set(node.id, first);
		const from = this.#edgesTo(node).find((edge) => edge.to.port === node.definition.inputs[0]?.name);
		invariant(from !== undefined, "A node without an input reached the planner.");
		const keying = this.#keyingOf(from.from.node);
		this.#keying.set(node.id, this.#after(node, keying));
		const wanted = node.definition.partitioning(node.config);
		if (wanted.kind === "by-key")
			first.places.set(
				node.id,
				(keying.fields ?? []).map((name) => wanted.fields.indexOf(name)),
			);
	}

	#openBehindExchange(node: ResolvedNode, why?: string): void {
		const wanted = node.definition.partitioning(node.config);
		const partitions = wanted.kind === "single" ? 1 : this.#limits.exchangePartitions;
		this.#cutOf.set(node.id, {
			nodes: [node],
			sourceFed: false,
			partitions,
			entering: this.#edgesTo(node).map((edge) => ({ edge, fields: fieldsAt(node, wanted, edge) })),
			because: [`${this.#name(node)} ${why ?? whyExchange(wanted)}.`],
			places: new Map(wanted.kind === "by-key" ? [[node.id, wanted.fields.map((_name, place) => place)]] : []),
			sink: undefined,
		});
		this.#keying.set(node.id, this.#after(node, { fields: wanted.kind === "by-key" ? wanted.fields : undefined, partitions }));
	}

	/** Ways out of a cut other than `sink`: exchanges that read from it, and sinks that joined it. */
	#waysOut(cut: Cut, sink: ResolvedNode): number {
		const inside = new Set(cut.nodes.map((node) => node.id));
		const sinksInside = cut.nodes.filter((node) => node.definition.role === "sink").length;
		const leaving = this.#flow.edges.filter((edge) => inside.has(edge.from.node) && !inside.has(edge.to.node) && edge.to.node !== sink.id);
		return sinksInside + leaving.length;
	}

	#after(node: ResolvedNode, keying: Keying): Keying {
		if (keying.fields === undefined || node.input === undefined) return keying;
		const kept = node.definition.keeps?.(node.config, node.input);
		const stays = (name: string) =>
			(kept === undefined || kept.includes(name)) &&
			Object.values(node.outputs).every((schema) => schema.fields.some((field) => field.name === name));
		return keying.fields.every(stays) ? keying : { ...keying, fields: undefined };
	}

	#producers(node: ResolvedNode): readonly Cut[] {
		return [...new Set(this.#edgesTo(node).map((edge) => this.#cut(edge.from.node)))];
	}

	#edgesTo(node: ResolvedNode): readonly FlowEdge[] {
		return this.#flow.edges.filter((edge) => edge.to.node === node.id);
	}

	#cut(nodeId: string): Cut {
		const cut = this.#cutOf.get(nodeId);
		invariant(cut !== undefined, "The planner met a node before what feeds it.");
		return cut;
	}

	#keyingOf(nodeId: string): Keying {
		const keying = this.#keying.get(nodeId);
		invariant(keying !== undefined, "The planner met a node before what feeds it.");
		return keying;
	}

	#name(node: ResolvedNode): string {
		return nameOf(node, node.definition);
	}
}

/** It writes to another system than our log. */
function hasTarget({ definition }: ResolvedNode): boolean {
	return definition.commitsIn !== "log" || definition.connection !== undefined;
}

/** The fields by which rows must meet, as they are called at the input where the edge ends. */
function fieldsAt(node: ResolvedNode, wanted: Partitioning, edge: FlowEdge): readonly string[] {
	if (wanted.kind !== "by-key") return [];
	return edge.to.port === node.definition.inputs[0]?.name ? wanted.fields : (wanted.otherInputs?.[edge.to.port] ?? wanted.fields);
}

/** Rows that must meet do meet when everything is in one partition, or when the partition key is part of what they share. */
function satisfies(keying: Keying, wanted: Partitioning, fields: readonly string[]): boolean {
	if (wanted.kind === "any" || keying.partitions === 1) return true;
	if (wanted.kind === "single" || keying.fields === undefined) return false;
	return keying.fields.every((name) => fields.includes(name));
}

interface Arriving {
	readonly keying: Keying;
	/** What rows that must meet share, as it is called there. */
	readonly fields: readonly string[];
}

/** Equal keys are in partitions of equal number. Fields at two inputs may be called otherwise: then they must stand at the same places of the key. */
function sameGrouping(a: Arriving, b: Arriving | undefined, wanted: Partitioning): boolean {
	if (b === undefined || a.keying.partitions !== b.keying.partitions) return false;
	const text = ({ keying, fields }: Arriving) =>
		(keying.fields ?? []).map((name) => (wanted.kind === "by-key" ? fields.indexOf(name) : name)).join("\u0000");
	return text(a) === text(b);
}

function whyExchange(wanted: Partitioning): string {
	switch (wanted.kind) {
		case "single":
			return "needs all records in one place";
		case "by-key":
			return `needs records with equal ${wanted.fields.join(", ")} in one place, so they are regrouped before it`;
		case "any":
			return "gets records from parts that are grouped differently, so they are regrouped before it";
	}
}
