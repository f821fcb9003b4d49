import { defineNode, type Field, type FieldMeta, fieldProblem, type NodeProblem, type RecordSchema, repeatProblems } from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	fields: z
		.array(
			z.strictObject({
				field: z
					.string()
					.default("")
					.meta({ title: "Field", widget: "field", placeholder: "serial" } satisfies FieldMeta),
				how: z
					.enum(["hash", "mask", "drop"])
					.default("hash")
					.meta({
						title: "How",
						help: "hash: a code that is equal for equal values. mask: stars, but for the last characters. drop: the field is gone.",
					} satisfies FieldMeta),
				keep: z
					.int()
					.min(0)
					.max(64)
					.default(4)
					.meta({ title: "Last characters kept", showIf: { field: "how", is: ["mask"] } } satisfies FieldMeta),
			}),
		)
		.max(100)
		.default([])
		.meta({ title: "Fields", widget: "list" } satisfies FieldMeta),
	salt: z
		.string()
		.max(200)
		.default("")
		.meta({
			title: "Hash key",
			secret: true,
			help: "Without it nobody can find a value by hashing guesses. It is saved with the flow: who may read the flow may read it. Changing it changes all codes.",
		} satisfies FieldMeta),
});

export type MaskConfig = z.infer<typeof configSchema>;

function outputFields(config: MaskConfig, input: RecordSchema | undefined): readonly Field[] {
	const how = new Map(config.fields.map((entry) => [entry.field, entry.how]));
	return (input?.fields ?? [])
		.filter(({ name }) => how.get(name) !== "drop")
		.map((field) => (how.has(field.name) ? { name: field.name, type: "text" as const } : field));
}

function lint(config: MaskConfig, input: RecordSchema | undefined): NodeProblem[] {
	const required = (path: string, message: string): NodeProblem => ({ code: "field-required", severity: "error", path, message });
	if (config.fields.length === 0) return [required("fields", "Choose a field to hash, mask or drop.")];
	const problems: NodeProblem[] = repeatProblems(
		config.fields.map(({ field }, i) => field || `\u0000${i}`),
		(i) => `fields.${i}.field`,
	);
	config.fields.forEach(({ field, how }, i) => {
		const path = `fields.${i}.field`;
		const problem =
			field === "" ? required(path, "Choose a field.") : fieldProblem(input, field, path, how === "mask" ? ["text"] : undefined);
		if (problem !== undefined) problems.push(problem);
	});
	if (config.salt.length < 16 && config.fields.some(({ how }) => how === "hash"))
		problems.push(
			required("salt", "Give a hash key of 16 characters or more: without one, a serial number is found by hashing all of them."),
		);
	return problems;
}

export const definition = defineNode<MaskConfig>({
	kind: "mask",
	version: 1,
	migrations: {},
	role: "transform",
	category: "transform",
	title: "Mask",
	summary: "Hashes, masks or drops fields that others shall not see",
	tags: ["hash", "pseudonymise", "anonymise", "privacy", "gdpr", "redact", "hmac", "drop field", "remove"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records with fields to protect." }],
	outputs: [{ name: "out", summary: "The same records, with those fields hashed, masked or gone." }],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (config, input) => ({ schemas: { out: { fields: outputFields(config, input) } }, problems: [] }),
	lint,
	cardSummary: (config) => config.fields.map(({ field, how }) => `${how} ${field || "…"}`).join(", ") || "no fields yet",
	fieldsRead: () => [],
	keeps(config, input) {
		const changed = new Set(config.fields.map(({ field }) => field));
		return input.fields.map(({ name }) => name).filter((name) => !changed.has(name));
	},
});
