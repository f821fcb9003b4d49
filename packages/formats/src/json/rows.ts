import type { ColumnStore } from "../column-store.ts";
import { parseDocument, parseRow, type RowFault } from "./parse-tier.ts";

/** Reads JSON records into the store, one at a time. */
export interface JsonRows {
	/** Writes the row at `store.rows` (without counting it), or answers why it cannot. */
	read(bytes: Uint8Array, start: number, end: number): RowFault | undefined;
	/** The whole value, for formats that are JSON underneath. */
	parse(bytes: Uint8Array, start: number, end: number): RowFault | { readonly value: unknown };
}

export function createJsonRows(store: ColumnStore): JsonRows {
	return {
		read: (bytes, start, end) => parseRow(store, bytes, start, end),
		parse: parseDocument,
	};
}
