import type { Dictionary } from "@weir/records";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** A dictionary that finds the code of UTF-8 bytes without making a string. Strings are made once per distinct value. */
export class ByteDictionary implements Dictionary {
	readonly #values: string[] = [];
	/** Open addressing: code + 1, 0 is empty. Kept at most half full. */
	#slots = new Int32Array(256);
	#hashes = new Int32Array(128);
	#ends = new Int32Array(128);
	#arena = new Uint8Array(2048);
	#arenaUsed = 0;

	get size(): number {
		return this.#values.length;
	}

	/** Bytes of all values together. */
	get bytes(): number {
		return this.#arenaUsed;
	}

	valueAt(code: number): string {
		const value = this.#values[code];
		if (value === undefined) throw new RangeError(`The dictionary has no text with code ${code}.`);
		return value;
	}

	codeOf(value: string): number {
		const bytes = encoder.encode(value);
		return this.codeOfBytes(bytes, 0, bytes.length);
	}

	/** The code of the text in `bytes[start, end)`, added when it is new. */
	codeOfBytes(bytes: Uint8Array, start: number, end: number): number {
		let hash = 0x811c9dc5 | 0;
		for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
		const slots = this.#slots;
		const mask = slots.length - 1;
		let slot = (hash ^ (hash >>> 15)) & mask;
		for (;;) {
			const entry = slots[slot] ?? 0;
			if (entry === 0) return this.#add(slot, hash, bytes, start, end);
			if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end)) return entry - 1;
			slot = (slot + 1) & mask;
		}
	}

	/** True when the text of `code` is exactly `bytes[start, end)`. */
	isCodeOf(code: number, bytes: Uint8Array, start: number, end: number): boolean {
		return code < this.#values.length && this.#equals(code, bytes, start, end);
	}

	#equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
		const from = code === 0 ? 0 : (this.#ends[code - 1] ?? 0);
		const length = end - start;
		if ((this.#ends[code] ?? 0) - from !== length) return false;
		const arena = this.#arena;
		for (let i = 0; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false;
		return true;
	}

	#add(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
		const code = this.#values.length;
		const piece = bytes.subarray(start, end);
		if (code === this.#hashes.length) {
			this.#hashes = grown(this.#hashes, code * 2);
			this.#ends = grown(this.#ends, code * 2);
		}
		if (this.#arenaUsed + piece.length > this.#arena.length) {
			const larger = new Uint8Array(Math.max(this.#arena.length * 2, this.#arenaUsed + piece.length));
			larger.set(this.#arena);
			this.#arena = larger;
		}
		this.#arena.set(piece, this.#arenaUsed);
		this.#arenaUsed += piece.length;
		this.#hashes[code] = hash;
		this.#ends[code] = this.#arenaUsed;
		this.#values.push(decoder.decode(piece));
		this.#slots[slot] = code + 1;
		if (this.#values.length * 2 > this.#slots.length) this.#rehash();
		return code;
	}

	#rehash(): void {
		const slots = new Int32Array(this.#slots.length * 4);
		const mask = slots.length - 1;
		for (let code = 0; code < this.#values.length; code++) {
			const hash = this.#hashes[code] ?? 0;
			let slot = (hash ^ (hash >>> 15)) & mask;
			while (slots[slot] !== 0) slot = (slot + 1) & mask;
			slots[slot] = code + 1;
		}
		this.#slots = slots;
	}
}

function grown(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
	const to = new Int32Array(length);
	to.set(from);
	return to;
}
