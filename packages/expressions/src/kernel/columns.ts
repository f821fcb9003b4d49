import { WeirError } from "@weir/errors";
import type { BooleanColumn, Column, FieldType, JsonColumn, NumberColumn, TextColumn, Validity } from "@weir/records";
import type { ValueType } from "../tree.ts";

/** The tree's types have been checked, so a column of another kind is a fault of ours. */
function mismatch(wanted: string, column: Column): never {
	throw new WeirError("INVARIANT_BROKEN", `An expression met a ${column.type} column where a ${wanted} column belongs.`);
}

export function numbersOf(column: Column): NumberColumn {
	return column.type === "number" || column.type === "integer" || column.type === "timestamp" ? column : mismatch("number", column);
}

export function booleansOf(column: Column): BooleanColumn {
	return column.type === "boolean" ? column : mismatch("boolean", column);
}

export function textsOf(column: Column): TextColumn {
	return column.type === "text" ? column : mismatch("text", column);
}

export function jsonOf(column: Column): JsonColumn {
	return column.type === "json" ? column : mismatch("json", column);
}

/** The type of column that values are kept in while an expression is computed. */
export function keptAs(type: ValueType): FieldType {
	return type === "local" ? "timestamp" : type === "interval" ? "number" : type;
}

type NumberType = NumberColumn["type"];

export function numberColumn(type: NumberType, values: Float64Array, valid: Validity | undefined): NumberColumn {
	return valid === undefined ? { type, values } : { type, values, valid };
}

export function booleanColumn(values: Uint8Array, valid: Validity | undefined): BooleanColumn {
	return valid === undefined ? { type: "boolean", values } : { type: "boolean", values, valid };
}

export function textColumn(codes: Int32Array, dictionary: TextColumn["dictionary"], valid: Validity | undefined): TextColumn {
	return valid === undefined ? { type: "text", codes, dictionary } : { type: "text", codes, dictionary, valid };
}

export function isNumberType(type: FieldType): type is NumberType {
	return type === "number" || type === "integer" || type === "timestamp";
}
