import {
	byKeysText,
	defineNode,
	type FieldMeta,
	formatDuration,
	keyPartitioning,
	keyProblems,
	type NodeProblem,
	type RecordSchema,
} from "@weir/node-kit";
import * as z from "zod";

const HOUR_MS = 3_600_000;

const configSchema = z.strictObject({
	keys: z
		.array(z.string())
		.max(16)
		.default(["deviceId"])
		.meta({
			title: "For each",
			widget: "fields",
			help: "One record per interval for each of these. Empty: one for all.",
		} satisfies FieldMeta),
	everyMs: z
		.int()
		.min(1)
		.max(31 * 24 * HOUR_MS)
		.default(60_000)
		.meta({
			title: "Every",
			widget: "duration",
			help: "Length of the intervals in event time; they begin at 00:00 UTC.",
		} satisfies FieldMeta),
	keep: z
		.enum(["latest", "earliest"])
		.default("latest")
		.meta({
			title: "Keep the",
			help: "By event time; of two at the same time, the one that arrived later or earlier.",
		} satisfies FieldMeta),
	allowedLatenessMs: z
		.int()
		.min(0)
		.max(24 * HOUR_MS)
		.default(0)
		.meta({
			title: "Wait for late records",
			widget: "duration",
			help: "How long an interval stays open after event time has passed its end.",
			advanced: true,
		} satisfies FieldMeta),
});

export type LatestPerIntervalConfig = z.infer<typeof configSchema>;

function lint(config: LatestPerIntervalConfig, input: RecordSchema | undefined): NodeProblem[] {
	return keyProblems(input, config.keys);
}

export const definition = defineNode<LatestPerIntervalConfig>({
	kind: "latest-per-interval",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Latest per interval",
	summary: "Keeps one record per key and interval: the latest",
	tags: ["thinning", "downsample", "throttle", "last value", "resample", "current state", "decimate"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records, more of them than are needed." }],
	outputs: [
		{ name: "out", summary: "One record per key and interval, when the interval has ended." },
		{ name: "late", summary: "Records whose interval had ended already.", side: true },
	],
	config: configSchema,
	partitioning: (config) => keyPartitioning(config.keys),
	delivery: { guarantee: "effectively-once" },
	outputSchema(_config, input) {
		const schema = input ?? { fields: [] };
		return { schemas: { out: schema, late: schema }, problems: [] };
	},
	lint,
	cardSummary: (config) => `${config.keep} per ${formatDuration(config.everyMs)}${byKeysText(config.keys)}`,
	fieldsRead: (config) => config.keys,
	holds: "records of open intervals",
});
