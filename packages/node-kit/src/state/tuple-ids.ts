import { hashWords, type KeyWords } from "./key-words.ts";

/** Distinct tuples of key words by small numbers, in order of first appearance. Starts small and grows; never more than half full. */
export class TupleIds {
	readonly #width: number;
	/** The tuples, one behind the other. */
	words: Int32Array<ArrayBuffer>;
	size = 0;
	/** id + 1, 0 is empty. */
	#slots = new Int32Array(64);

	constructor(width: number) {
		this.#width = width;
		this.words = new Int32Array(32 * width);
	}

	/** The id of the tuple at `keys.words[at …]`, added when it is new. */
	idOf(keys: Int32Array, at: number): number {
		const width = this.#width;
		const slots = this.#slots;
		const mask = slots.length - 1;
		let slot = hashWords(keys, at, width) & mask;
		for (;;) {
			const entry = slots[slot] ?? 0;
			if (entry === 0) return this.#add(slot, keys, at);
			const from = (entry - 1) * width;
			let k = 0;
			while (k < width && this.words[from + k] === keys[at + k]) k += 1;
			if (k === width) return entry - 1;
			slot = (slot + 1) & mask;
		}
	}

	#add(slot: number, keys: Int32Array, at: number): number {
		const id = this.size;
		const width = this.#width;
		if ((id + 1) * width > this.words.length) {
			const larger = new Int32Array(this.words.length * 2);
			larger.set(this.words);
			this.words = larger;
		}
		for (let k = 0; k < width; k++) this.words[id * width + k] = keys[at + k] ?? 0;
		this.#slots[slot] = id + 1;
		this.size += 1;
		if (this.size * 2 > this.#slots.length) this.#rehash();
		return id;
	}

	#rehash(): void {
		const slots = new Int32Array(this.#slots.length * 4);
		const mask = slots.length - 1;
		for (let id = 0; id < this.size; id++) {
			let slot = hashWords(this.words, id * this.#width, this.#width) & mask;
			while (slots[slot] !== 0) slot = (slot + 1) & mask;
			slots[slot] = id + 1;
		}
		this.#slots = slots;
	}

	/** Only the tuples marked in `used`, in their order; `moved[old]` is the new id. Texts that no tuple names any more are forgotten. */
	compacted(used: Uint8Array, keys: KeyWords): { readonly tuples: TupleIds; readonly moved: Int32Array } {
		const tuples = new TupleIds(this.#width);
		const moved = new Int32Array(this.size).fill(-1);
		for (let id = 0; id < this.size; id++) {
			if (used[id] === 1) moved[id] = tuples.idOf(this.words, id * this.#width);
		}
		keys.forgetTexts(tuples.words, tuples.size, this.#width, 0);
		tuples.#rehash();
		return { tuples, moved };
	}

	static from(width: number, words: Int32Array): TupleIds {
		const tuples = new TupleIds(width);
		for (let at = 0; at < words.length; at += width) tuples.idOf(words, at);
		return tuples;
	}
}
