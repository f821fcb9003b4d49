import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter } from "@weir/records";
import type { KeyWords } from "./key-words.ts";
import type { TextIds } from "./text-ids.ts";
import { MOST_VARINT_BYTES, MOST_WHOLE, putSigned, putVarint, readSigned, readVarint } from "./varints.ts";

/** Keys, whole words one behind the other, each with the event time it was passed on at. */
export interface PackedKeys {
	readonly count: number;
	readonly times: Float64Array;
	readonly words: Int32Array;
	/** What the numbers that count lack, where keys were cut in two; absent: words are whole. */
	readonly lanes?: Uint8Array;
}

/** Rows whose numbers are looked at together: they stand as differences when all of them are whole. */
const ROWS = 4_096;
const DOUBLES = 0;
const DIFFERENCES = 1;

/**
 * Writes keys with the texts that they name and no others, so that they can be read without what was stored before. Changes the words in place.
 *
 * Texts stand once, and keys by columns, some rows at a time: places of texts, and whole numbers as their difference from the number of the key
 * with the same first text before it (a counter goes on by one), times as their difference from the time before. Mostly that is one or two bytes each.
 */
export function writeKeys(writer: ByteWriter, keys: KeyWords, { count, times, words, lanes }: PackedKeys): void {
	writer.u32(keys.types.length);
	const texts = keys.types.map((type, i) => {
		writer.text(type);
		const known = keys.textsOf(i);
		if (known === undefined) return 0;
		const named = nameTexts(known, words, count, keys.width, keys.offsets[i] ?? 0);
		writer.u32(named.length);
		for (const text of named) writer.text(text);
		return named.length;
	});
	writer.u32(count);
	const columns = columnsOf(keys, texts);
	const values = new Float64Array(Math.min(ROWS, count));
	const lastTime = new Float64Array(1);
	for (let from = 0; from < count; from += ROWS) {
		const n = Math.min(ROWS, count - from);
		for (const column of columns) {
			if (column.last === undefined) writer.fill(n * MOST_VARINT_BYTES, (bytes, at) => putPlaces(bytes, at, words, from, n, column));
			else {
				loadNumbers(values, words, from, n, column, lanes);
				writeNumbers(writer, values, words, from, n, column, column.last);
			}
		}
		const some = times.subarray(from, from + n);
		if (!areWhole(some, n)) writer.u8(DOUBLES).array(some);
		else writer.u8(DIFFERENCES).fill(n * MOST_VARINT_BYTES, (bytes, at) => putTimes(bytes, at, some, lastTime));
	}
}

function putTimes(bytes: Uint8Array, at: number, times: Float64Array, lastTime: Float64Array): number {
	let to = at;
	let last = lastTime[0] as number;
	for (let i = 0; i < times.length; i++) {
		const time = times[i] as number;
		to = putSigned(bytes, to, time - last);
		last = time;
	}
	lastTime[0] = last;
	return to;
}

/** How a field of the key is written. */
interface StoredColumn {
	/** Words from one key to the next, the word of this field, and that of the first text of the key (−1 without one). */
	readonly width: number;
	readonly offset: number;
	readonly group: number;
	/** Of a number: the last one by place of the first text + 1. */
	readonly last: Float64Array | undefined;
	/** By so much a number is expected to go on. */
	readonly step: number;
	/** Of texts and booleans: the greatest word that there is. */
	readonly most: number;
}

/** `texts`: how many there are of each field. */
function columnsOf(keys: KeyWords, texts: readonly number[]): readonly StoredColumn[] {
	const first = keys.types.findIndex((_type, i) => keys.textsOf(i) !== undefined);
	const group = keys.offsets[first] ?? -1;
	const columns = keys.types.map((type, i) => {
		const offset = keys.offsets[i] ?? 0;
		const isText = keys.textsOf(i) !== undefined;
		const last = isText || type === "boolean" ? undefined : new Float64Array((texts[first] ?? 0) + 1);
		const most = isText ? (texts[i] ?? 0) - 1 : 1;
		return { width: keys.width, offset, group, last, step: offset === keys.counter ? 1 : 0, most };
	});
	// Whoever reads a number must know the text by then.
	return [...columns.filter(({ last }) => last === undefined), ...columns.filter(({ last }) => last !== undefined)];
}

function putPlaces(
	bytes: Uint8Array,
	at: number,
	words: Int32Array,
	from: number,
	n: number,
	{ width, offset }: Pick<StoredColumn, "width" | "offset">,
): number {
	let to = at;
	const end = (from + n) * width;
	for (let word = from * width + offset; word < end; word += width) to = putVarint(bytes, to, (words[word] as number) + 1);
	return to;
}

function loadNumbers(
	values: Float64Array,
	words: Int32Array,
	from: number,
	n: number,
	{ width, offset, step }: StoredColumn,
	lanes: Uint8Array | undefined,
): void {
	const parts = new Int32Array(values.buffer);
	for (let i = 0; i < n; i++) {
		const word = (from + i) * width + offset;
		parts[2 * i] = words[word] as number;
		parts[2 * i + 1] = words[word + 1] as number;
	}
	if (lanes === undefined || step === 0) return;
	for (let i = 0; i < n; i++) values[i] = (values[i] as number) + (lanes[from + i] as number);
}

function writeNumbers(
	writer: ByteWriter,
	values: Float64Array,
	words: Int32Array,
	from: number,
	n: number,
	column: StoredColumn,
	last: Float64Array,
): void {
	if (areWhole(values, n))
		writer.u8(DIFFERENCES).fill(n * MOST_VARINT_BYTES, (bytes, at) => putNumbers(bytes, at, values, words, from, n, column, last));
	else writer.u8(DOUBLES).array(values.subarray(0, n));
}

