import type { Dictionary } from "@weir/records";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Words of a slot: hash, code + 1 (0 is empty), length, and the first 12 bytes of the text, so that most look-ups touch one cache line. */
const STRIDE = 6;
const INLINE_BYTES = (STRIDE - 3) * 4;

/** A dictionary that finds the code of UTF-8 bytes without making a string. Strings are made once per distinct value. Starts small, at most three quarters full. */
export class ByteDictionary implements Dictionary {
	readonly #values: string[] = [];
	#slots = new Int32Array(64 * STRIDE);
	#slotBytes = new Uint8Array(this.#slots.buffer);
	#slotView = new DataView(this.#slots.buffer);
	#ends = new Int32Array(32);
	#arena = new Uint8Array(512);
	#arenaUsed = 0;
	#hashes = new Int32Array(0);
	// biome-ignore lint/correctness/noUnusedPrivateClassMembers: written only, so that the compiler does not drop the touching loop
	#touched = 0;
	#bytes: Uint8Array = this.#arena;
	#view: DataView = new DataView(this.#arena.buffer);

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
		if (bytes !== this.#bytes) this.#follow(bytes);
		return this.#find(this.#hash(start, end), start, end);
	}

	/**
	 * The codes of the texts `bytes[starts[row], ends[row])` of the rows `from … upTo − 1`; rows whose end is negative are passed over.
	 * All slots are touched before the first is searched: in a loop with nothing else the misses of a large table overlap.
	 */
	codesOfBytes(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, from: number, upTo: number, codes: Int32Array): void {
		if (bytes !== this.#bytes) this.#follow(bytes);
		if (this.#hashes.length < upTo - from) this.#hashes = new Int32Array((upTo - from) * 2);
		const hashes = this.#hashes;
		for (let row = from; row < upTo; row++) {
			const end = ends[row] as number;
			if (end >= 0) hashes[row - from] = this.#hash(starts[row] as number, end);
		}
		const slots = this.#slots;
		const mask = slots.length / STRIDE - 1;
		let touched = 0;
		for (let i = 0; i < upTo - from; i++) touched ^= slots[((hashes[i] as number) & mask) * STRIDE] as number;
		this.#touched = touched;
		for (let row = from; row < upTo; row++) {
			const end = ends[row] as number;
			if (end >= 0) codes[row] = this.#find(hashes[row - from] as number, starts[row] as number, end);
		}
	}

	#find(hash: number, start: number, end: number): number {
		const view = this.#view;
		const slots = this.#slots;
		const slotView = this.#slotView;
		const length = end - start;
		const mask = slots.length / STRIDE - 1;
		let slot = hash & mask;
		for (;;) {
			const base = slot * STRIDE;
			const entry = slots[base + 1] as number;
			if (entry === 0) return this.#add(base, hash, start, end);
			if (slots[base] === hash && slots[base + 2] === length) {
				if (length >= 4 && length <= INLINE_BYTES) {
					// Ids are mostly as short as this. The last four bytes overlap the ones before.
					const isSame =
						slots[base + 3] === view.getInt32(start, true) &&
						(length < 8 || slots[base + 4] === view.getInt32(start + 4, true)) &&
						slotView.getInt32((base + 2) * 4 + length, true) === view.getInt32(end - 4, true);
					if (isSame) return entry - 1;
					slot = (slot + 1) & mask;
					continue;
				}
				let at = start;
				let word = base + 3;
				const whole = start + (Math.min(length, INLINE_BYTES) & ~3);
				while (at < whole && slots[word] === view.getInt32(at, true)) {
					at += 4;
					word += 1;
				}
				if (at === whole && this.#restEquals(base, entry - 1, whole - start, start, end)) return entry - 1;
			}
			slot = (slot + 1) & mask;
		}
	}

	#follow(bytes: Uint8Array): void {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	/** Four bytes at a time; the last four overlap the ones before. */
	#hash(start: number, end: number): number {
		const length = end - start;
		let hash = length;
		if (length >= 4) {
			const view = this.#view;
			const last = end - 4;
			for (let i = start; i < last; i += 4) {
				hash = Math.imul(hash ^ view.getInt32(i, true), 0x9e3779b1);
				hash ^= hash >>> 15;
			}
			hash = Math.imul(hash ^ view.getInt32(last, true), 0x9e3779b1);
		} else {
			for (let i = start; i < end; i++) hash = Math.imul((hash << 8) ^ (this.#bytes[i] as number), 0x9e3779b1);
		}
		return hash ^ (hash >>> 15);
	}

	/** Compares what stands behind the first `from` bytes: up to three in the slot, and what is too long for it in the arena. */
	#restEquals(base: number, code: number, from: number, start: number, end: number): boolean {
		const length = end - start;
		let at = from;
		const inline = Math.min(length, INLINE_BYTES);
		for (const first = (base + 3) * 4; at < inline; at++) if (this.#slotBytes[first + at] !== this.#bytes[start + at]) return false;
		const first = code === 0 ? 0 : (this.#ends[code - 1] as number);
		for (; at < length; at++) if (this.#arena[first + at] !== this.#bytes[start + at]) return false;
		return true;
	}

	/** True when the text of `code` is exactly `bytes[start, end)`. */
	isCodeOf(code: number, bytes: Uint8Array, start: number, end: number): boolean {
		if (code >= this.#values.length) return false;
		const first = code === 0 ? 0 : (this.#ends[code - 1] as number);
		const length = end - start;
		if ((this.#ends[code] as number) - first !== length) return false;
		for (let i = 0; i < length; i++) if (this.#arena[first + i] !== bytes[start + i]) return false;
		return true;
	}

	#add(base: number, hash: number, start: number, end: number): number {
		const code = this.#values.length;
		const piece = this.#bytes.subarray(start, end);
		if (code === this.#ends.length) {
			const larger = new Int32Array(code * 2);
			larger.set(this.#ends);
			this.#ends = larger;
		}
		if (this.#arenaUsed + piece.length > this.#arena.length) {
			const larger = new Uint8Array(Math.max(this.#arena.length * 2, this.#arenaUsed + piece.length));
			larger.set(this.#arena);
			this.#arena = larger;
		}
		this.#arena.set(piece, this.#arenaUsed);
		this.#arenaUsed += piece.length;
		this.#ends[code] = this.#arenaUsed;
		this.#values.push(decoder.decode(piece));
		this.#slots[base] = hash;
		this.#slots[base + 1] = code + 1;
		this.#slots[base + 2] = piece.length;
		this.#slotBytes.set(piece.subarray(0, INLINE_BYTES), (base + 3) * 4);
		if (this.#values.length * 4 * STRIDE > this.#slots.length * 3) this.#rehash();
		return code;
	}

	#rehash(): void {
		const old = this.#slots;
		const slots = new Int32Array(old.length * 2);
		const mask = slots.length / STRIDE - 1;
		for (let from = 0; from < old.length; from += STRIDE) {
			if (old[from + 1] === 0) continue;
			let slot = (old[from] as number) & mask;
			while (slots[slot * STRIDE + 1] !== 0) slot = (slot + 1) & mask;
			slots.set(old.subarray(from, from + STRIDE), slot * STRIDE);
		}
		this.#slots = slots;
		this.#slotBytes = new Uint8Array(slots.buffer);
		this.#slotView = new DataView(slots.buffer);
	}
}
