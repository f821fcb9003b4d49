import type { FieldType } from "./schema.ts";

/** A growing table of distinct strings; a code is an index into it. Codes of two dictionaries have nothing to do with each other. */
export interface Dictionary {
	readonly size: number;
	valueAt(code: number): string;
	/** The code of `value`, added when it is new. */
	codeOf(value: string): number;
}

/** One byte a row: 1 = there is a value, 0 = null. Absent means that no row is null. */
export type Validity = Uint8Array;

/** `number`, `integer` and `timestamp` values. Where a row is null its value is 0 and means nothing. */
export interface NumberColumn {
	readonly type: "number" | "integer" | "timestamp";
	readonly values: Float64Array;
	readonly valid?: Validity;
}

export interface BooleanColumn {
	readonly type: "boolean";
	/** 1 or 0. */
	readonly values: Uint8Array;
	readonly valid?: Validity;
}

export interface TextColumn {
	readonly type: "text";
	readonly codes: Int32Array;
	readonly dictionary: Dictionary;
	readonly valid?: Validity;
}

/** Raw bytes by place: row i is `slab.subarray(starts[i], ends[i])`, valid JSON text in UTF-8. */
export interface JsonColumn {
	readonly type: "json";
	readonly slab: Uint8Array;
	readonly starts: Int32Array;
	readonly ends: Int32Array;
	readonly valid?: Validity;
}

export type Column = NumberColumn | BooleanColumn | TextColumn | JsonColumn;

/** The column that holds fields of this type. */
export type ColumnOf<T extends FieldType> = T extends "boolean"
	? BooleanColumn
	: T extends "text"
		? TextColumn
		: T extends "json"
			? JsonColumn
			: NumberColumn;

export function isNullAt(column: Column, row: number): boolean {
	return column.valid !== undefined && column.valid[row] === 0;
}
