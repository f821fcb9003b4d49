import { type ColumnStore, type FieldCells, mismatch, writeValue } from "../column-store.ts";
import type { RowFault } from "../json/parse-tier.ts";
import { momentOf, numericOf, type SenmlRow, type SenmlValue } from "./resolve.ts";

/** Writes one resolved row at `store.rows`, or answers why it does not fit the schema. */
export function writeSenmlRow(store: ColumnStore, row: SenmlRow): RowFault | undefined {
	for (const cells of store.wanted) {
		const misfit = writeCell(cells, store.rows, row.values.get(cells.field.name));
		if (misfit !== undefined) return { code: "RECORD_SCHEMA_MISMATCH", reason: misfit };
	}
	return undefined;
}

function writeCell(cells: FieldCells, row: number, found: SenmlValue | undefined): string | undefined {
	if (found === undefined) return writeValue(cells, row, null);
	const { value } = found;
	switch (cells.field.type) {
		case "number":
		case "integer":
			return writeValue(cells, row, numericOf(value) ?? value);
		case "timestamp":
			return writeValue(cells, row, momentOf(value) ?? value);
		case "text":
			return writeValue(cells, row, String(value));
		case "json":
			return mismatch(cells.field, value);
		default:
			return writeValue(cells, row, value === "true" ? true : value === "false" ? false : value);
	}
}
