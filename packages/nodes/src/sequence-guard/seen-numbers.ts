import type { ByteReader, ByteWriter } from "@weir/records";

/** The numbers of one key that were seen, as far back as the window reaches: one bit each, in a ring. */
export class SeenNumbers {
	readonly #window: number;
	readonly #bits: Uint8Array;
	#highest: number;

	private constructor(window: number, highest: number, bits: Uint8Array) {
		this.#window = window;
		this.#highest = highest;
		this.#bits = bits;
	}

	/** A key whose first number this is. */
	static begin(window: number, first: number): SeenNumbers {
		const seen = new SeenNumbers(window, first, new Uint8Array(Math.ceil(window / 8)));
		seen.#mark(first, true);
		return seen;
	}

	/** Takes a number in: `new` with how many were left out right before it, `repeat`, or `behind` the window. */
	take(number: number): { readonly how: "new" | "repeat" | "behind"; readonly missing: number } {
		if (number <= this.#highest - this.#window) return { how: "behind", missing: 0 };
		if (number <= this.#highest) {
			if (this.#has(number)) return { how: "repeat", missing: 0 };
			this.#mark(number, true);
			return { how: "new", missing: 0 };
		}
		const missing = number - this.#highest - 1;
		for (let skipped = Math.max(this.#highest + 1, number - this.#window + 1); skipped < number; skipped++) this.#mark(skipped, false);
		this.#highest = number;
		this.#mark(number, true);
		return { how: "new", missing };
	}

	write(writer: ByteWriter): void {
		writer.f64(this.#highest).raw(this.#bits);
	}

	static read(reader: ByteReader, window: number): SeenNumbers {
		return new SeenNumbers(window, reader.f64(), reader.raw(Math.ceil(window / 8)).slice());
	}

	#placeOf(number: number): number {
		const place = number % this.#window;
		return place < 0 ? place + this.#window : place;
	}

	#has(number: number): boolean {
		const place = this.#placeOf(number);
		return ((this.#bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
	}

	#mark(number: number, isSeen: boolean): void {
		const place = this.#placeOf(number);
		const byte = this.#bits[place >> 3] ?? 0;
		this.#bits[place >> 3] = isSeen ? byte | (1 << (place & 7)) : byte & ~(1 << (place & 7));
	}
}
