import { checkExpression, defineNode, type FieldMeta, fieldsOf, type NodeProblem, repeatProblems, typeOf } from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	mode: z
		.enum(["add", "choose"])
		.default("add")
		.meta({
			title: "Other fields",
			help: "add: all fields stay and the ones below are added or replaced. choose: only the ones below go on.",
		} satisfies FieldMeta),
	entries: z
		.array(
			z.strictObject({
				as: z
					.string()
					.max(63)
					.meta({ title: "Field", placeholder: "fahrenheit" } satisfies FieldMeta),
				expression: z
					.string()
					.max(8_000)
					.meta({ title: "Value", widget: "expression", placeholder: "temperature * 9 / 5 + 32" } satisfies FieldMeta),
			}),
		)
		.max(100)
		.default([])
		.meta({ title: "Fields", widget: "list", help: "A name alone as value keeps or renames a field." } satisfies FieldMeta),
});

export type MapConfig = z.infer<typeof configSchema>;

type Input = Parameters<typeof checkExpression>[1];

function check(config: MapConfig, input: Input) {
	return config.entries.map((entry, i) => checkExpression(entry.expression, input, `entries.${i}.expression`));
}

/** A value that cannot be typed yet keeps its name as a number, so that the nodes behind do not complain of a missing field as well. */
function outputFields(config: MapConfig, input: Input) {
	const fields = new Map(config.mode === "add" ? (input?.fields ?? []).map((field) => [field.name, field]) : []);
	check(config, input).forEach(({ tree }, i) => {
		const name = config.entries[i]?.as ?? "";
		if (name !== "") fields.set(name, { name, type: tree === undefined ? "number" : typeOf(tree) });
	});
	return [...fields.values()];
}

function lint(config: MapConfig, input: Input): NodeProblem[] {
	const problems = check(config, input).flatMap((checked) => checked.problems);
	config.entries.forEach((entry, i) => {
		if (entry.as !== "") return;
		problems.push({ code: "field-required", severity: "error", path: `entries.${i}.as`, message: "Give the field a name." });
	});
	const names = config.entries.map((entry) => entry.as);
	problems.push(...repeatProblems(names, (i) => `entries.${i}.as`).filter((problem) => !problem.message.startsWith("The name  ")));
	if (config.entries.length === 0) {
		const severity = config.mode === "choose" ? "error" : "warning";
		problems.push({ code: "field-required", severity, path: "entries", message: "Name at least one field and what it shall hold." });
	}
	return problems;
}

export const definition = defineNode<MapConfig>({
	kind: "map",
	version: 1,
	migrations: {},
	role: "transform",
	category: "transform",
	title: "Map",
	summary: "Chooses, renames and computes fields",
	tags: ["select", "rename", "compute", "project", "formula", "sql"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to rewrite." }],
	outputs: [{ name: "out", summary: "The same records with the fields chosen here." }],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema: (config, input) => ({ schemas: { out: { fields: outputFields(config, input) } }, problems: [] }),
	lint,
	cardSummary: (config) => config.entries.map((entry) => entry.as).join(", ") || "no fields yet",
	fieldsRead(config, input) {
		if (config.mode === "add") return undefined;
		const trees = check(config, input).map((checked) => checked.tree);
		if (trees.includes(undefined)) return undefined;
		return [...new Set(trees.flatMap((tree) => (tree === undefined ? [] : fieldsOf(tree))))];
	},
});