function putNumbers(
	bytes: Uint8Array,
	at: number,
	values: Float64Array,
	words: Int32Array,
	from: number,
	n: number,
	{ width, group, step }: StoredColumn,
	last: Float64Array,
): number {
	let to = at;
	for (let i = 0; i < n; i++) {
		const of = group < 0 ? 0 : (words[(from + i) * width + group] as number) + 1;
		const value = values[i] as number;
		to = putSigned(bytes, to, value - (last[of] as number) - step);
		last[of] = value;
	}
	return to;
}

function areWhole(values: Float64Array, n: number): boolean {
	for (let i = 0; i < n; i++) {
		const value = values[i] as number;
		if (Math.floor(value) !== value || value > MOST_WHOLE || value < -MOST_WHOLE) return false;
	}
	return true;
}

/** Reads what `writeKeys` wrote; the texts join those of `keys`. Throws STATE_CORRUPT when the key's types have changed, and where it cannot be read. */
export function readKeys(reader: ByteReader, keys: KeyWords): PackedKeys {
	const changed = () =>
		new WeirError("STATE_CORRUPT", "The stored state was made with other key fields; deploy the flow with this node's state reset.");
	if (reader.u32() !== keys.types.length) throw changed();
	const ids = keys.types.map((type, i) => {
		if (reader.text() !== type) throw changed();
		const texts = keys.textsOf(i);
		if (texts === undefined) return undefined;
		const length = reader.u32();
		if (length > reader.left) throw unreadable();
		const read = new Int32Array(length);
		for (let k = 0; k < read.length; k++) read[k] = texts.codeOf(reader.text());
		return read;
	});
	const count = reader.u32();
	if (count > reader.left) throw unreadable();
	const times = new Float64Array(count);
	const words = new Int32Array(count * keys.width);
	const columns = columnsOf(
		keys,
		ids.map((read) => read?.length ?? 0),
	);
	let lastTime = 0;
	for (let from = 0; from < count; from += ROWS) {
		const n = Math.min(ROWS, count - from);
		for (const column of columns) {
			if (column.last === undefined) readPlaces(reader, words, from, n, column);
			else readNumbers(reader, keys, words, from, n, column, column.last);
		}
		if (readIsDoubles(reader)) times.set(readDoubles(reader, n), from);
		else
			for (let i = from; i < from + n; i++) {
				lastTime += readSigned(reader);
				times[i] = lastTime;
			}
	}
	// Numbers find the one before them by the place of a text, so that places become ids at last.
	ids.forEach((read, i) => {
		if (read === undefined) return;
		for (let at = keys.offsets[i] ?? 0; at < words.length; at += keys.width) {
			const word = words[at] as number;
			if (word >= 0) words[at] = read[word] as number;
		}
	});
	return { count, times, words };
}

function unreadable(): WeirError {
	return new WeirError("STATE_CORRUPT", "The stored keys of a node cannot be read: they do not fit each other.");
}

function readIsDoubles(reader: ByteReader): boolean {
	const form = reader.u8();
	if (form !== DOUBLES && form !== DIFFERENCES) throw unreadable();
	return form === DOUBLES;
}

function readDoubles(reader: ByteReader, n: number): Float64Array {
	const values = reader.float64Array();
	if (values.length !== n) throw unreadable();
	return values;
}

function readPlaces(reader: ByteReader, words: Int32Array, from: number, n: number, { width, offset, most }: StoredColumn): void {
	for (let i = from; i < from + n; i++) {
		const word = readVarint(reader) - 1;
		if (word > most) throw unreadable();
		words[i * width + offset] = word;
	}
}

function readNumbers(
	reader: ByteReader,
	keys: KeyWords,
	words: Int32Array,
	from: number,
	n: number,
	{ width, offset, group, step }: StoredColumn,
	last: Float64Array,
): void {
	if (readIsDoubles(reader)) {
		const values = readDoubles(reader, n);
		for (let i = 0; i < n; i++) keys.writeNumber(words, (from + i) * width + offset, values[i] as number);
		return;
	}
	for (let i = from; i < from + n; i++) {
		const of = group < 0 ? 0 : (words[i * width + group] as number) + 1;
		const value = (last[of] as number) + step + readSigned(reader);
		last[of] = value;
		keys.writeNumber(words, i * width + offset, value);
	}
}

/** The texts that the words name, in order; the words then hold places in there. */
function nameTexts(texts: TextIds, words: Int32Array, count: number, width: number, offset: number): readonly string[] {
	const named: string[] = [];
	// Place + 1 by id, 0 = none yet: a look-up per word, unless the table would be much larger than what is looked up.
	const table = count * 8 >= texts.size ? new Int32Array(texts.size) : undefined;
	const map = new Map<number, number>();
	for (let i = 0; i < count; i++) {
		const at = i * width + offset;
		const id = words[at] ?? -1;
		if (id < 0) continue;
		let place = (table === undefined ? map.get(id) : table[id]) ?? 0;
		if (place === 0) {
			place = named.push(texts.valueAt(id));
			if (table === undefined) map.set(id, place);
			else table[id] = place;
		}
		words[at] = place - 1;
	}
	return named;
}

/** Their latest event time; −Infinity where there are none. */
export function latestOf({ count, times }: PackedKeys): number {
	let latest = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < count; i++) latest = Math.max(latest, times[i] as number);
	return latest;
}
