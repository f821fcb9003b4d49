import type { Field, RecordSchema } from "@weir/records";
import * as z from "zod";
import type { FieldMeta, InputSchemas, NodeProblem } from "../definition.ts";
import { fieldProblem } from "../fields.ts";

/** Config of joins. */
export const joinFields = {
	leftKeys: z
		.array(z.string())
		.max(16)
		.default(["deviceId"])
		.meta({ title: "Left key", widget: "fields", input: "left", help: "Fields of the left records." } satisfies FieldMeta),
	rightKeys: z
		.array(z.string())
		.max(16)
		.default(["deviceId"])
		.meta({
			title: "Right key",
			widget: "fields",
			input: "right",
			help: "Fields of the right records that must equal those of the left, in the same order.",
		} satisfies FieldMeta),
	prefix: z
		.string()
		.max(30)
		.default("right_")
		.meta({
			title: "Prefix of right fields",
			help: "Put before the name of a right field that the left records have too.",
			advanced: true,
		} satisfies FieldMeta),
	kind: z
		.enum(["inner", "left", "full"])
		.default("inner")
		.meta({
			title: "Keep",
			help: "inner: pairs only. left: also left records without a partner. full: also right ones.",
		} satisfies FieldMeta),
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
};

export interface JoinConfig {
	readonly leftKeys: readonly string[];
	readonly rightKeys: readonly string[];
	readonly prefix: string;
}

/** Fields of the right records that a joined record has, with their names there. The right key is the left one, and is not repeated. */
export function rightFieldsOf(config: JoinConfig, left: RecordSchema, right: RecordSchema): readonly { field: Field; as: string }[] {
	const taken = new Set(left.fields.map(({ name }) => name));
	return right.fields
		.filter(({ name }) => !config.rightKeys.includes(name))
		.map((field) => ({ field, as: taken.has(field.name) ? `${config.prefix}${field.name}` : field.name }));
}

/** What a joined record looks like: the left fields, then those of the right. */
export function joinedSchema(config: JoinConfig, { left, right }: InputSchemas): RecordSchema {
	const none: RecordSchema = { fields: [] };
	const added = rightFieldsOf(config, left ?? none, right ?? none).map(({ field, as }) => ({ name: as, type: field.type }));
	return { fields: [...(left?.fields ?? []), ...added] };
}

/** What is wrong with the keys and names of a join; `leading` are fields in front of the records'. */
export function joinProblems(config: JoinConfig, inputs: InputSchemas, leading: readonly Field[] = []): NodeProblem[] {
	const error = (code: string, path: string, message: string): NodeProblem => ({ code, severity: "error", path, message });
	const problems: NodeProblem[] = [];
	if (config.leftKeys.length === 0)
		problems.push(error("field-required", "leftKeys", "Choose the fields by which records belong together."));
	if (config.leftKeys.length !== config.rightKeys.length) {
		const message = `The left key has ${config.leftKeys.length} and the right key ${config.rightKeys.length} fields; give both as many.`;
		problems.push(error("keys-differ", "rightKeys", message));
	}
	const { left, right } = inputs;
	config.leftKeys.forEach((name, i) => {
		problems.push(...[fieldProblem(left, name, `leftKeys.${i}`)].flatMap((problem) => problem ?? []));
	});
	config.rightKeys.forEach((name, i) => {
		const unknown = fieldProblem(right, name, `rightKeys.${i}`);
		if (unknown !== undefined) problems.push(unknown);
		const type = right?.fields.find((field) => field.name === name)?.type;
		const other = left?.fields.find((field) => field.name === config.leftKeys[i])?.type;
		if (type === undefined || other === undefined || type === other) return;
		const message = `${config.leftKeys[i]} of the left is of type ${other} and ${name} of the right of type ${type}, so they are never equal. Convert one with a Map node before.`;
		problems.push(error("keys-differ", `rightKeys.${i}`, message));
	});
	const names =
		left === undefined || right === undefined ? [] : [...leading, ...joinedSchema(config, inputs).fields].map(({ name }) => name);
	const twice = names.filter((name, i) => names.indexOf(name) !== i);
	if (twice.length > 0) {
		const message = `There would be two fields ${twice.join(", ")}; choose another prefix for the right fields, or rename one with a Map node before.`;
		problems.push(error("name-repeated", "prefix", message));
	}
	return problems;
}

/** "device = meter", as a card shows it. */
export function joinSummary(config: JoinConfig): string {
	return config.leftKeys.map((name, i) => (name === config.rightKeys[i] ? name : `${name} = ${config.rightKeys[i] ?? "…"}`)).join(" + ");
}
