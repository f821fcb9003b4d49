import { WeirError } from "@weir/errors";
import type { BatchOrigin, RecordBatch } from "./batch.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import type { Column, Dictionary } from "./column.ts";
import { createDictionary } from "./dictionary.ts";
import { CODEC, FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES, readFrameHeader, writeFrameHeader } from "./frame.ts";
import type { Field, FieldType, RecordSchema } from "./schema.ts";
import { copyColumn, selectionOf } from "./select.ts";

/*
 * Body of a frame of codec 2, what one task sends to another through an exchange:
 *
 *   body    = text producer, f64 watermark, u8 isIdle, u32 rows, (rows > 0: content)
 *   content = u32 fields, (text name, u8 type, column)*, u8 hasKeys, column?, array eventTimes, array ingestTimes, u8 hasPositions, positions?
 *   column  = u8 hasNulls, array validity?, number: array f64 | boolean: array u8 | text: array i32 codes, texts | json: array i32 ends, bytes
 *   texts   = u32 count, text*
 *   positions = array i32 codes of the part up to "#", texts, array i32 index after it
 *
 * `text`, `bytes` and `array` have their length in bytes before them as u32.
 */

/** What a task says about itself with every frame. */
export interface ProducerState {
	/** The task that writes. */
	readonly producer: string;
	/** Its watermark after these rows: −Infinity = nothing known, +Infinity = it has ended. */
	readonly watermark: number;
	/** Its inputs are silent: it no longer holds the watermark of others. */
	readonly isIdle: boolean;
}

export interface ColumnFrame extends ProducerState {
	/** Undefined when the frame only tells the watermark. `watermarks` of its rows are −Infinity: the reader of the exchange fills in what is in force there. */
	readonly batch: RecordBatch | undefined;
}

const TYPES: readonly FieldType[] = ["number", "integer", "boolean", "text", "timestamp", "json"];
const NO_BYTES = new Uint8Array(0);

/** A frame without rows: only the producer's watermark. */
export function encodeWatermarkFrame(state: ProducerState, ingestTimeMs: number): Uint8Array<ArrayBuffer> {
	return finish(head(state, 0), ingestTimeMs);
}

/**
 * The rows in play as frames of at most `limitBytes` each (a single larger row gets a frame of its own).
 * The ingest time in the header is the greatest of the rows'.
 */
export function encodeBatchFrames(batch: RecordBatch, state: ProducerState, limitBytes: number = FRAME_LIMIT_BYTES): EncodedFrame[] {
	const frames: EncodedFrame[] = [];
	const selection = selectionOf(batch);
	let from = 0;
	let step = batch.selected;
	while (from < batch.selected) {
		const upTo = Math.min(from + step, batch.selected);
		const frame = encodeRows(batch, selection.subarray(from, upTo), state);
		if (frame.length > limitBytes && upTo - from > 1) {
			step = Math.max(1, Math.min(Math.floor(((upTo - from) * limitBytes * 0.95) / frame.length), upTo - from - 1));
			continue;
		}
		frames.push({ frame, records: upTo - from });
		from = upTo;
	}
	return frames;
}

export interface EncodedFrame {
	readonly frame: Uint8Array<ArrayBuffer>;
	readonly records: number;
}

function head(state: ProducerState, rows: number): ByteWriter {
	return new ByteWriter()
		.raw(new Uint8Array(FRAME_HEADER_BYTES))
		.text(state.producer)
		.f64(state.watermark)
		.u8(state.isIdle ? 1 : 0)
		.u32(rows);
}

function finish(writer: ByteWriter, ingestTimeMs: number): Uint8Array<ArrayBuffer> {
	const frame = writer.finish();
	writeFrameHeader(frame, CODEC.columns, ingestTimeMs);
	return frame;
}

function encodeRows(batch: RecordBatch, rows: Int32Array, state: ProducerState): Uint8Array<ArrayBuffer> {
	const writer = head(state, rows.length).u32(batch.schema.fields.length);
	batch.schema.fields.forEach((field, i) => {
		const column = batch.columns[i];
		if (column === undefined) throw new WeirError("INVARIANT_BROKEN", `A batch has no column for its field ${field.name}.`);
		writer.text(field.name).u8(TYPES.indexOf(field.type));
		writeColumn(writer, copyColumn(column, rows, rows.length));
	});
	writer.u8(batch.keys === undefined ? 0 : 1);
	if (batch.keys !== undefined) {
		writer.u8(TYPES.indexOf(batch.keys.type));
		writeColumn(writer, copyColumn(batch.keys, rows, rows.length));
	}
	let ingestTimeMs = Number.NEGATIVE_INFINITY;
	const eventTimes = new Float64Array(rows.length);
	const ingestTimes = new Float64Array(rows.length);
	rows.forEach((row, i) => {
		eventTimes[i] = batch.eventTimes[row] ?? 0;
		ingestTimes[i] = batch.ingestTimes[row] ?? 0;
		ingestTimeMs = Math.max(ingestTimeMs, ingestTimes[i] ?? 0);
	});
	writer.array(eventTimes).array(ingestTimes);
	writePositions(writer, batch.origin, rows);
	return finish(writer, ingestTimeMs);
}

