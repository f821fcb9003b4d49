import {
	defineNode,
	type Field,
	type FieldMeta,
	fieldProblem,
	fieldSchema,
	type NodeProblem,
	type RecordSchema,
	repeatProblems,
} from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	field: z
		.string()
		.default("")
		.meta({
			title: "Array",
			widget: "field",
			placeholder: "readings",
			help: "A JSON field (or a text that is JSON) that holds an array.",
		} satisfies FieldMeta),
	take: z
		.enum(["item", "fields"])
		.default("item")
		.meta({
			title: "Of each item",
			help: "item: the item itself, as one field. fields: the values below, out of an item that is an object.",
		} satisfies FieldMeta),
	as: z
		.string()
		.max(63)
		.default("item")
		.meta({
			title: "Item's field",
			help: "Name of the field that holds the item.",
			showIf: { field: "take", is: ["item"] },
		} satisfies FieldMeta),
	type: z
		.enum(["json", "number", "integer", "text", "boolean", "timestamp"])
		.default("json")
		.meta({ title: "Item's type", showIf: { field: "take", is: ["item"] } } satisfies FieldMeta),
	fields: z
		.array(fieldSchema)
		.max(100)
		.default([])
		.meta({
			title: "Fields of an item",
			widget: "list",
			help: "Where the records have a field of that name, the item's takes its place.",
			showIf: { field: "take", is: ["fields"] },
		} satisfies FieldMeta),
	keepArray: z
		.boolean()
		.default(false)
		.meta({ title: "Keep the array", help: "On: every record still has the whole array.", advanced: true } satisfies FieldMeta),
	indexAs: z
		.string()
		.max(63)
		.default("")
		.meta({
			title: "Number the items in",
			placeholder: "index",
			help: "Name of a field for the item's place, from 0. Empty: none.",
			advanced: true,
		} satisfies FieldMeta),
	empty: z
		.enum(["leave out", "keep"])
		.default("leave out")
		.meta({ title: "Records without items", help: "keep: they go on once, with nulls for the item.", advanced: true } satisfies FieldMeta),
});

export type SplitConfig = z.infer<typeof configSchema>;

/** What an item adds to a record. */
export function itemFields(config: SplitConfig): readonly Field[] {
	const taken: readonly Field[] = config.take === "item" ? [{ name: config.as, type: config.type }] : config.fields;
	return config.indexAs === "" ? taken : [...taken, { name: config.indexAs, type: "integer" }];
}

function outputFields(config: SplitConfig, input: RecordSchema | undefined): readonly Field[] {
	const added = itemFields(config);
	const kept = (input?.fields ?? []).filter(
		({ name }) => (config.keepArray || name !== config.field) && !added.some((field) => field.name === name),
	);
	return [...kept, ...added];
}

function lint(config: SplitConfig, input: RecordSchema | undefined): NodeProblem[] {
	const required = (path: string, message: string): NodeProblem => ({ code: "field-required", severity: "error", path, message });
	const problems: NodeProblem[] = [];
	if (config.field === "") problems.push(required("field", "Choose the field that holds the array."));
	else problems.push(...[fieldProblem(input, config.field, "field", ["json", "text"])].flatMap((problem) => problem ?? []));
	if (config.take === "item" && config.as === "") problems.push(required("as", "Give the item's field a name."));
	if (config.take === "fields" && config.fields.length === 0)
		problems.push(required("fields", "Name the fields that shall be taken out of an item."));
	const names = itemFields(config).map(({ name }) => name);
	problems.push(...repeatProblems(names, (i) => (config.take === "fields" && i < config.fields.length ? `fields.${i}.name` : "indexAs")));
	return problems;
}

export const definition = defineNode<SplitConfig>({
	kind: "split",
	version: 1,
	migrations: {},
	role: "transform",
	category: "transform",
	title: "Split",
	summary: "Makes one record of each item of an array",
	tags: ["explode", "unnest", "flatten", "array", "json", "each", "lateral"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records with an array." }],
	outputs: [{ name: "out", summary: "One record per item, with the record's other fields." }],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (config, input) => ({ schemas: { out: { fields: outputFields(config, input) } }, problems: [] }),
	lint,
	cardSummary(config) {
		const what = config.take === "item" ? config.as : config.fields.map(({ name }) => name).join(", ");
		return config.field === "" ? "no array yet" : `${config.field} → ${what || "…"}`;
	},
	fieldsRead: (config) => [config.field],
	keeps(config, input) {
		const added = new Set(itemFields(config).map(({ name }) => name));
		return input.fields.map(({ name }) => name).filter((name) => !added.has(name));
	},
});
