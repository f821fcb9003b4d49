import type { Column, RecordBatch } from "@weir/records";

/** Rows of several batches, from one place to another. */
export interface Place {
	readonly batch: number;
	readonly row: number;
}

/** What one COPY takes: its data, and where the next one goes on. */
export interface CopyPiece {
	readonly bytes: Uint8Array<ArrayBuffer>;
	readonly end: Place;
}

const ROWS_PER_COPY = 10_000;
const BYTES_PER_COPY = 4 << 20;
const SIGNATURE = Uint8Array.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", (letter) => letter.charCodeAt(0));
const NULL_LENGTH = -1;
const JSONB_VERSION = 1;
/** PostgreSQL counts microseconds from the year 2000. */
const SECONDS_TO_2000 = 946_684_800;
const TWO_TO_32 = 2 ** 32;
/** Doubles from here on have no fraction; added and taken away again, it rounds halves to even. */
const ROUNDS = 2 ** 52;
/** Up to here a loop is faster than a call into the engine. */
const SHORT_TEXT = 48;
const BYTES_PER_LETTER = 3;

const encoder = new TextEncoder();
/** Memory of a piece that was sent: fresh memory for each would have the collector run for it. */
let spare: Uint8Array<ArrayBuffer> | undefined;

/**
 * The rows from `from` on in the binary format of COPY, their columns as `double precision`, `bigint`, `boolean`, `text`, `timestamptz` and `jsonb`, up to
 * the first that holds a value which would not be written as an INSERT writes it. Undefined: that is the first of all.
 */
export function copyPiece(batches: readonly RecordBatch[], fields: number, from: Place): CopyPiece | undefined {
	const out = new CopyBytes(estimateOf(batches, from));
	let { batch, row } = from;
	let rows = 0;
	for (; batch < batches.length; batch++, row = 0) {
		const { columns, length } = batches[batch] as RecordBatch;
		const ordered = Array.from({ length: fields }, (_, field) => columns[field]);
		for (; row < length; row++) {
			if (rows === ROWS_PER_COPY || out.length > BYTES_PER_COPY || !out.addRow(ordered, row)) {
				return rows === 0 ? undefined : { bytes: out.end(), end: { batch, row } };
			}
			rows += 1;
		}
	}
	return { bytes: out.end(), end: { batch, row: 0 } };
}

/** Takes back the memory of a piece that the server has got. */
export function giveBack({ bytes }: CopyPiece): void {
	const whole = new Uint8Array(bytes.buffer);
	if (whole.length <= 2 * BYTES_PER_COPY) spare = whole;
}

/** Grows when long texts need it. */
function estimateOf(batches: readonly RecordBatch[], from: Place): number {
	let bytes = SIGNATURE.length + 2;
	for (let i = from.batch; i < batches.length; i++) bytes += (batches[i]?.length ?? 0) * (2 + (batches[i]?.columns.length ?? 0) * 24);
	return Math.min(bytes, BYTES_PER_COPY);
}

class CopyBytes {
	length = 0;
	#bytes: Uint8Array<ArrayBuffer>;
	#view: DataView;

	constructor(capacity: number) {
		this.#bytes = spare !== undefined && spare.length >= capacity ? spare : new Uint8Array(capacity);
		spare = undefined;
		this.#view = new DataView(this.#bytes.buffer);
		this.#bytes.set(SIGNATURE);
		this.length = SIGNATURE.length;
	}

	/** False, and nothing is added: the row holds a value that COPY would not write as an INSERT does. */
	addRow(columns: readonly (Column | undefined)[], row: number): boolean {
		const start = this.length;
		// The widest value of a fixed width, with its length.
		this.#makeRoom(2 + columns.length * 12);
		this.#view.setInt16(this.length, columns.length);
		this.length += 2;
		for (let i = 0; i < columns.length; i++) {
			const column = columns[i];
			if (column === undefined || (column.valid !== undefined && column.valid[row] === 0)) {
				this.#view.setInt32(this.length, NULL_LENGTH);
				this.length += 4;
			} else if (!this.#addValue(column, row, (columns.length - i) * 12)) {
				this.length = start;
				return false;
			}
		}
		return true;
	}

	end(): Uint8Array<ArrayBuffer> {
		this.#makeRoom(2);
		this.#view.setInt16(this.length, -1);
		return this.#bytes.subarray(0, this.length + 2);
	}

	/** `room` is what the values of fixed width from here on need. */
	#addValue(column: Column, row: number, room: number): boolean {
		switch (column.type) {
			case "number":
				this.#view.setInt32(this.length, 8);
				// An INSERT sends text, in which nothing is left of the sign of -0.
				this.#view.setFloat64(this.length + 4, (column.values[row] as number) + 0);
				this.length += 12;
				return true;
			case "integer": {
				const value = column.values[row] as number;
				if (!Number.isSafeInteger(value)) return false;
				this.#addInteger(value);
				return true;
			}
			case "timestamp": {
				const value = column.values[row] as number;
				if (!Number.isFinite(value)) return false;
				this.#addInteger(microsecondsOf(value));
				return true;
			}
			case "boolean":
				this.#view.setInt32(this.length, 1);
				this.#bytes[this.length + 4] = column.values[row] === 1 ? 1 : 0;
				this.length += 5;
				return true;
			case "text":
				this.#addText(column.dictionary.valueAt(column.codes[row] ?? 0), room);
				return true;
			case "json": {
				const from = column.starts[row] ?? 0;
				const size = (column.ends[row] ?? 0) - from;
				this.#makeRoom(room + size + 1);
				this.#view.setInt32(this.length, size + 1);
				this.#bytes[this.length + 4] = JSONB_VERSION;
				this.#bytes.set(column.slab.subarray(from, from + size), this.length + 5);
				this.length += size + 5;
				return true;
			}
		}
	}

	#addInteger(value: number): void {
		const high = Math.floor(value / TWO_TO_32);
		this.#view.setInt32(this.length, 8);
		this.#view.setInt32(this.length + 4, high);
		this.#view.setUint32(this.length + 8, value - high * TWO_TO_32);
		this.length += 12;
	}

	#addText(text: string, room: number): void {
		this.#makeRoom(room + text.length * BYTES_PER_LETTER);
		const start = this.length + 4;
		const size = this.#addPlain(text, start) ? text.length : encoder.encodeInto(text, this.#bytes.subarray(start)).written;
		this.#view.setInt32(this.length, size);
		this.length = start + size;
	}

	/** False when the text is long or has a letter of more than one byte. */
	#addPlain(text: string, start: number): boolean {
		if (text.length > SHORT_TEXT) return false;
		const bytes = this.#bytes;
		for (let i = 0; i < text.length; i++) {
			const code = text.charCodeAt(i);
			if (code > 127) return false;
			bytes[start + i] = code;
		}
		return true;
	}

	#makeRoom(size: number): void {
		const needed = this.length + size;
		if (needed <= this.#bytes.length) return;
		const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
		grown.set(this.#bytes.subarray(0, this.length));
		this.#bytes = grown;
		this.#view = new DataView(grown.buffer);
	}
}

/** Rounded as `to_timestamp` does it, step by step. */
function microsecondsOf(ms: number): number {
	const exact = (ms / 1_000 - SECONDS_TO_2000) * 1e6;
	if (Math.abs(exact) >= ROUNDS) return exact;
	return exact < 0 ? exact - ROUNDS + ROUNDS : exact + ROUNDS - ROUNDS;
}
