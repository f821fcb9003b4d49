import { defineNode, type FieldMeta, fieldTexts, keyProblems, maxKeysField, type NodeProblem, type RecordSchema } from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	every: z
		.int()
		.min(2)
		.max(1_000_000)
		.default(10)
		.meta({ title: "One in", unit: "records or keys", help: "So much stays: one of this many." } satisfies FieldMeta),
	mode: z
		.enum(["records", "keys"])
		.default("records")
		.meta({
			title: "Choose",
			help: "records: the first of every N records. keys: all records of one in N keys, always the same keys.",
		} satisfies FieldMeta),
	keys: z
		.array(z.string())
		.max(16)
		.default([])
		.meta({
			title: "By",
			widget: "fields",
			help: "records: counted for each of these apart; empty: for each partition of the stream. keys: what makes a key.",
		} satisfies FieldMeta),
	weight: z
		.string()
		.max(63)
		.default("")
		.meta({
			title: "Weight field",
			placeholder: "weight",
			help: "Added to each record: how many it stands for, so that sum(weight) estimates the count. Empty: none.",
		} satisfies FieldMeta),
	maxKeys: maxKeysField("Above it the count of the key that was silent longest begins anew, and it is counted as expired."),
});

export type SampleConfig = z.infer<typeof configSchema>;

function lint(config: SampleConfig, input: RecordSchema | undefined): NodeProblem[] {
	const problems = keyProblems(input, config.keys);
	if (config.mode === "keys" && config.keys.length === 0) {
		const message = "Choose the fields that make a key, for example deviceId.";
		problems.push({ code: "field-required", severity: "error", path: "keys", message });
	}
	if (config.weight !== "" && input?.fields.some((field) => field.name === config.weight) === true) {
		const message = `The records have a field ${config.weight} already. Choose another name for the weight.`;
		problems.push({ code: "name-taken", severity: "error", path: "weight", message });
	}
	return problems;
}

export const definition = defineNode<SampleConfig>({
	kind: "sample",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Sample",
	summary: "Keeps one record in N, or all records of one key in N",
	tags: ["thinning", "subset", "every nth", "percentage", "hash sample", "weight"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to choose from." }],
	outputs: [{ name: "out", summary: "The records chosen." }],
	config: configSchema,
	partitioning: (config) =>
		config.mode === "keys" || config.keys.length === 0 ? { kind: "any" } : { kind: "by-key", fields: config.keys },
	delivery: { guarantee: "effectively-once" },
	outputSchema(config, input) {
		const fields = input?.fields ?? [];
		return {
			schemas: { out: { fields: config.weight === "" ? fields : [...fields, { name: config.weight, type: "integer" }] } },
			problems: [],
		};
	},
	lint,
	cardSummary: (config) =>
		`1 in ${config.every} ${config.mode === "keys" ? `of ${config.keys.join(" + ") || "…"}` : config.keys.length > 0 ? `by ${config.keys.join(" + ")}` : "records"}`,
	fieldsRead: (config) => config.keys,
	stateSchema: (config, input) => `1 ${config.mode === "keys" ? "nothing" : fieldTexts(input, config.keys)}`,
	holds: "how many records were seen",
});
