import {
	byKeysText,
	defineNode,
	type FieldMeta,
	fieldProblem,
	fieldTexts,
	formatDuration,
	keyPartitioning,
	keyProblems,
	maxKeysField,
	type NodeProblem,
	type RecordSchema,
	repeatProblems,
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
			help: "Records with equal values here are compared with each other. Empty: all with all.",
		} satisfies FieldMeta),
	fields: z
		.array(
			z.strictObject({
				field: z
					.string()
					.default("")
					.meta({ title: "Field", widget: "field", placeholder: "temperature" } satisfies FieldMeta),
				band: z
					.number()
					.min(0)
					.default(0)
					.meta({ title: "By more than", help: "0: any change counts." } satisfies FieldMeta),
				unit: z
					.enum(["absolute", "percent"])
					.default("absolute")
					.meta({
						title: "Measured as",
						help: "percent: of the value it is compared with.",
						showIf: { field: "band", isNot: [0] },
					} satisfies FieldMeta),
			}),
		)
		.max(64)
		.default([])
		.meta({ title: "Changed when one of", widget: "list", help: "Empty: any field but the key's." } satisfies FieldMeta),
	against: z
		.enum(["passed", "seen"])
		.default("passed")
		.meta({
			title: "Compared with",
			help: "passed: the last record that was let through, so that a slow drift counts at last. seen: the last record, let through or not.",
		} satisfies FieldMeta),
	atLeastEveryMs: z
		.int()
		.min(0)
		.max(30 * 24 * HOUR_MS)
		.default(0)
		.meta({
			title: "In any case after",
			widget: "duration",
			help: "An unchanged record is let through when the last one passed this long before. 0: never.",
		} satisfies FieldMeta),
	passFirst: z
		.boolean()
		.default(true)
		.meta({
			title: "Let the first one through",
			help: "Off: the first record of each key is only remembered.",
			advanced: true,
		} satisfies FieldMeta),
	forgetAfterMs: z
		.int()
		.min(1_000)
		.max(90 * 24 * HOUR_MS)
		.default(24 * HOUR_MS)
		.meta({
			title: "Forget a key after",
			widget: "duration",
			help: "Silent for so long, its next record counts as its first.",
			advanced: true,
		} satisfies FieldMeta),
	maxKeys: maxKeysField("Above it the key that was silent longest is given up, and counted as expired."),
});

export type OnChangeConfig = z.infer<typeof configSchema>;

/** Fields that are compared, in the order of the input where none is named. */
export function watchedOf(
	config: OnChangeConfig,
	input: RecordSchema,
): readonly { field: string; band: number; unit: "absolute" | "percent" }[] {
	if (config.fields.length > 0) return config.fields;
	return input.fields.filter(({ name }) => !config.keys.includes(name)).map(({ name }) => ({ field: name, band: 0, unit: "absolute" }));
}

function lint(config: OnChangeConfig, input: RecordSchema | undefined): NodeProblem[] {
	const problems: NodeProblem[] = keyProblems(input, config.keys);
	config.fields.forEach(({ field, band }, i) => {
		const path = `fields.${i}.field`;
		if (field === "") problems.push({ code: "field-required", severity: "error", path, message: "Choose a field to compare." });
		const problem = field === "" ? undefined : fieldProblem(input, field, path, band > 0 ? ["number", "integer", "timestamp"] : undefined);
		if (problem !== undefined) problems.push(problem);
	});
	problems.push(
		...repeatProblems(
			config.fields.map(({ field }, i) => field || `\u0000${i}`),
			(i) => `fields.${i}.field`,
		),
	);
	if (config.atLeastEveryMs > config.forgetAfterMs) {
		const message = "A key is forgotten before its unchanged record would be let through; forget it later.";
		problems.push({ code: "never-reached", severity: "warning", path: "atLeastEveryMs", message });
	}
	return problems;
}

function summaryOf(config: OnChangeConfig): string {
	const parts = config.fields.map(({ field, band, unit }) => (band === 0 ? field : `${field} ± ${band}${unit === "percent" ? " %" : ""}`));
	const every = config.atLeastEveryMs === 0 ? "" : ` · at least every ${formatDuration(config.atLeastEveryMs)}`;
	return `${parts.join(", ") || "any field"}${byKeysText(config.keys)}${every}`;
}

export const definition = defineNode<OnChangeConfig>({
	kind: "on-change",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "On change",
	summary: "Lets a record through only when its values changed enough",
	tags: ["report by exception", "rbe", "deadband", "delta", "changes", "thinning", "send on delta", "compression"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records, many of them much like the one before." }],
	outputs: [{ name: "out", summary: "Records that differ enough from the one they are compared with." }],
	config: configSchema,
	partitioning: (config) => keyPartitioning(config.keys),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (_config, input) => ({ schemas: { out: input ?? { fields: [] } }, problems: [] }),
	lint,
	cardSummary: summaryOf,
	fieldsRead: (config) => (config.fields.length === 0 ? undefined : [...config.keys, ...config.fields.map(({ field }) => field)]),
	stateSchema(config, input) {
		const watched = watchedOf(config, input).map(({ field }) => field);
		return `1 by ${fieldTexts(input, config.keys)} of ${fieldTexts(input, watched)}`;
	},
	holds: "the values that records are compared with",
});
