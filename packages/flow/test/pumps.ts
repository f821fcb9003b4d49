import { type Catalogue, defineNode, type NodeDefinition, type Partitioning } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import * as z from "zod";
import type { Flow } from "../src/flow.ts";

const PUMPS: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
	],
};
const METERS: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "volts", type: "number" },
	],
};

const base = {
	version: 1,
	migrations: {},
	category: "transform",
	summary: "",
	tags: [],
	status: "stable",
	inputs: [{ name: "in", summary: "" }],
	outputs: [{ name: "out", summary: "" }],
	delivery: { guarantee: "effectively-once" },
	partitioning: (): Partitioning => ({ kind: "any" }),
	outputSchema: () => ({ schemas: {}, problems: [] }),
	lint: () => [],
	cardSummary: () => "",
} as const;

function source(kind: string, schema: RecordSchema): NodeDefinition {
	return defineNode({
		...base,
		kind,
		title: kind,
		role: "source",
		inputs: [],
		config: z.object({}),
		outputSchema: () => ({ schemas: { out: schema }, problems: [] }),
	});
}

const definitions: readonly NodeDefinition[] = [
	source("source", PUMPS),
	source("meter", METERS),
	defineNode({
		...base,
		kind: "gate",
		title: "Gate",
		role: "transform",
		version: 2,
		migrations: { 1: (config) => ({ minimum: (config as { least: number }).least }) },
		config: z.object({ minimum: z.number().default(0).meta({ title: "Minimum" }) }),
	}),
	defineNode({
		...base,
		kind: "sorter",
		title: "Sorter",
		role: "transform",
		outputs: [...base.outputs, { name: "rejected", summary: "", side: true }],
		config: z.object({}),
	}),
	defineNode({
		...base,
		kind: "switch",
		title: "Switch",
		role: "transform",
		outputs: [],
		outputsOf: ({ ways }) => (Array.isArray(ways) ? ways.map((way) => ({ name: String(way), summary: "" })) : []),
		outputSchema: (config, input) => ({
			schemas: Object.fromEntries(config.ways.map((way) => [way, input ?? { fields: [] }])),
			problems: [],
		}),
		config: z.object({ ways: z.array(z.string()).default([]).meta({ title: "Ways" }) }),
	}),
	defineNode({ ...base, kind: "gather", title: "Gather", role: "transform", gathers: "all", config: z.object({}) }),
	defineNode({
		...base,
		kind: "pair",
		title: "Pair",
		role: "transform",
		inputs: [
			{ name: "left", summary: "" },
			{ name: "right", summary: "" },
		],
		outputSchema: (_config, left, inputs) => ({
			schemas: { out: { fields: [...(left?.fields ?? []), ...(inputs?.right?.fields ?? []).filter(({ name }) => name !== "pump")] } },
			problems: [],
		}),
		config: z.object({}),
	}),
	defineNode({
		...base,
		kind: "sink",
		title: "Sink",
		role: "sink",
		outputs: [],
		config: z.object({ table: z.string().min(1).default("pumps").meta({ title: "Table" }) }),
	}),
];

/** A small catalogue of a waterworks: enough to draw with, and no real node type. */
export const pumps: Catalogue = new Map(definitions.map((definition) => [definition.kind, definition]));

/** `aFlow("source s, sink k", "s>k")`: kinds and ids, then edges from `out` to `in`, or `s.other>k.left`. */
export function aFlow(nodes: string, edges: string): Flow {
	const parts = (text: string) =>
		text
			.split(",")
			.map((part) => part.trim())
			.filter((part) => part !== "");
	return {
		schemaVersion: 1,
		nodes: parts(nodes).map((part, i) => {
			const [kind = "", id = ""] = part.split(" ");
			return { id, kind, version: kind === "gate" ? 2 : 1, label: "", config: {}, position: { x: i * 384, y: 0 } };
		}),
		edges: parts(edges).map((part) => {
			const [from = "", to = ""] = part.split(">");
			const placeOf = (text: string, usual: string) => {
				const [node = "", port = usual] = text.split(".");
				return { node, port };
			};
			return { id: `${from}-${to}`, from: placeOf(from, "out"), to: placeOf(to, "in") };
		}),
	};
}
