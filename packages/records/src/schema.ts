/**
 * Types of a column.
 * - `number`: double precision (PostgreSQL `double precision`)
 * - `integer`: whole numbers up to ±(2^53 − 1), kept in doubles; a larger one does not fit and the record is set aside (PostgreSQL `bigint`)
 * - `boolean`, `text`
 * - `timestamp`: milliseconds since 1970-01-01 UTC (PostgreSQL `timestamptz`)
 * - `json`: the value's own bytes, unchanged
 */
export type FieldType = "number" | "integer" | "boolean" | "text" | "timestamp" | "json";

export interface Field {
	readonly name: string;
	readonly type: FieldType;
}

/** What a record looks like on an edge: the fields in order, names unique. */
export interface RecordSchema {
	readonly fields: readonly Field[];
}

export function fieldNamed(schema: RecordSchema, name: string): Field | undefined {
	return schema.fields.find((field) => field.name === name);
}

export function sameSchema(a: RecordSchema, b: RecordSchema): boolean {
	return (
		a.fields.length === b.fields.length &&
		a.fields.every((field, i) => field.name === b.fields[i]?.name && field.type === b.fields[i]?.type)
	);
}
