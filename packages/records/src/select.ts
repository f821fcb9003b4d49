import type { BatchOrigin, RecordBatch } from "./batch.ts";
import type { Column } from "./column.ts";
import type { RecordSchema } from "./schema.ts";

let counting = new Int32Array(0);

/** `0 … length − 1`, shared: MUST NOT be written to. */
export function everyRow(length: number): Int32Array {
	if (counting.length < length) counting = Int32Array.from({ length: Math.max(length, 1024, counting.length * 2) }, (_, i) => i);
	return counting;
}

/** The rows in play; the first `batch.selected` entries count. */
export function selectionOf(batch: RecordBatch): Int32Array {
	return batch.selection ?? everyRow(batch.length);
}

/** The same columns with fewer rows in play: the first `selected` entries of `selection`, ascending. */
export function select(batch: RecordBatch, selection: Int32Array, selected: number): RecordBatch {
	return { ...batch, selection, selected };
}

/** The same rows under another schema and columns. */
export function withColumns(batch: RecordBatch, schema: RecordSchema, columns: readonly Column[]): RecordBatch {
	return { ...batch, schema, columns };
}

/** A column with only the given rows, in fresh memory. Text keeps its dictionary. */
export function copyColumn(column: Column, selection: Int32Array, selected: number): Column {
	const valid = column.valid === undefined ? {} : { valid: gatherBytes(column.valid, selection, selected) };
	switch (column.type) {
		case "boolean":
			return { type: column.type, values: gatherBytes(column.values, selection, selected), ...valid };
		case "text":
			return { type: column.type, codes: gatherIntegers(column.codes, selection, selected), dictionary: column.dictionary, ...valid };
		case "json":
			return { ...copyBytes(column.slab, column.starts, column.ends, selection, selected), type: column.type, ...valid };
		default:
			return { type: column.type, values: gatherNumbers(column.values, selection, selected), ...valid };
	}
}

/** The rows in play as a batch of their own memory that may be kept. `withOrigin` copies the raw bytes too. */
export function copyBatch(batch: RecordBatch, options: { readonly withOrigin?: boolean } = {}): RecordBatch {
	const selection = selectionOf(batch);
	const n = batch.selected;
	return {
		schema: batch.schema,
		length: n,
		columns: batch.columns.map((column) => copyColumn(column, selection, n)),
		selected: n,
		keys: batch.keys === undefined ? undefined : copyColumn(batch.keys, selection, n),
		eventTimes: gatherNumbers(batch.eventTimes, selection, n),
		ingestTimes: gatherNumbers(batch.ingestTimes, selection, n),
		watermarks: gatherNumbers(batch.watermarks, selection, n),
		...(batch.origin === undefined || options.withOrigin !== true ? {} : { origin: copyOrigin(batch.origin, selection, n) }),
	};
}

function copyOrigin(origin: BatchOrigin, selection: Int32Array, n: number): BatchOrigin {
	const positions = Array.from({ length: n }, (_, i) => origin.positionOf(selection[i] ?? 0));
	return {
		...copyBytes(origin.slab, origin.starts, origin.ends, selection, n),
		positionOf: (row) => positions[row] ?? "",
	};
}

function copyBytes(slab: Uint8Array, starts: Int32Array, ends: Int32Array, selection: Int32Array, n: number) {
	let length = 0;
	for (let i = 0; i < n; i++) length += (ends[selection[i] ?? 0] ?? 0) - (starts[selection[i] ?? 0] ?? 0);
	const copy = { slab: new Uint8Array(length), starts: new Int32Array(n), ends: new Int32Array(n) };
	let at = 0;
	for (let i = 0; i < n; i++) {
		const row = selection[i] ?? 0;
		const piece = slab.subarray(starts[row], ends[row]);
		copy.slab.set(piece, at);
		copy.starts[i] = at;
		at += piece.length;
		copy.ends[i] = at;
	}
	return copy;
}

function gatherNumbers(from: Float64Array, selection: Int32Array, n: number): Float64Array {
	const to = new Float64Array(n);
	for (let i = 0; i < n; i++) to[i] = from[selection[i] ?? 0] ?? 0;
	return to;
}

function gatherIntegers(from: Int32Array, selection: Int32Array, n: number): Int32Array {
	const to = new Int32Array(n);
	for (let i = 0; i < n; i++) to[i] = from[selection[i] ?? 0] ?? 0;
	return to;
}

function gatherBytes(from: Uint8Array, selection: Int32Array, n: number): Uint8Array {
	const to = new Uint8Array(n);
	for (let i = 0; i < n; i++) to[i] = from[selection[i] ?? 0] ?? 0;
	return to;
}
