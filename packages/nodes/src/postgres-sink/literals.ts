import { type Column, isNullAt, type RecordBatch } from "@weir/records";

/** A row to write. */
export interface RowRef {
	readonly batch: RecordBatch;
	readonly row: number;
}

const decoder = new TextDecoder();

/** A PostgreSQL array literal of one field of the rows: cheaper to make and to read than a parameter per value. */
export function arrayLiteral(field: number, rows: readonly RowRef[]): string {
	let text = "{";
	for (const [i, { batch, row }] of rows.entries()) {
		const column = batch.columns[field];
		if (i > 0) text += ",";
		text += column === undefined || isNullAt(column, row) ? "NULL" : elementOf(column, row);
	}
	return `${text}}`;
}

function elementOf(column: Column, row: number): string {
	switch (column.type) {
		case "text":
			return escaped(column.dictionary.valueAt(column.codes[row] ?? 0));
		case "json":
			return escaped(decoder.decode(column.slab.subarray(column.starts[row], column.ends[row])));
		case "boolean":
			return column.values[row] === 1 ? "t" : "f";
		default:
			return String(column.values[row]);
	}
}

function escaped(value: string): string {
	return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}
