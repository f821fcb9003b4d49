import { type Flow, resolve } from "@weir/flow";
import { type Catalogue, defineNode, type NodeDefinition, type Partitioning } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import * as z from "zod";

const METERS: RecordSchema = {
	fields: [
		{ name: "meter", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "valve", type: "text" },
		{ name: "at", type: "timestamp" },
	],
};

const base = {
	version: 1,
	migrations: {},
	category: "transform",
	role: "transform",
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

const keyed = z.object({ by: z.array(z.string()).default(["meter"]) });

const definitions: readonly NodeDefinition[] = [
	defineNode({
		...base,
		kind: "source",
		title: "Source",
		role: "source",
		inputs: [],
		config: z.object({ keyField: z.string().optional() }),
		outputSchema: () => ({ schemas: { out: METERS }, problems: [] }),
		reading: (config) => ({
			format: "json",
			schema: METERS,
			maxDisorderMs: 0,
			idleAfterMs: 1000,
			maxFutureMs: 1000,
			...(config.keyField ? { keyField: config.keyField } : {}),
		}),
	}),
	defineNode({ ...base, kind: "gate", title: "Gate", config: z.object({}), fieldsRead: () => ["litres"] }),
	defineNode({
		...base,
		kind: "rewrite",
		title: "Rewrite",
		config: z.object({}),
		fieldsRead: () => ["meter"],
		keeps: () => ["litres", "valve", "at"],
	}),
	defineNode({
		...base,
		kind: "once",
		title: "Once",
		config: keyed,
		partitioning: (config) => ({ kind: "by-key", fields: config.by }),
		fieldsRead: (config) => config.by,
		outputs: [...base.outputs, { name: "duplicate", summary: "", side: true }],
	}),
	defineNode({
		...base,
		kind: "sum",
		title: "Sum",
		config: keyed,
		partitioning: (config) => (config.by.length === 0 ? { kind: "single" } : { kind: "by-key", fields: config.by }),
		fieldsRead: (config) => [...config.by, "litres"],
		outputSchema: (config) => ({
			schemas: {
				out: { fields: [...config.by.map((name) => ({ name, type: "text" as const })), { name: "total", type: "number" as const }] },
			},
			problems: [],
		}),
	}),
	defineNode({
		...base,
		kind: "pair",
		title: "Pair",
		inputs: [
			{ name: "left", summary: "" },
			{ name: "right", summary: "" },
		],
		config: z.object({ left: z.array(z.string()).default(["meter"]), right: z.array(z.string()).default(["meter"]) }),
		partitioning: (config) => ({ kind: "by-key", fields: config.left, otherInputs: { right: config.right } }),
		outputSchema: (_config, left = { fields: [] }, { right = { fields: [] } } = {}) => ({
			schemas: { out: { fields: [...left.fields, ...right.fields.map(({ name, type }) => ({ name: `right_${name}`, type }))] } },
			problems: [],
		}),
	}),
	defineNode({
		...base,
		kind: "table",
		title: "Table",
		role: "sink",
		outputs: [],
		config: z.object({ connection: z.string().optional() }),
		commitsIn: "connection",
	}),
	defineNode({
		...base,
		kind: "files",
		title: "Files",
		role: "sink",
		outputs: [],
		config: z.object({ connection: z.string().optional() }),
		connection: "store",
		commitsIn: "log",
	}),
	defineNode({ ...base, kind: "look", title: "Look", role: "sink", outputs: [], config: z.object({}), commitsIn: "log" }),
];

/** The kinds that these drawings are made of. */
export const meters: Catalogue = new Map(definitions.map((definition) => [definition.kind, definition]));

/** Resolves a drawing over a small catalogue of water meters. */
export function resolveMeters(flow: Flow) {
	const { resolved, problems } = resolve(flow, meters);
	if (resolved === undefined) throw new Error(problems.map((problem) => problem.message).join("\n"));
	return resolved;
}
