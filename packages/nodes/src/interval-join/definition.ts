import { defineNode, type FieldMeta, fieldTexts, formatDuration, type InputSchemas, type NodeProblem } from "@weir/node-kit";
import { joinedSchema, joinFields, joinProblems, joinSummary } from "@weir/node-kit/joins";
import * as z from "zod";

const HOUR_MS = 3_600_000;
const MOST_MS = 7 * 24 * HOUR_MS;

const configSchema = z.strictObject({
	leftKeys: joinFields.leftKeys,
	rightKeys: joinFields.rightKeys,
	kind: z
		.enum(["inner", "left", "full"])
		.default("inner")
		.meta({
			title: "Keep",
			help: "inner: pairs only. left: also left records without a partner. full: also right ones.",
		} satisfies FieldMeta),
	match: z
		.enum(["apart", "window"])
		.default("apart")
		.meta({
			title: "Belong together",
			help: "apart: when the right one happened at most so much before or after the left one. window: when both happened in the same window.",
		} satisfies FieldMeta),
	beforeMs: z
		.int()
		.min(0)
		.max(MOST_MS)
		.default(60_000)
		.meta({ title: "Right before left by", widget: "duration", help: "At most; for apart." } satisfies FieldMeta),
	afterMs: z
		.int()
		.min(0)
		.max(MOST_MS)
		.default(60_000)
		.meta({ title: "Right after left by", widget: "duration", help: "At most; for apart." } satisfies FieldMeta),
	windowMs: z
		.int()
		.min(1)
		.max(MOST_MS)
		.default(60_000)
		.meta({ title: "Window", widget: "duration", help: "Its length; windows begin at 00:00 UTC. For window." } satisfies FieldMeta),
	prefix: joinFields.prefix,
	maxRows: z
		.int()
		.min(1)
		.max(5_000_000)
		.default(1_000_000)
		.meta({
			title: "Records held",
			help: "Per task. Above it the one that would be let go first is given up, and counted as expired.",
			advanced: true,
		} satisfies FieldMeta),
});

export type IntervalJoinConfig = z.infer<typeof configSchema>;

/** How long after its own event time a record without a partner leaves. */
export function longestWaitMs(config: IntervalJoinConfig): number {
	if (config.kind === "inner") return 0;
	if (config.match === "window") return config.windowMs;
	return config.kind === "left" ? config.afterMs : Math.max(config.afterMs, config.beforeMs);
}

export const definition = defineNode<IntervalJoinConfig>({
	kind: "interval-join",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Join",
	summary: "Puts records of two streams together that happened near each other",
	tags: ["interval join", "window join", "merge", "correlate", "enrich", "pair", "outer", "full", "stream to stream"],
	status: "stable",
	inputs: [
		{ name: "left", summary: "Left records." },
		{ name: "right", summary: "Right records." },
	],
	outputs: [{ name: "out", summary: "The fields of both." }],
	config: configSchema,
	partitioning: (config) => ({ kind: "by-key", fields: config.leftKeys, otherInputs: { right: config.rightKeys } }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (config, _left, inputs: InputSchemas = {}) => ({ schemas: { out: joinedSchema(config, inputs) }, problems: [] }),
	lint: (config, _left, inputs: InputSchemas = {}): readonly NodeProblem[] => joinProblems(config, inputs),
	cardSummary(config) {
		const near =
			config.match === "window"
				? `same ${formatDuration(config.windowMs)}`
				: `−${formatDuration(config.beforeMs)} … +${formatDuration(config.afterMs)}`;
		return `${config.kind} · ${joinSummary(config)} · ${near}`;
	},
	keeps: (_config, left) => left.fields.map(({ name }) => name),
	stateSchema(config, left, { right = { fields: [] } } = {}) {
		const all = (schema: typeof left) =>
			fieldTexts(
				schema,
				schema.fields.map(({ name }) => name),
			);
		return `1 ${config.leftKeys.join(", ")} = ${config.rightKeys.join(", ")} of ${all(left)} and ${all(right)}`;
	},
	holds: "records that wait for a partner",
});
