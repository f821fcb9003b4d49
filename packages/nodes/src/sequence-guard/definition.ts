import {
	defineNode,
	type FieldMeta,
	fieldProblem,
	fieldTexts,
	keyProblems,
	maxKeysField,
	type NodeProblem,
	type RecordSchema,
} from "@weir/node-kit";
import * as z from "zod";

const DAY_MS = 86_400_000;

const configSchema = z.strictObject({
	keys: z
		.array(z.string())
		.max(16)
		.default(["deviceId"])
		.meta({ title: "For each", widget: "fields", help: "What counts by itself: mostly the device." } satisfies FieldMeta),
	sequence: z
		.string()
		.default("seq")
		.meta({
			title: "Sequence number",
			widget: "field",
			help: "A whole number that the device raises by one each time.",
		} satisfies FieldMeta),
	window: z
		.int()
		.min(1)
		.max(4_096)
		.default(64)
		.meta({
			title: "Disorder allowed",
			unit: "numbers",
			help: "A number that is so far, or further, behind the highest seen is refused, as nobody knows any more whether it is a repeat.",
		} satisfies FieldMeta),
	gapAs: z
		.string()
		.max(63)
		.default("")
		.meta({
			title: "Missing numbers in",
			placeholder: "missing",
			help: "Name of a field for how many numbers were left out right before the record. Empty: none.",
			advanced: true,
		} satisfies FieldMeta),
	forgetAfterMs: z
		.int()
		.min(1_000)
		.max(366 * DAY_MS)
		.default(30 * DAY_MS)
		.meta({
			title: "Forget a key after",
			widget: "duration",
			help: "Silent for so long, it may begin with any number.",
			advanced: true,
		} satisfies FieldMeta),
	maxKeys: maxKeysField("Above it the key that was silent longest is given up, and counted as expired."),
});

export type SequenceGuardConfig = z.infer<typeof configSchema>;

function lint(config: SequenceGuardConfig, input: RecordSchema | undefined): NodeProblem[] {
	const required = (path: string, message: string): NodeProblem => ({ code: "field-required", severity: "error", path, message });
	const problems = keyProblems(input, config.keys);
	if (config.keys.length === 0) problems.push(required("keys", "Choose what counts by itself, for example deviceId."));
	const sequence =
		config.sequence === ""
			? required("sequence", "Choose the field that holds the sequence number.")
			: fieldProblem(input, config.sequence, "sequence", ["integer", "number"]);
	if (sequence !== undefined) problems.push(sequence);
	if (config.gapAs !== "" && input?.fields.some((field) => field.name === config.gapAs) === true) {
		const message = `The records have a field ${config.gapAs} already. Choose another name.`;
		problems.push({ code: "name-taken", severity: "error", path: "gapAs", message });
	}
	return problems;
}

export const definition = defineNode<SequenceGuardConfig>({
	kind: "sequence-guard",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Sequence guard",
	summary: "Refuses repeated and replayed sequence numbers, and sees gaps",
	tags: ["anti-replay", "duplicate", "counter", "gap", "missing", "security", "order", "sequence"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records that devices number." }],
	outputs: [
		{ name: "out", summary: "Records with a number not seen before." },
		{ name: "duplicate", summary: "Records with a number seen before.", side: true },
		{ name: "rejected", summary: "Records whose number is too far behind.", side: true },
	],
	config: configSchema,
	partitioning: (config) => ({ kind: "by-key", fields: config.keys }),
	delivery: { guarantee: "effectively-once" },
	outputSchema(config, input) {
		const schema = input ?? { fields: [] };
		const out = config.gapAs === "" ? schema : { fields: [...schema.fields, { name: config.gapAs, type: "integer" as const }] };
		return { schemas: { out, duplicate: schema, rejected: schema }, problems: [] };
	},
	lint,
	cardSummary: (config) => `${config.sequence || "…"} by ${config.keys.join(" + ") || "…"} · ${config.window} back`,
	fieldsRead: (config) => [...config.keys, config.sequence],
	stateSchema: (config, input) => `1 ${config.window} numbers ${config.sequence} by ${fieldTexts(input, config.keys)}`,
	holds: "the numbers seen of each key",
});
