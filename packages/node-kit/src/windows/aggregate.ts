import type { FieldType, RecordSchema } from "@weir/records";
import * as z from "zod";
import type { FieldMeta, NodeProblem } from "../definition.ts";
import { checkExpression, fieldsOf } from "../expression.ts";
import { fieldProblem } from "../fields.ts";

/**
 * What a window can tell of its records. Nulls are left out of every function, as in SQL; `first` and `last` go by event time.
 * `stddev` and `variance` are those of a sample, as in PostgreSQL; those with `_pop` take the records for all there are.
 */
const FUNCTIONS = [
	"count",
	"count_distinct",
	"sum",
	"avg",
	"min",
	"max",
	"first",
	"last",
	"median",
	"percentile",
	"approximate_percentile",
	"stddev",
	"variance",
	"stddev_pop",
	"variance_pop",
	"collect",
] as const;

export type AggregateFunction = (typeof FUNCTIONS)[number];

/** Of a result, how far an approximate percentile may be off: 1 % of the value, whatever came. */
export const SKETCH_ERROR = 0.01;

const aggregateSchema = z.strictObject({
	function: z
		.enum(FUNCTIONS)
		.default("count")
		.meta({ title: "Function" } satisfies FieldMeta),
	field: z
		.string()
		.default("")
		.meta({ title: "Of", widget: "field", help: "Empty with count: counts records." } satisfies FieldMeta),
	percent: z
		.number()
		.min(0)
		.max(100)
		.default(95)
		.meta({
			title: "Percent",
			unit: "%",
			help: "95 is the value that 95 % stay below.",
			showIf: { field: "function", is: ["percentile", "approximate_percentile"] },
		} satisfies FieldMeta),
	atMost: z
		.int()
		.min(1)
		.max(1_000)
		.default(100)
		.meta({
			title: "At most",
			unit: "values",
			help: "The earliest so many are kept.",
			showIf: { field: "function", is: ["collect"] },
		} satisfies FieldMeta),
	filter: z
		.string()
		.max(8_000)
		.default("")
		.meta({
			title: "Only where",
			widget: "expression",
			placeholder: "status = 'ok'",
			help: "Only records that meet it count for this result. Empty: all.",
		} satisfies FieldMeta),
	as: z
		.string()
		.max(63)
		.default("")
		.meta({ title: "Name", help: "Empty: made from function and field." } satisfies FieldMeta),
});

export type Aggregate = z.infer<typeof aggregateSchema>;

/** The field of a window's config that lists its results. */
export const aggregatesField = z
	.array(aggregateSchema)
	.max(50)
	.default(() => [aggregateSchema.parse({})])
	.meta({ title: "Results", widget: "list" } satisfies FieldMeta);

/** The column that an aggregate makes. */
export function nameOfAggregate(aggregate: Aggregate): string {
	if (aggregate.as !== "") return aggregate.as;
	const { function: name, field, percent } = aggregate;
	const made = name === "percentile" || name === "approximate_percentile" ? `p${String(percent).replace(".", "_")}` : name;
	return field === "" ? made : `${made}_${field}`;
}

const NUMBERS: readonly FieldType[] = ["number", "integer"];
const SIMPLE: readonly FieldType[] = ["number", "integer", "timestamp", "text", "boolean"];

/** Types a function can take; undefined = all. */
function typesFor(name: AggregateFunction): readonly FieldType[] | undefined {
	switch (name) {
		case "count":
			return undefined;
		case "min":
		case "max":
			return ["number", "integer", "timestamp"];
		case "count_distinct":
		case "first":
		case "last":
		case "collect":
			return SIMPLE;
		default:
			return NUMBERS;
	}
}

/** Type of the column that an aggregate makes. */
export function typeOfAggregate(aggregate: Aggregate, input: RecordSchema | undefined): FieldType {
	switch (aggregate.function) {
		case "count":
		case "count_distinct":
			return "integer";
		case "min":
		case "max":
		case "first":
		case "last":
			return input?.fields.find((field) => field.name === aggregate.field)?.type ?? "number";
		case "collect":
			return "json";
		default:
			return "number";
	}
}

/** Everything wrong with one aggregate. */
export function lintAggregate(aggregate: Aggregate, path: string, input: RecordSchema | undefined): readonly NodeProblem[] {
	const problems: NodeProblem[] = [];
	if (aggregate.field !== "") {
		const problem = fieldProblem(input, aggregate.field, `${path}.field`, typesFor(aggregate.function));
		if (problem !== undefined) problems.push(problem);
	} else if (aggregate.function !== "count") {
		const message = `Choose the field to take the ${aggregate.function.replaceAll("_", " ")} of.`;
		problems.push({ code: "field-required", severity: "error", path: `${path}.field`, message });
	}
	if (aggregate.filter.trim() !== "") problems.push(...checkExpression(aggregate.filter, input, `${path}.filter`, "boolean").problems);
	return problems;
}

/** Fields that the aggregates and their conditions read; undefined = all, where a condition cannot be read yet. */
export function fieldsOfAggregates(aggregates: readonly Aggregate[], input: RecordSchema): readonly string[] | undefined {
	const names = new Set<string>();
	for (const { field, filter } of aggregates) {
		if (field !== "") names.add(field);
		if (filter.trim() === "") continue;
		const { tree } = checkExpression(filter, input, "filter", "boolean");
		if (tree === undefined) return undefined;
		for (const name of fieldsOf(tree)) names.add(name);
	}
	return [...names];
}
