import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column, FieldType, RecordBatch, RecordSchema } from "@weir/records";
import { keyTextAt } from "@weir/records";
import { TextIds } from "./text-ids.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const SMALLEST = 64;
const NULL_ID = -1;

/** The values of one field, by slot. Texts, and JSON as its text, are ids. */
interface StoredColumn {
	readonly type: FieldType;
	numbers: Float64Array<ArrayBuffer>;
	ids: Int32Array;
	texts: TextIds | undefined;
	valid: Uint8Array;
}

/**
 * Whole rows that an operator keeps, as columns in memory of its own. A row has a slot from `put` until `free`; freed slots are used again.
 * Call `follow` with a batch before its rows are put.
 */
export class RowStore {
	readonly schema: RecordSchema;
	/** Rows held. */
	size = 0;
	eventTimes: Float64Array<ArrayBuffer> = new Float64Array(SMALLEST);
	readonly #columns: StoredColumn[];
	#ingestTimes: Float64Array<ArrayBuffer> = new Float64Array(SMALLEST);
	#keys = new Int32Array(SMALLEST);
	#keyTexts = new TextIds();
	#hasKeys = false;
	#capacity = SMALLEST;
	#next = 0;
	#free: number[] = [];
	#batch: RecordBatch | undefined;
	/** Texts above which unused ones are looked for. */
	#mostTexts = 1_024;

