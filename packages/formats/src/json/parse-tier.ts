import type { FailureCode } from "@weir/errors";
import { type ColumnStore, type FieldCells, writeValue } from "../column-store.ts";
import { placeOf } from "../place.ts";
import { findFault, skipSpace, skipString, skipValue } from "./scan.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface RowFault {
	readonly code: FailureCode;
	readonly reason: string;
}

/** Why these bytes are no JSON object that could be a record, with line and column. */
export function explainUnreadable(bytes: Uint8Array, start: number, end: number): RowFault {
	const found = findFault(bytes, start, end);
	if (found === undefined) {
		try {
			decoder.decode(bytes.subarray(start, end));
		} catch {
			return { code: "RECORD_UNREADABLE", reason: "The record is not valid UTF-8." };
		}
		return { code: "RECORD_SCHEMA_MISMATCH", reason: "The record is not a JSON object." };
	}
	const place = placeOf(bytes, start, found.at);
	return {
		code: "RECORD_UNREADABLE",
		reason: `The record is not valid JSON: line ${place.line}, column ${place.column}: ${found.reason}.`,
	};
}

/** Any JSON value, or why it is none. */
export function parseDocument(bytes: Uint8Array, start: number, end: number): RowFault | { readonly value: unknown } {
	if (findFault(bytes, start, end) !== undefined) return explainUnreadable(bytes, start, end);
	try {
		return { value: JSON.parse(decoder.decode(bytes.subarray(start, end))) };
	} catch {
		return explainUnreadable(bytes, start, end);
	}
}

/** The third tier: any JSON at all, through `JSON.parse`. Writes the row at `store.rows`, or answers why it cannot. */
export function parseRow(store: ColumnStore, bytes: Uint8Array, start: number, end: number): RowFault | undefined {
	const parsed = parseDocument(bytes, start, end);
	if ("reason" in parsed) return parsed;
	const { value } = parsed;
	if (typeof value !== "object" || value === null || Array.isArray(value)) return explainUnreadable(bytes, start, end);
	for (const cells of store.wanted) {
		const found = Object.hasOwn(value, cells.field.name) ? (value as Record<string, unknown>)[cells.field.name] : undefined;
		if (cells.field.type === "json" && found !== undefined && found !== null) writePlace(cells, store.rows, bytes, start, end);
		else {
			const misfit = writeValue(cells, store.rows, found);
			if (misfit !== undefined) return { code: "RECORD_SCHEMA_MISMATCH", reason: misfit };
		}
	}
	return undefined;
}

function writePlace(cells: FieldCells, row: number, bytes: Uint8Array, start: number, end: number): void {
	const place = findMember(bytes, start, end, cells.field.name);
	if (place === undefined) return;
	cells.starts[row] = place.start;
	cells.ends[row] = place.end;
	cells.valid[row] = 1;
}

/** Whether the string from `start` to `end`, quotes included, says `text`. */
function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
	const length = end - start - 2;
	for (let i = 0; i < length; i++) {
		const byte = bytes[start + 1 + i] ?? 0;
		if (byte === 0x5c || byte >= 0x80) return JSON.parse(decoder.decode(bytes.subarray(start, end))) === text;
		if (byte !== text.charCodeAt(i)) return false;
	}
	return length === text.length;
}

/** Where the value of a member of the top object stands; the last one counts, as in `JSON.parse`. Undefined when there is none, or on broken JSON. */
export function findMember(bytes: Uint8Array, start: number, end: number, name: string): { start: number; end: number } | undefined {
	let found: { start: number; end: number } | undefined;
	let at = skipSpace(bytes, start, end);
	if (bytes[at] !== 0x7b) return undefined;
	at = skipSpace(bytes, at + 1, end);
	while (at < end && bytes[at] === 0x22) {
		const nameEnd = skipString(bytes, at, end);
		if (nameEnd < 0) return undefined;
		const isMine = isText(bytes, at, nameEnd, name);
		const valueStart = skipSpace(bytes, skipSpace(bytes, nameEnd, end) + 1, end);
		const valueEnd = skipValue(bytes, valueStart, end);
		if (valueEnd < 0) return undefined;
		if (isMine) found = { start: valueStart, end: valueEnd };
		at = skipSpace(bytes, valueEnd, end);
		if (bytes[at] !== 0x2c) return found;
		at = skipSpace(bytes, at + 1, end);
	}
	return found;
}
