import { WeirError } from "@weir/errors";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const SHORT = 64;

/** Writes numbers, texts and arrays behind one another, little endian; grows as it needs. */
export class ByteWriter {
	#bytes: Uint8Array<ArrayBuffer>;
	#view: DataView;
	#at = 0;

	/** `capacity`: about so many bytes will be written; whoever knows saves that memory is made and copied again and again. */
	constructor(capacity = 1024) {
		this.#bytes = new Uint8Array(capacity);
		this.#view = new DataView(this.#bytes.buffer);
	}

	get length(): number {
		return this.#at;
	}

	#room(bytes: number): void {
		if (this.#at + bytes <= this.#bytes.length) return;
		const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
		larger.set(this.#bytes.subarray(0, this.#at));
		this.#bytes = larger;
		this.#view = new DataView(larger.buffer);
	}

	u8(value: number): this {
		this.#room(1);
		this.#bytes[this.#at++] = value;
		return this;
	}

	u32(value: number): this {
		this.#room(4);
		this.#view.setUint32(this.#at, value, true);
		this.#at += 4;
		return this;
	}

	f64(value: number): this {
		this.#room(8);
		this.#view.setFloat64(this.#at, value, true);
		this.#at += 8;
		return this;
	}

	/** u32 length, then the UTF-8 bytes. */
	text(value: string): this {
		const from = this.#at + 4;
		// A character takes three bytes at most: room is made once, and nothing is copied.
		this.#room(4 + value.length * 3);
		const written = value.length <= SHORT ? this.#ascii(value, from) : -1;
		const length = written >= 0 ? written : encoder.encodeInto(value, this.#bytes.subarray(from)).written;
		this.u32(length);
		this.#at = from + length;
		return this;
	}

	/** Names and keys are short and mostly plain letters, for which a call of the encoder costs five times the loop. −1: there are others. */
	#ascii(value: string, at: number): number {
		const bytes = this.#bytes;
		for (let i = 0; i < value.length; i++) {
			const code = value.charCodeAt(i);
			if (code > 127) return -1;
			bytes[at + i] = code;
		}
		return value.length;
	}

	/** u32 length, then the bytes. */
	bytes(value: Uint8Array): this {
		return this.u32(value.length).raw(value);
	}

	/** The bytes alone. */
	raw(value: Uint8Array): this {
		this.#room(value.length);
		this.#bytes.set(value, this.#at);
		this.#at += value.length;
		return this;
	}

	/** What `write` puts into the memory that it is given, from `at` on; it answers the place behind that, at most `most` bytes further. */
	fill(most: number, write: (bytes: Uint8Array, at: number) => number): this {
		this.#room(most);
		this.#at = write(this.#bytes, this.#at);
		return this;
	}

	/** The memory of a typed array; u32 length in bytes first. All platforms of Node and browsers are little endian. */
	array(value: Float64Array | Int32Array | Uint32Array | Uint8Array): this {
		return this.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
	}

	/** What was written: a copy where much memory would be kept for nothing otherwise, else a view of what is never written again. */
	finish(): Uint8Array<ArrayBuffer> {
		return this.#at * 4 < this.#bytes.length * 3 ? this.#bytes.slice(0, this.#at) : this.#bytes.subarray(0, this.#at);
	}
}

/** Reads what `ByteWriter` wrote. Throws STATE_CORRUPT when the bytes end too early. */
export class ByteReader {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at: number;

	constructor(bytes: Uint8Array, at = 0) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.#at = at;
	}

	get left(): number {
		return this.#bytes.length - this.#at;
	}

	#take(bytes: number): number {
		const at = this.#at;
		if (at + bytes > this.#bytes.length) throw new WeirError("STATE_CORRUPT", "Stored bytes end before they are complete.");
		this.#at += bytes;
		return at;
	}

	u8(): number {
		return this.#view.getUint8(this.#take(1));
	}

	u32(): number {
		return this.#view.getUint32(this.#take(4), true);
	}

	f64(): number {
		return this.#view.getFloat64(this.#take(8), true);
	}

	text(): string {
		return decoder.decode(this.bytes());
	}

	/** A view, not a copy. */
	bytes(): Uint8Array {
		return this.raw(this.u32());
	}

	raw(length: number): Uint8Array {
		const at = this.#take(length);
		return this.#bytes.subarray(at, at + length);
	}

	float64Array(): Float64Array<ArrayBuffer> {
		return new Float64Array(this.#aligned(8));
	}

	int32Array(): Int32Array<ArrayBuffer> {
		return new Int32Array(this.#aligned(4));
	}

	uint8Array(): Uint8Array<ArrayBuffer> {
		return new Uint8Array(this.#aligned(1));
	}

	#aligned(size: number): ArrayBuffer {
		const bytes = this.bytes();
		if (bytes.length % size !== 0) throw new WeirError("STATE_CORRUPT", "A stored array has a broken length.");
		const copy = new ArrayBuffer(bytes.length);
		new Uint8Array(copy).set(bytes);
		return copy;
	}
}