	constructor(schema: RecordSchema) {
		this.schema = schema;
		this.#columns = schema.fields.map(({ type }) => ({
			type,
			numbers: new Float64Array(isText(type) ? 0 : SMALLEST),
			ids: new Int32Array(isText(type) ? SMALLEST : 0),
			texts: isText(type) ? new TextIds() : undefined,
			valid: new Uint8Array(SMALLEST),
		}));
	}

	/** About how many bytes of memory the rows take. */
	get bytes(): number {
		let bytes = this.#capacity * 20;
		for (const { type, texts } of this.#columns) bytes += this.#capacity * (isText(type) ? 5 : 9) + (texts?.size ?? 0) * 40;
		return bytes;
	}

	/** Makes ready for the rows of a batch. */
	follow(batch: RecordBatch): void {
		this.#forgetTexts();
		this.#batch = batch;
		if (batch.keys !== undefined) this.#hasKeys = true;
	}

	/** Keeps a row of the batch that is followed; answers its slot. */
	put(row: number): number {
		const batch = this.#batch;
		const slot = this.#free.pop() ?? this.#next++;
		if (slot >= this.#capacity) this.#grow();
		this.size += 1;
		if (batch === undefined) return slot;
		for (let i = 0; i < this.#columns.length; i++) {
			const column = batch.columns[i];
			const stored = this.#columns[i];
			if (column === undefined || stored === undefined) continue;
			const isValid = column.valid === undefined || column.valid[row] !== 0;
			stored.valid[slot] = isValid ? 1 : 0;
			if (column.type === "text") stored.ids[slot] = isValid ? idOf(stored.texts, column, row) : NULL_ID;
			else if (column.type === "json") {
				const text = isValid ? decoder.decode(column.slab.subarray(column.starts[row], column.ends[row])) : undefined;
				stored.ids[slot] = text === undefined ? NULL_ID : (stored.texts?.codeOf(text) ?? NULL_ID);
			} else stored.numbers[slot] = isValid ? (column.values[row] ?? 0) : 0;
		}
		this.eventTimes[slot] = batch.eventTimes[row] ?? 0;
		this.#ingestTimes[slot] = batch.ingestTimes[row] ?? 0;
		this.#keys[slot] = this.#keyOf(batch, row);
		return slot;
	}

	free(slot: number): void {
		this.#free.push(slot);
		this.size -= 1;
	}

	/** The stored rows as columns; slots may be named more than once, and −1 is a row of nulls. */
	columnsOf(slots: Int32Array, n: number): Column[] {
		return this.#columns.map((stored) => gather(stored, slots, n));
	}

	/** The stored rows as a batch. `times`: event times other than their own. */
	batchOf(slots: Int32Array, n: number, watermark: number, times?: Float64Array): RecordBatch {
		return {
			schema: this.schema,
			length: n,
			columns: this.columnsOf(slots, n),
			selected: n,
			keys: this.keysOf(slots, n),
			eventTimes: times ?? take(this.eventTimes, slots, n),
			ingestTimes: this.ingestTimesOf(slots, n),
			watermarks: new Float64Array(n).fill(watermark),
		};
	}

	keysOf(slots: Int32Array, n: number): Column | undefined {
		if (!this.#hasKeys) return undefined;
		const codes = new Int32Array(n);
		const valid = new Uint8Array(n);
		for (let i = 0; i < n; i++) {
			const id = this.#keys[slots[i] ?? 0] ?? NULL_ID;
			valid[i] = id < 0 ? 0 : 1;
			codes[i] = Math.max(id, 0);
		}
		return { type: "text", codes, dictionary: this.#keyTexts, valid };
	}

	ingestTimesOf(slots: Int32Array, n: number): Float64Array {
		return take(this.#ingestTimes, slots, n);
	}

	/** Writes the rows of `slots`; read again, they stand one behind the other in this order. */
	write(writer: ByteWriter, slots: Int32Array): void {
		writer.u32(slots.length).u8(this.#hasKeys ? 1 : 0);
		writer.array(take(this.eventTimes, slots, slots.length)).array(take(this.#ingestTimes, slots, slots.length));
		writeTexts(writer, this.#keys, this.#keyTexts, slots);
		for (const { numbers, ids, texts, valid } of this.#columns) {
			writer.array(Uint8Array.from(slots, (slot) => valid[slot] ?? 0));
			if (texts === undefined) writer.array(take(numbers, slots, slots.length));
			else writeTexts(writer, ids, texts, slots);
		}
	}

	/** Reads what `write` wrote, beside what is there; answers the slots, in the same order. Throws STATE_CORRUPT. */
	read(reader: ByteReader): Int32Array {
		const n = reader.u32();
		const first = this.#next;
		// Every row takes more than one byte: memory is not asked for on the word of broken bytes.
		if (n > reader.left) throw new WeirError("STATE_CORRUPT", "Stored rows end before they are complete.");
		this.#hasKeys = reader.u8() === 1 || this.#hasKeys;
		while (this.#capacity < first + n) this.#grow();
		this.eventTimes.set(reader.float64Array().subarray(0, n), first);
		this.#ingestTimes.set(reader.float64Array().subarray(0, n), first);
		readTexts(reader, this.#keyTexts, this.#keys, first, n);
		for (const stored of this.#columns) {
			stored.valid.set(reader.uint8Array().subarray(0, n), first);
			if (stored.texts === undefined) stored.numbers.set(reader.float64Array().subarray(0, n), first);
			else readTexts(reader, stored.texts, stored.ids, first, n);
		}
		this.#next += n;
		this.size += n;
		return Int32Array.from({ length: n }, (_, i) => first + i);
	}

	#keyOf({ keys }: RecordBatch, row: number): number {
		if (keys === undefined || (keys.valid !== undefined && keys.valid[row] === 0)) return NULL_ID;
		return keys.type === "text" ? idOf(this.#keyTexts, keys, row) : this.#keyTexts.codeOf(keyTextAt([keys], row));
	}

	#grow(): void {
		const capacity = this.#capacity * 2;
		const numbers = (old: Float64Array<ArrayBuffer>) => grown(old, new Float64Array(capacity));
		this.eventTimes = numbers(this.eventTimes);
		this.#ingestTimes = numbers(this.#ingestTimes);
		this.#keys = grown(this.#keys, new Int32Array(capacity));
		for (const column of this.#columns) {
			if (column.texts === undefined) column.numbers = numbers(column.numbers);
			else column.ids = grown(column.ids, new Int32Array(capacity));
			column.valid = grown(column.valid, new Uint8Array(capacity));
		}
		this.#capacity = capacity;
	}

	#forgetTexts(): void {
		let texts = this.#keyTexts.size;
		for (const column of this.#columns) texts += column.texts?.size ?? 0;
		if (texts <= this.#mostTexts) return;
		const freed = new Uint8Array(this.#next);
		for (const slot of this.#free) freed[slot] = 1;
		const compact = (old: TextIds, ids: Int32Array): TextIds => {
			const used = new Uint8Array(old.size);
			for (let slot = 0; slot < this.#next; slot++) if (freed[slot] === 0 && (ids[slot] ?? NULL_ID) >= 0) used[ids[slot] ?? 0] = 1;
			const { ids: smaller, moved } = old.compacted(used);
			for (let slot = 0; slot < this.#next; slot++) {
				const id = ids[slot] ?? NULL_ID;
				ids[slot] = freed[slot] === 1 || id < 0 ? NULL_ID : (moved[id] ?? NULL_ID);
			}
			return smaller;
		};
		this.#keyTexts = compact(this.#keyTexts, this.#keys);
		let left = this.#keyTexts.size;
		for (const column of this.#columns) {
			if (column.texts === undefined) continue;
			column.texts = compact(column.texts, column.ids);
			left += column.texts.size;
		}
		this.#mostTexts = Math.max(1_024, left * 2);
	}
}

function isText(type: FieldType): boolean {
	return type === "text" || type === "json";
}

function idOf(texts: TextIds | undefined, column: Extract<Column, { type: "text" }>, row: number): number {
	if (texts === undefined) return NULL_ID;
	const code = column.codes[row] ?? 0;
	const known = texts.follow(column)[code] ?? 0;
	return known === 0 ? texts.translate(column.dictionary, code) : known - 1;
}

function gather({ type, numbers, ids, texts, valid }: StoredColumn, slots: Int32Array, n: number): Column {
	const isValid = new Uint8Array(n);
	for (let i = 0; i < n; i++) isValid[i] = valid[slots[i] ?? NULL_ID] ?? 0;
	if (type === "boolean")
		return { type, values: Uint8Array.from({ length: n }, (_, i) => numbers[slots[i] ?? NULL_ID] ?? 0), valid: isValid };
	if (type === "json") return { ...gatherJson(ids, texts, slots, isValid, n), type, valid: isValid };
	if (type !== "text") return { type, values: take(numbers, slots, n), valid: isValid };
	const codes = new Int32Array(n);
	for (let i = 0; i < n; i++) codes[i] = Math.max(ids[slots[i] ?? NULL_ID] ?? 0, 0);
	return { type, codes, dictionary: texts ?? new TextIds(), valid: isValid };
}

function gatherJson(ids: Int32Array, texts: TextIds | undefined, slots: Int32Array, valid: Uint8Array, n: number) {
	const starts = new Int32Array(n);
	const ends = new Int32Array(n);
	const pieces: Uint8Array[] = [];
	let at = 0;
	for (let i = 0; i < n; i++) {
		starts[i] = at;
		if (valid[i] === 1) {
			const piece = encoder.encode(texts?.valueAt(ids[slots[i] ?? 0] ?? 0) ?? "null");
			pieces.push(piece);
			at += piece.length;
		}
		ends[i] = at;
	}
	const slab = new Uint8Array(at);
	let filled = 0;
	for (const piece of pieces) {
		slab.set(piece, filled);
		filled += piece.length;
	}
	return { slab, starts, ends };
}

function take(from: Float64Array, slots: Int32Array, n: number): Float64Array<ArrayBuffer> {
	const to = new Float64Array(n);
	for (let i = 0; i < n; i++) to[i] = from[slots[i] ?? NULL_ID] ?? 0;
	return to;
}

function grown<A extends Float64Array<ArrayBuffer> | Int32Array | Uint8Array>(old: A, larger: A): A {
	larger.set(old);
	return larger;
}

function writeTexts(writer: ByteWriter, ids: Int32Array, texts: TextIds, slots: Int32Array): void {
	const kept = new TextIds();
	const codes = Int32Array.from(slots, (slot) => {
		const id = ids[slot] ?? NULL_ID;
		return id < 0 ? NULL_ID : kept.codeOf(texts.valueAt(id));
	});
	writer.array(codes);
	kept.write(writer);
}

function readTexts(reader: ByteReader, texts: TextIds, ids: Int32Array, first: number, n: number): void {
	const codes = reader.int32Array();
	const idOfCode: number[] = [];
	for (let left = reader.u32(); left > 0; left--) idOfCode.push(texts.codeOf(reader.text()));
	for (let i = 0; i < n; i++) ids[first + i] = idOfCode[codes[i] ?? NULL_ID] ?? NULL_ID;
}
