import { defineNode, type FieldMeta, fieldTexts, formatDuration, type InputSchemas, type NodeProblem } from "@weir/node-kit";
import { joinedSchema, joinFields, joinProblems, joinSummary } from "@weir/node-kit/joins";
import * as z from "zod";

const HOUR_MS = 3_600_000;

const configSchema = z.strictObject({
	leftKeys: joinFields.leftKeys,
	rightKeys: joinFields.rightKeys,
	kind: z
		.enum(["inner", "left"])
		.default("left")
		.meta({
			title: "Without a value",
			help: "left: the record goes on with nulls. inner: it is left out.",
		} satisfies FieldMeta),
	maxAgeMs: z
		.int()
		.min(1_000)
		.max(366 * 24 * HOUR_MS)
		.default(7 * 24 * HOUR_MS)
		.meta({
			title: "Values count for",
			widget: "duration",
			help: "An older one is as good as none, and is forgotten.",
		} satisfies FieldMeta),
	prefix: joinFields.prefix,
	maxKeys: z
		.int()
		.min(1)
		.max(5_000_000)
		.default(1_000_000)
		.meta({
			title: "Keys remembered",
			help: "Above it the key whose value was changed longest ago is given up, and counted as expired.",
			advanced: true,
		} satisfies FieldMeta),
	maxWaiting: z
		.int()
		.min(1)
		.max(5_000_000)
		.default(1_000_000)
		.meta({
			title: "Records waiting",
			help: "Per task. Above it the earliest goes on with what is known by then, and is counted as expired.",
			advanced: true,
		} satisfies FieldMeta),
});

export type LatestJoinConfig = z.infer<typeof configSchema>;

export const definition = defineNode<LatestJoinConfig>({
	kind: "latest-join",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Latest join",
	summary: "Adds to each record what was last known at its time",
	tags: ["temporal join", "lookup", "enrich", "as of", "reference data", "configuration", "latest value", "state"],
	status: "stable",
	inputs: [
		{ name: "left", summary: "Records to add to." },
		{ name: "right", summary: "Values as they change: the latest of each key is added." },
	],
	outputs: [
		{ name: "out", summary: "The left records with the fields of the value." },
		{ name: "late", summary: "Left records that arrived when event time had passed them.", side: true },
	],
	config: configSchema,
	partitioning: (config) => ({ kind: "by-key", fields: config.leftKeys, otherInputs: { right: config.rightKeys } }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (config, left, inputs: InputSchemas = {}) => ({
		schemas: { out: joinedSchema(config, inputs), late: left ?? { fields: [] } },
		problems: [],
	}),
	lint: (config, _left, inputs: InputSchemas = {}): readonly NodeProblem[] => joinProblems(config, inputs),
	cardSummary: (config) => `${config.kind} · ${joinSummary(config)} · up to ${formatDuration(config.maxAgeMs)}`,
	keeps: (_config, left) => left.fields.map(({ name }) => name),
	stateSchema(config, left, { right = { fields: [] } } = {}) {
		const all = (schema: typeof left) =>
			fieldTexts(
				schema,
				schema.fields.map(({ name }) => name),
			);
		return `1 ${config.leftKeys.join(", ")} = ${config.rightKeys.join(", ")} of ${all(left)} and ${all(right)}`;
	},
	holds: "the latest values and the records that wait for event time",
});
