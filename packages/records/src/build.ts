import { WeirError } from "@weir/errors";
import type { RecordBatch } from "./batch.ts";
import type { Column, Dictionary, TextColumn } from "./column.ts";
import { createDictionary } from "./dictionary.ts";
import type { FieldType, RecordSchema } from "./schema.ts";

/** A value of a row as plain JavaScript. Timestamps are milliseconds; a `json` field is any JSON value. */
export type RowValue = number | string | boolean | null | readonly RowValue[] | { readonly [name: string]: RowValue };
export type Row = Readonly<Record<string, RowValue>>;

export interface BatchOptions {
	/** Field that carries event time. Absent: `times`, or 0. */
	readonly eventTime?: string;
	/** Field that is the record key. Absent: no keys. */
	readonly key?: string;
	readonly times?: readonly number[];
	/** In force for every row, or per row. Default −Infinity. */
	readonly watermark?: number | readonly number[];
	/** Default: the event time. */
	readonly ingestTime?: number;
	/** Adds an origin whose bytes are the rows as JSON, so that dead letters have something to show. */
	readonly origin?: boolean;
}

const encoder = new TextEncoder();

/** An empty column with room for `capacity` rows, every row valid until `valid` says otherwise. */
export function allocateColumn(type: FieldType, capacity: number, dictionary?: Dictionary): Column & { readonly valid: Uint8Array } {
	const valid = new Uint8Array(capacity).fill(1);
	switch (type) {
		case "boolean":
			return { type, values: new Uint8Array(capacity), valid };
		case "text":
			return { type, codes: new Int32Array(capacity), dictionary: dictionary ?? createDictionary(), valid };
		case "json":
			return { type, slab: new Uint8Array(0), starts: new Int32Array(capacity), ends: new Int32Array(capacity), valid };
		default:
			return { type, values: new Float64Array(capacity), valid };
	}
}

/** A column of nothing but nulls. */
export function nullColumn(type: FieldType, length: number): Column {
	const column = allocateColumn(type, length);
	column.valid.fill(0);
	return column;
}

/** ISO text or milliseconds as milliseconds. */
function timeOf(value: RowValue | undefined): number {
	if (typeof value === "number") return value;
	const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
	if (Number.isNaN(parsed)) throw new WeirError("INVARIANT_BROKEN", `${JSON.stringify(value)} is no time.`);
	return parsed;
}

/** One column from plain values; undefined and null are null. Timestamps may be ISO texts. */
export function columnFrom(type: FieldType, values: readonly (RowValue | undefined)[], dictionary?: Dictionary): Column {
	const column = allocateColumn(type, values.length, dictionary);
	const pieces: Uint8Array[] = [];
	let at = 0;
	let nulls = 0;
	values.forEach((value, row) => {
		if (value === null || value === undefined) {
			column.valid[row] = 0;
			nulls += 1;
		} else if (column.type === "text") column.codes[row] = column.dictionary.codeOf(String(value));
		else if (column.type === "boolean") column.values[row] = value === true ? 1 : 0;
		else if (column.type === "json") {
			const bytes = encoder.encode(JSON.stringify(value));
			pieces.push(bytes);
			column.starts[row] = at;
			at += bytes.length;
			column.ends[row] = at;
		} else column.values[row] = column.type === "timestamp" ? timeOf(value) : Number(value);
	});
	const { valid, ...bare } = column;
	const kept = column.type === "json" ? { ...bare, slab: joined(pieces, at) } : bare;
	return (nulls === 0 ? kept : { ...kept, valid }) as Column;
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
	const slab = new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		slab.set(piece, at);
		at += piece.length;
	}
	return slab;
}

function originOf(rows: readonly Row[]): NonNullable<RecordBatch["origin"]> {
	const pieces = rows.map((row) => encoder.encode(JSON.stringify(row)));
	const starts = new Int32Array(rows.length);
	const ends = new Int32Array(rows.length);
	let at = 0;
	pieces.forEach((piece, row) => {
		starts[row] = at;
		at += piece.length;
		ends[row] = at;
	});
	return { slab: joined(pieces, at), starts, ends, positionOf: (row) => `built/0/1-0#${row}` };
}

/** A batch from plain rows: for tests, examples and results that are few. */
export function aBatch(schema: RecordSchema, rows: readonly Row[], options: BatchOptions = {}): RecordBatch {
	const columns = schema.fields.map((field) =>
		columnFrom(
			field.type,
			rows.map((row) => row[field.name]),
		),
	);
	const eventTimes = Float64Array.from(rows, (row, i) =>
		options.eventTime === undefined ? (options.times?.[i] ?? 0) : timeOf(row[options.eventTime]),
	);
	const { key, watermark } = options;
	const keys: TextColumn | undefined =
		key === undefined
			? undefined
			: (columnFrom(
					"text",
					rows.map((row) => row[key]),
				) as TextColumn);
	return {
		schema,
		length: rows.length,
		columns,
		selected: rows.length,
		keys,
		eventTimes,
		ingestTimes: options.ingestTime === undefined ? eventTimes.slice() : new Float64Array(rows.length).fill(options.ingestTime),
		watermarks: Float64Array.from(rows, (_row, i) =>
			typeof watermark === "number" ? watermark : (watermark?.[i] ?? Number.NEGATIVE_INFINITY),
		),
		...(options.origin === true ? { origin: originOf(rows) } : {}),
	};
}
