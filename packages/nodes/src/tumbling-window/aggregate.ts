import type { FieldType, RecordSchema } from "@weir/node-kit";

/** What a window can tell of its records. Nulls are left out of every function, as in SQL; `first` and `last` go by event time. */
export const FUNCTIONS = ["count", "sum", "avg", "min", "max", "first", "last"] as const;

export type AggregateFunction = (typeof FUNCTIONS)[number];

export interface Aggregate {
	readonly function: AggregateFunction;
	/** Empty: counts records. */
	readonly field: string;
	/** Empty: made from function and field. */
	readonly as: string;
}

export function nameOf(aggregate: Aggregate): string {
	if (aggregate.as !== "") return aggregate.as;
	return aggregate.field === "" ? aggregate.function : `${aggregate.function}_${aggregate.field}`;
}

/** Types a function can take; undefined = all. */
export function typesFor(name: AggregateFunction): readonly FieldType[] | undefined {
	if (name === "count") return undefined;
	if (name === "sum" || name === "avg") return ["number", "integer"];
	return name === "min" || name === "max" ? ["number", "integer", "timestamp"] : ["number", "integer", "timestamp", "text", "boolean"];
}

export function typeOfAggregate(aggregate: Aggregate, input: RecordSchema | undefined): FieldType {
	if (aggregate.function === "count") return "integer";
	if (aggregate.function === "sum" || aggregate.function === "avg") return "number";
	return input?.fields.find((field) => field.name === aggregate.field)?.type ?? "number";
}
