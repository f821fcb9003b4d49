/** So far times may be from the base before it is moved. */
const FAR_MS = 2 ** 30;

/**
 * How event times stand among the words of a table: one word, a whole number of milliseconds from a base, as long as all times are such
 * numbers; else the two words of the double.
 */
export class TimeWords {
	isWide = false;
	base = Number.NaN;
	readonly #double = new Float64Array(1);
	readonly #parts = new Int32Array(this.#double.buffer);

	/** Words that a time takes. */
	get width(): 1 | 2 {
		return this.isWide ? 2 : 1;
	}

	fits(time: number): boolean {
		const offset = time - this.base;
		return this.isWide || (offset | 0) === offset;
	}

	/** Makes a time fit: moves the base when event time has gone far, else gives every time two words. What is kept must then be written anew. */
	adapt(time: number, kept: Float64Array, watermark: number): void {
		const isFar = Math.abs(watermark - this.base) > FAR_MS;
		if (Number.isNaN(this.base) || (isFar && Number.isFinite(watermark)))
			this.base = Math.floor(Number.isNaN(this.base) ? time : watermark);
		this.isWide = !this.fits(time) || !kept.every((other) => this.fits(other));
	}

	read(words: Int32Array, at: number): number {
		if (!this.isWide) return this.base + (words[at] as number);
		this.#parts[0] = words[at] as number;
		this.#parts[1] = words[at + 1] as number;
		return this.#double[0] as number;
	}

	write(words: Int32Array, at: number, time: number): void {
		if (!this.isWide) {
			words[at] = time - this.base;
			return;
		}
		this.#double[0] = time;
		words[at] = this.#parts[0] as number;
		words[at + 1] = this.#parts[1] as number;
	}
}
