import type { KeyWords } from "./key-words.ts";
import type { TextIds } from "./text-ids.ts";

/** Keys that count on from one another share a print, so many bits of them. */
const LANE_BITS = 3;
const encoder = new TextEncoder();

/** Hashes of texts by their numbers. */
class TextPrints {
	first = new Int32Array(0);
	second = new Int32Array(0);
	#texts: TextIds | undefined;
	#known = 0;

	follow(texts: TextIds): void {
		if (this.#texts !== texts) {
			this.#texts = texts;
			this.#known = 0;
		}
		const { size } = texts;
		if (this.first.length < size) {
			this.first = enlarged(this.first, size * 2);
			this.second = enlarged(this.second, size * 2);
		}
		for (; this.#known < size; this.#known++) {
			const text = texts.valueAt(this.#known);
			let first = text.length;
			let second = ~text.length;
			for (let i = 0; i < text.length; i++) {
				const unit = text.charCodeAt(i);
				first = Math.imul(first ^ unit, 0x01000193);
				second = Math.imul(second + unit, 0x85ebca6b) ^ (second >>> 13);
			}
			this.first[this.#known] = first;
			this.second[this.#known] = second;
		}
	}
}

/** Two hashes of each of some keys. */
export interface Hashes {
	readonly first: Int32Array;
	readonly second: Int32Array;
}

/**
 * Keys in a form that means the same when their texts have other numbers: two hashes, and words that hold the texts themselves. Hashes of blocks are
 * equal for keys that differ in the lowest bits of their last whole number alone: a filter needs one place for them.
 */
export class KeyPrints {
	readonly #keys: KeyWords;
	readonly #key: Int32Array<ArrayBuffer>;
	/** By word of a key; undefined: it is no text. */
	readonly #texts: (TextPrints | undefined)[] = [];
	#whole = new Int32Array(64);

	constructor(keys: KeyWords) {
		this.#keys = keys;
		this.#key = new Int32Array(keys.width);
		keys.types.forEach((_type, i) => {
			if (keys.textsOf(i) !== undefined) this.#texts[keys.offsets[i] ?? 0] = new TextPrints();
		});
	}

	/** Hashes `count` tuples of words, one behind the other, of which `lanes` were cut off. */
	hash(words: Int32Array, count: number, ofBlocks: boolean, lanes?: Uint8Array): Hashes {
		const { width, counter } = this.#keys;
		this.#follow();
		const first = new Int32Array(count);
		const second = new Int32Array(count);
		const key = this.#key;
		for (let i = 0; i < count; i++) {
			for (let k = 0; k < width; k++) key[k] = words[i * width + k] as number;
			if (lanes !== undefined && !ofBlocks) this.#keys.join(key, 0, lanes[i] as number);
			if (ofBlocks && counter >= 0) this.#keys.cut(key, 0, LANE_BITS);
			let one = 0;
			let other = 0x3c6ef372;
			for (let k = 0; k < width; k++) {
				const word = key[k] as number;
				const texts = this.#texts[k];
				one = mixed(one ^ (texts === undefined ? word : (texts.first[word] as number)), 0x9e3779b1);
				other = mixed(other ^ (texts === undefined ? word : (texts.second[word] as number)), 0x85ebca6b);
			}
			first[i] = mixed(one, 0xc2b2ae35);
			second[i] = mixed(other, 0x27d4eb2f);
		}
		return { first, second };
	}

	#follow(): void {
		this.#keys.types.forEach((_type, i) => {
			const texts = this.#keys.textsOf(i);
			if (texts !== undefined) this.#texts[this.#keys.offsets[i] ?? 0]?.follow(texts);
		});
	}

	/** The key at `at` with its texts written out, in memory that is used again; no two keys have the same words. */
	writeOut(words: Int32Array, at: number): Int32Array {
		const { types, offsets } = this.#keys;
		let length = 0;
		for (let field = 0; field < types.length; field++) {
			const from = at + (offsets[field] as number);
			const texts = this.#keys.textsOf(field);
			if (texts !== undefined) {
				length = this.#writeText(texts.valueAt(words[from] as number), length);
				continue;
			}
			this.#room(length + 2);
			this.#whole[length++] = words[from] as number;
			if (types[field] !== "boolean") this.#whole[length++] = words[from + 1] as number;
		}
		return this.#whole.subarray(0, length);
	}

	#writeText(text: string, at: number): number {
		this.#room(at + 1 + text.length);
		const bytes = new Uint8Array(this.#whole.buffer, (at + 1) * 4);
		const length = encoder.encodeInto(text, bytes).written;
		const end = at + 1 + Math.ceil(length / 4);
		bytes.fill(0, length, (end - at - 1) * 4);
		this.#whole[at] = length;
		return end;
	}

	/** Reads a key that `writeOut` wrote into `words`; its texts are known from now on. */
	readBack(written: Int32Array, at: number, words: Int32Array, into: number): void {
		const { types, offsets } = this.#keys;
		let next = at;
		for (let field = 0; field < types.length; field++) {
			const to = into + (offsets[field] as number);
			const texts = this.#keys.textsOf(field);
			if (texts !== undefined) {
				const length = written[next++] as number;
				words[to] = texts.codeOf(textOf(written, next, length));
				next += Math.ceil(length / 4);
				continue;
			}
			words[to] = written[next++] as number;
			if (types[field] !== "boolean") words[to + 1] = written[next++] as number;
		}
	}

	#room(words: number): void {
		if (this.#whole.length < words) this.#whole = enlarged(this.#whole, words * 2);
	}
}

const decoder = new TextDecoder();

function textOf(words: Int32Array, at: number, length: number): string {
	return decoder.decode(new Uint8Array(words.buffer, words.byteOffset + at * 4, length));
}

function mixed(value: number, by: number): number {
	const hash = Math.imul(value, by);
	return hash ^ (hash >>> 15);
}

function enlarged(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
	const larger = new Int32Array(length);
	larger.set(old);
	return larger;
}