function writePositions(writer: ByteWriter, origin: BatchOrigin | undefined, rows: Int32Array): void {
	writer.u8(origin === undefined ? 0 : 1);
	if (origin === undefined) return;
	const entries = createDictionary();
	const codes = new Int32Array(rows.length);
	const indexes = new Int32Array(rows.length);
	rows.forEach((row, i) => {
		const position = origin.positionOf(row);
		const hash = position.lastIndexOf("#");
		codes[i] = entries.codeOf(hash < 0 ? position : position.slice(0, hash));
		indexes[i] = hash < 0 ? -1 : Number(position.slice(hash + 1));
	});
	writer.array(codes);
	writeTexts(writer, entries);
	writer.array(indexes);
}

function writeTexts(writer: ByteWriter, dictionary: Dictionary): void {
	writer.u32(dictionary.size);
	for (let code = 0; code < dictionary.size; code++) writer.text(dictionary.valueAt(code));
}

/** `column` is compact: its arrays are exactly as long as it has rows. */
function writeColumn(writer: ByteWriter, column: Column): void {
	writer.u8(column.valid === undefined ? 0 : 1);
	if (column.valid !== undefined) writer.array(column.valid);
	if (column.type === "text") {
		const local = createDictionary();
		const codes = Int32Array.from(column.codes, (code, row) =>
			column.valid?.[row] === 0 ? -1 : local.codeOf(column.dictionary.valueAt(code)),
		);
		writer.array(codes);
		writeTexts(writer, local);
	} else if (column.type === "json") writer.array(column.ends).bytes(column.slab);
	else writer.array(column.values);
}

/** Reads a frame of codec 2. Text columns get their codes from `dictionaryFor`, so that an operator sees one dictionary per field for its whole life. */
export function decodeColumnFrame(frame: Uint8Array, dictionaryFor: (field: string) => Dictionary = () => createDictionary()): ColumnFrame {
	const header = readFrameHeader(frame);
	if (header.codec !== CODEC.columns) throw new WeirError("STATE_CORRUPT", "An exchange holds an entry that is not made of columns.");
	const reader = new ByteReader(frame, FRAME_HEADER_BYTES);
	const state = { producer: reader.text(), watermark: reader.f64(), isIdle: reader.u8() === 1 };
	const rows = reader.u32();
	if (rows === 0) return { ...state, batch: undefined };
	const fields: Field[] = [];
	const columns: Column[] = [];
	for (let left = reader.u32(); left > 0; left--) {
		const field: Field = { name: reader.text(), type: typeAt(reader.u8()) };
		fields.push(field);
		columns.push(readColumn(reader, field.type, rows, () => dictionaryFor(field.name)));
	}
	const schema: RecordSchema = { fields };
	const keys = reader.u8() === 1 ? readColumn(reader, typeAt(reader.u8()), rows, () => dictionaryFor("")) : undefined;
	const eventTimes = reader.float64Array();
	const ingestTimes = reader.float64Array();
	const origin = readPositions(reader, rows);
	const batch: RecordBatch = {
		schema,
		length: rows,
		columns,
		selected: rows,
		keys,
		eventTimes,
		ingestTimes,
		watermarks: new Float64Array(rows).fill(Number.NEGATIVE_INFINITY),
		...(origin === undefined ? {} : { origin }),
	};
	return { ...state, batch };
}

function typeAt(index: number): FieldType {
	const type = TYPES[index];
	if (type === undefined) throw new WeirError("STATE_CORRUPT", `A stored column has the unknown type ${index}.`);
	return type;
}

function readTexts(reader: ByteReader): string[] {
	return Array.from({ length: reader.u32() }, () => reader.text());
}

function readPositions(reader: ByteReader, rows: number): BatchOrigin | undefined {
	if (reader.u8() === 0) return undefined;
	const codes = reader.int32Array();
	const entries = readTexts(reader);
	const indexes = reader.int32Array();
	return {
		slab: NO_BYTES,
		starts: new Int32Array(rows),
		ends: new Int32Array(rows),
		positionOf(row) {
			const index = indexes[row] ?? -1;
			const entry = entries[codes[row] ?? 0] ?? "";
			return index < 0 ? entry : `${entry}#${index}`;
		},
	};
}

function readColumn(reader: ByteReader, type: FieldType, rows: number, dictionary: () => Dictionary): Column {
	const valid = reader.u8() === 1 ? { valid: reader.uint8Array() } : {};
	if (type === "boolean") return { type, values: reader.uint8Array(), ...valid };
	if (type === "json") {
		const ends = reader.int32Array();
		const starts = new Int32Array(rows);
		for (let row = 1; row < rows; row++) starts[row] = ends[row - 1] ?? 0;
		return { type, slab: reader.bytes(), starts, ends, ...valid };
	}
	if (type === "text") {
		const local = reader.int32Array();
		const shared = dictionary();
		const translated = readTexts(reader).map((text) => shared.codeOf(text));
		return { type, codes: local.map((code) => (code < 0 ? 0 : (translated[code] ?? 0))), dictionary: shared, ...valid };
	}
	return { type, values: reader.float64Array(), ...valid };
}
