import {
	defineNode,
	type FieldMeta,
	type fieldProblems,
	fieldTexts,
	formatDuration,
	keyProblems,
	maxKeysField,
	type NodeProblem,
} from "@weir/node-kit";
import * as z from "zod";

const HOUR_MS = 3_600_000;

const configSchema = z.strictObject({
	keys: z
		.array(z.string())
		.max(16)
		.default(["deviceId", "seq"])
		.meta({
			title: "Same when equal in",
			widget: "fields",
			help: "Fields that together tell one record from another.",
		} satisfies FieldMeta),
	keep: z
		.enum(["first", "last", "changes"])
		.default("first")
		.meta({
			title: "Of equal ones keep",
			help: "first: at once. last: the latest by event time, when the horizon is over. changes: the first, and each that differs in another field from the one before.",
		} satisfies FieldMeta),
	horizonMs: z
		.int()
		.min(1)
		.max(7 * 24 * HOUR_MS)
		.default(600_000)
		.meta({ title: "Within", widget: "duration", help: "How far apart in event time two equal records count as one." } satisfies FieldMeta),
	maxKeys: maxKeysField(
		"Above it the oldest is given up, and counted as expired: a last one leaves early, a repeat of a change may pass.",
		{ field: "keep", is: ["last", "changes"] },
	),
});

export type DedupConfig = z.infer<typeof configSchema>;

function lint(config: DedupConfig, input: Parameters<typeof fieldProblems>[0]): NodeProblem[] {
	if (config.keys.length === 0) {
		const message = "Choose the fields that tell one record from another, for example deviceId and seq.";
		return [{ code: "field-required", severity: "error", path: "keys", message }];
	}
	return keyProblems(input, config.keys);
}

export const definition = defineNode<DedupConfig>({
	kind: "dedup",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Dedup",
	summary: "Lets one of equal records through: the first, the last, or each change",
	tags: ["duplicate", "keep last", "compact", "deduplicate", "unique", "distinct", "repeat", "idempotent"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records, some of them sent more than once." }],
	outputs: [
		{ name: "out", summary: "One record of each." },
		{ name: "duplicate", summary: "Repeats.", side: true },
	],
	config: configSchema,
	partitioning: (config) => ({ kind: "by-key", fields: config.keys }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (_config, input) => ({
		schemas: { out: input ?? { fields: [] }, duplicate: input ?? { fields: [] } },
		problems: [],
	}),
	lint,
	cardSummary: (config) => `${config.keep} of ${config.keys.join(" + ") || "?"} · ${formatDuration(config.horizonMs)}`,
	// Whether a record is a change is seen from all its fields.
	fieldsRead: (config) => (config.keep === "changes" ? undefined : config.keys),
	stateSchema(config, input) {
		const keys = `1 keys ${fieldTexts(input, config.keys)}`;
		const all = input.fields.map(({ name }) => name);
		return config.keep === "first" ? keys : `${keys} ${config.keep} of ${fieldTexts(input, all)}`;
	},
	holds: "keys already seen",
});
