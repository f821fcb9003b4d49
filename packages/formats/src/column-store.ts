import type { Column, Field, RecordSchema } from "@weir/records";
import { ByteDictionary } from "./byte-dictionary.ts";
import { parseTimestamp } from "./timestamp.ts";

/** A dictionary larger than this is given up at the next `clear`, so that a field of unique texts does not fill the memory. */
const DICTIONARY_LIMIT = { values: 262_144, bytes: 16_000_000 } as const;

const encoder = new TextEncoder();

/** Memory of one field, reused batch after batch. Which arrays exist depends on the type. */
export class FieldCells {
	readonly field: Field;
	readonly isWanted: boolean;
	values = new Float64Array(0);
	flags = new Uint8Array(0);
	codes = new Int32Array(0);
	starts = new Int32Array(0);
	ends = new Int32Array(0);
	valid = new Uint8Array(0);
	dictionary = new ByteDictionary();
	hasNulls = false;

	constructor(field: Field, isWanted: boolean) {
		this.field = field;
		this.isWanted = isWanted;
	}

	grow(capacity: number): void {
		this.valid = grownBytes(this.valid, capacity);
		if (!this.isWanted) return;
		switch (this.field.type) {
			case "boolean":
				this.flags = grownBytes(this.flags, capacity);
				break;
			case "text":
				this.codes = grownIntegers(this.codes, capacity);
				this.starts = grownIntegers(this.starts, capacity);
				this.ends = grownIntegers(this.ends, capacity);
				break;
			case "json":
				this.starts = grownIntegers(this.starts, capacity);
				this.ends = grownIntegers(this.ends, capacity);
				break;
			default:
				this.values = grownNumbers(this.values, capacity);
		}
	}

	/** Gives the texts of some rows, of which only the places are known yet, their codes. */
	resolve(slab: Uint8Array, from: number, upTo: number): void {
		if (this.field.type !== "text" || !this.isWanted) return;
		// A null has no place; its code means nothing.
		if (this.hasNulls) for (let row = from; row < upTo; row++) if (this.valid[row] === 0) this.ends[row] = -1;
		this.dictionary.codesOfBytes(slab, this.starts, this.ends, from, upTo, this.codes);
	}

	/** Row `from` becomes row `to`. */
	move(from: number, to: number): void {
		this.valid[to] = this.valid[from] ?? 0;
		for (const cells of [this.values, this.flags, this.codes, this.starts, this.ends]) if (cells.length > 0) cells[to] = cells[from] ?? 0;
	}

	column(slab: Uint8Array): Column {
		const { type } = this.field;
		const valid = this.hasNulls || !this.isWanted ? { valid: this.valid } : {};
		switch (type) {
			case "boolean":
				return { type, values: this.flags, ...valid };
			case "text":
				return { type, codes: this.codes, dictionary: this.dictionary, ...valid };
			case "json":
				return { type, slab, starts: this.starts, ends: this.ends, ...valid };
			default:
				return { type, values: this.values, ...valid };
		}
	}

	clear(): void {
		this.hasNulls = false;
		if (this.dictionary.size > DICTIONARY_LIMIT.values || this.dictionary.bytes > DICTIONARY_LIMIT.bytes) {
			this.dictionary = new ByteDictionary();
		}
	}
}

/** The columns of a batch under way: `rows` are complete, the next one is being written. */
export class ColumnStore {
	readonly cells: readonly FieldCells[];
	readonly wanted: readonly FieldCells[];
	capacity = 0;
	rows = 0;
	eventTimes = new Float64Array(0);
	ingestTimes = new Float64Array(0);
	watermarks = new Float64Array(0);
	starts = new Int32Array(0);
	ends = new Int32Array(0);
	/** Which record a row came from: the number of the frame in this batch, and of the record in the frame. */
	frames = new Int32Array(0);
	indexes = new Int32Array(0);
	keyCodes = new Int32Array(0);

	constructor(schema: RecordSchema, fields: readonly string[] | undefined, capacity = 256) {
		this.cells = schema.fields.map((field) => new FieldCells(field, fields === undefined || fields.includes(field.name)));
		this.wanted = this.cells.filter((cells) => cells.isWanted);
		this.grow(capacity);
	}

