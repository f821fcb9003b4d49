import type { RecordBatch } from "./batch.ts";
import type { Row, RowValue } from "./build.ts";
import { type Column, isNullAt } from "./column.ts";

const decoder = new TextDecoder();

/** The value of one row as plain JavaScript; timestamps are milliseconds. */
export function valueAt(column: Column, row: number): RowValue {
	if (isNullAt(column, row)) return null;
	switch (column.type) {
		case "boolean":
			return column.values[row] === 1;
		case "text":
			return column.dictionary.valueAt(column.codes[row] ?? 0);
		case "json":
			return JSON.parse(jsonTextAt(column, row)) as RowValue;
		default:
			return column.values[row] ?? 0;
	}
}

function jsonTextAt(column: Extract<Column, { type: "json" }>, row: number): string {
	return decoder.decode(column.slab.subarray(column.starts[row], column.ends[row]));
}

/** One row as an object. */
export function rowAt(batch: RecordBatch, row: number): Row {
	const values: Record<string, RowValue> = {};
	batch.schema.fields.forEach((field, i) => {
		const column = batch.columns[i];
		if (column !== undefined) values[field.name] = valueAt(column, row);
	});
	return values;
}

/** The rows in play as objects: for tests, taps and tools, never between operators. */
export function rowsOf(batch: RecordBatch): Row[] {
	const rows: Row[] = [];
	for (let i = 0; i < batch.selected; i++) rows.push(rowAt(batch, batch.selection === undefined ? i : (batch.selection[i] ?? 0)));
	return rows;
}

/** One row as JSON text; timestamps as ISO text, `json` fields as they came. */
export function rowAsJson(batch: RecordBatch, row: number): string {
	let text = "";
	batch.schema.fields.forEach((field, i) => {
		const column = batch.columns[i];
		if (column === undefined) return;
		text += `${text === "" ? "{" : ","}${JSON.stringify(field.name)}:${jsonOf(column, row)}`;
	});
	return text === "" ? "{}" : `${text}}`;
}

function jsonOf(column: Column, row: number): string {
	if (isNullAt(column, row)) return "null";
	if (column.type === "json") return jsonTextAt(column, row);
	if (column.type === "timestamp") return JSON.stringify(isoOf(column.values[row] ?? 0));
	return JSON.stringify(valueAt(column, row));
}

/** ISO text of a time, or the number as text where the calendar has no such day. */
export function isoOf(timeMs: number): string {
	return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
}

const NULL_KEY = "\u0000";
const SEPARATOR = "\u001f";

/** The text that decides where a row goes when rows of equal `columns` must meet: one column's own text, several joined. */
export function keyTextAt(columns: readonly Column[], row: number): string {
	let text = "";
	columns.forEach((column, i) => {
		if (i > 0) text += SEPARATOR;
		if (isNullAt(column, row)) text += NULL_KEY;
		else if (column.type === "text") text += column.dictionary.valueAt(column.codes[row] ?? 0);
		else if (column.type === "json") text += jsonTextAt(column, row);
		else if (column.type === "boolean") text += column.values[row] === 1 ? "true" : "false";
		else text += String(column.values[row]);
	});
	return text;
}

/** As `keyTextAt`, of values that a node remembers of such a row; JSON as its text. */
export function keyTextOf(values: readonly (string | number | boolean | null)[]): string {
	return values.map((value) => (value === null ? NULL_KEY : String(value))).join(SEPARATOR);
}
