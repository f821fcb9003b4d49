import { ByteWriter } from "@weir/records";

/** A long takes ten bytes at most. */
const LONG_BYTES = 10;

/** Bytes in Avro's binary encoding. */
export class AvroBytes {
	readonly #encoder = new TextEncoder();
	#writer = new ByteWriter(4_096);

	get length(): number {
		return this.#writer.length;
	}

	/** A whole number up to ±(2^53 − 1), zigzag and of variable length. */
	long(value: number): void {
		this.#writer.fill(LONG_BYTES, (bytes, at) => putLong(bytes, at, value));
	}

	double(value: number): void {
		this.#writer.f64(value);
	}

	byte(value: number): void {
		this.#writer.u8(value);
	}

	text(value: string): void {
		this.bytes(this.#encoder.encode(value));
	}

	bytes(value: Uint8Array): void {
		this.long(value.length);
		this.raw(value);
	}

	raw(value: Uint8Array): void {
		this.#writer.raw(value);
	}

	/** What was written; empty afterwards. */
	take(): Uint8Array {
		const taken = this.#writer.finish();
		this.#writer = new ByteWriter(4_096);
		return taken;
	}
}

/** Answers the place behind it. */
function putLong(bytes: Uint8Array, at: number, value: number): number {
	let to = at;
	if (value >= -0x4000_0000 && value < 0x4000_0000) {
		let left = ((value << 1) ^ (value >> 31)) >>> 0;
		for (; left > 0x7f; left >>>= 7) bytes[to++] = (left & 0x7f) | 0x80;
		bytes[to++] = left;
		return to;
	}
	let left = BigInt.asUintN(64, (BigInt(value) * 2n) ^ (value < 0 ? -1n : 0n));
	for (; left > 0x7fn; left >>= 7n) bytes[to++] = Number(left & 0x7fn) | 0x80;
	bytes[to++] = Number(left);
	return to;
}
