/** Bytes in Avro's binary encoding. */
export class AvroBytes {
	readonly #encoder = new TextEncoder();
	#bytes = new Uint8Array(4_096);
	#view = new DataView(this.#bytes.buffer);
	#at = 0;

	get length(): number {
		return this.#at;
	}

	/** A whole number up to ±(2^53 − 1), zigzag and of variable length. */
	long(value: number): void {
		this.#room(10);
		if (value >= -0x4000_0000 && value < 0x4000_0000) {
			let left = ((value << 1) ^ (value >> 31)) >>> 0;
			for (; left > 0x7f; left >>>= 7) this.#bytes[this.#at++] = (left & 0x7f) | 0x80;
			this.#bytes[this.#at++] = left;
			return;
		}
		let left = BigInt.asUintN(64, (BigInt(value) * 2n) ^ (value < 0 ? -1n : 0n));
		for (; left > 0x7fn; left >>= 7n) this.#bytes[this.#at++] = Number(left & 0x7fn) | 0x80;
		this.#bytes[this.#at++] = Number(left);
	}

	double(value: number): void {
		this.#room(8);
		this.#view.setFloat64(this.#at, value, true);
		this.#at += 8;
	}

	byte(value: number): void {
		this.#room(1);
		this.#bytes[this.#at++] = value;
	}

	text(value: string): void {
		this.bytes(this.#encoder.encode(value));
	}

	bytes(value: Uint8Array): void {
		this.long(value.length);
		this.raw(value);
	}

	raw(value: Uint8Array): void {
		this.#room(value.length);
		this.#bytes.set(value, this.#at);
		this.#at += value.length;
	}

	/** A copy of what was written; empty afterwards. */
	take(): Uint8Array {
		const taken = this.#bytes.slice(0, this.#at);
		this.#at = 0;
		return taken;
	}

	#room(bytes: number): void {
		if (this.#at + bytes <= this.#bytes.length) return;
		const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
		larger.set(this.#bytes.subarray(0, this.#at));
		this.#bytes = larger;
		this.#view = new DataView(larger.buffer);
	}
}