	/** Ends a run of rows: texts get their codes. */
	resolve(slab: Uint8Array, from: number): void {
		for (const cells of this.wanted) cells.resolve(slab, from, this.rows);
	}

	/** Row `from` becomes row `to`: closes the gap that a row leaves which is set aside. */
	move(from: number, to: number): void {
		for (const cells of this.wanted) cells.move(from, to);
		for (const own of [this.eventTimes, this.starts, this.ends, this.indexes, this.keyCodes]) own[to] = own[from] ?? 0;
	}

	/** Makes sure that one more row can be written. */
	room(): void {
		if (this.rows === this.capacity) this.grow(this.capacity * 2);
	}

	grow(capacity: number): void {
		this.capacity = capacity;
		for (const cells of this.cells) cells.grow(capacity);
		this.eventTimes = grownNumbers(this.eventTimes, capacity);
		this.ingestTimes = grownNumbers(this.ingestTimes, capacity);
		this.watermarks = grownNumbers(this.watermarks, capacity);
		this.starts = grownIntegers(this.starts, capacity);
		this.ends = grownIntegers(this.ends, capacity);
		this.frames = grownIntegers(this.frames, capacity);
		this.indexes = grownIntegers(this.indexes, capacity);
		this.keyCodes = grownIntegers(this.keyCodes, capacity);
	}

	clear(): void {
		this.rows = 0;
		for (const cells of this.cells) cells.clear();
	}
}

function grownNumbers(from: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
	const to = new Float64Array(capacity);
	to.set(from);
	return to;
}

function grownIntegers(from: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
	const to = new Int32Array(capacity);
	to.set(from);
	return to;
}

function grownBytes(from: Uint8Array<ArrayBuffer>, capacity: number): Uint8Array<ArrayBuffer> {
	const to = new Uint8Array(capacity);
	to.set(from);
	return to;
}

/** Writes a parsed value into a cell; answers why it does not fit, or undefined. `json` is not for here: it keeps bytes. */
export function writeValue(cells: FieldCells, row: number, value: unknown): string | undefined {
	if (value === null || value === undefined) {
		cells.valid[row] = 0;
		cells.hasNulls = true;
		return undefined;
	}
	cells.valid[row] = 1;
	switch (cells.field.type) {
		case "text": {
			if (typeof value !== "string") return mismatch(cells.field, value);
			const bytes = encoder.encode(value);
			cells.codes[row] = cells.dictionary.codeOfBytes(bytes, 0, bytes.length);
			cells.ends[row] = -1;
			return undefined;
		}
		case "boolean":
			if (typeof value !== "boolean") return mismatch(cells.field, value);
			cells.flags[row] = value ? 1 : 0;
			return undefined;
		case "timestamp": {
			const time = typeof value === "number" ? value : typeof value === "string" ? parseTimestamp(value) : undefined;
			if (time === undefined || !Number.isFinite(time)) return mismatch(cells.field, value);
			cells.values[row] = time;
			return undefined;
		}
		case "integer":
			if (typeof value !== "number") return mismatch(cells.field, value);
			if (!Number.isSafeInteger(value)) {
				return `The field ${cells.field.name} is ${shown(value)}, which is no whole number between −(2^53 − 1) and 2^53 − 1.`;
			}
			cells.values[row] = value;
			return undefined;
		default:
			if (typeof value !== "number") return mismatch(cells.field, value);
			if (!Number.isFinite(value)) return `The field ${cells.field.name} holds a number that is too large.`;
			cells.values[row] = value;
			return undefined;
	}
}

const ARTICLES = {
	number: "a number",
	integer: "a whole number",
	boolean: "true or false",
	text: "a text",
	timestamp: "a time (ISO 8601, or milliseconds since 1970)",
	json: "a value",
} as const;

export function mismatch(field: Field, value: unknown): string {
	return `The field ${field.name} is ${shown(value)}, and the schema says ${ARTICLES[field.type]}.`;
}

function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
