import { type Column, type Field, isNullAt, keyTextAt, type RecordBatch, selectionOf } from "@weir/records";
import type { SchemaElement } from "hyparquet-writer";

type Cell = number | bigint | boolean | string | null;

/** One column of a row group while it grows. */
export class GrowingColumn {
	readonly name: string;
	#cells: Cell[] = [];
	#bytes = 0;

	constructor(name: string) {
		this.name = name;
	}

	get bytes(): number {
		return this.#bytes;
	}

	add(column: Column, batch: RecordBatch): void {
		const selection = selectionOf(batch);
		for (let i = 0; i < batch.selected; i++) {
			const cell = cellOf(column, selection[i] ?? 0);
			this.#cells.push(cell);
			this.#bytes += typeof cell === "string" ? 8 + cell.length : 16;
		}
	}

	/** All cells; the column is empty afterwards. */
	take(): Cell[] {
		const cells = this.#cells;
		this.#cells = [];
		this.#bytes = 0;
		return cells;
	}
}

function cellOf(column: Column, row: number): Cell {
	if (isNullAt(column, row)) return null;
	switch (column.type) {
		case "boolean":
			return column.values[row] === 1;
		case "number":
			return column.values[row] ?? 0;
		case "integer":
			return BigInt(column.values[row] ?? 0);
		case "timestamp":
			// Half a millisecond is five hundred microseconds.
			return BigInt(Math.round((column.values[row] ?? 0) * 1_000));
		case "text":
			return column.dictionary.valueAt(column.codes[row] ?? 0);
		case "json":
			return keyTextAt([column], row);
	}
}

/** How a field stands in the file: every field may be null, for any record may lack it. */
export function elementOf({ name, type }: Field): SchemaElement {
	const repetition_type = "OPTIONAL";
	switch (type) {
		case "boolean":
			return { name, type: "BOOLEAN", repetition_type };
		case "number":
			return { name, type: "DOUBLE", repetition_type };
		case "integer":
			return { name, type: "INT64", repetition_type };
		case "timestamp":
			return {
				name,
				type: "INT64",
				converted_type: "TIMESTAMP_MICROS",
				logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
				repetition_type,
			};
		case "text":
		case "json":
			return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type };
	}
}
