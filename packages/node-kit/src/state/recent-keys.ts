import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter } from "@weir/records";
import type { KeyWords } from "./key-words.ts";

/** Above this a state takes hundreds of megabytes: stop and say so, before the machine does. */
const MOST_KEYS = 8_000_000;
const SMALLEST = 256;
/** From a taken slot to the next one to try: over the neighbours, which are mostly taken by the next keys of the same device; odd, so that all are tried. */
const STEP = 17;

/**
 * Keys with the event time they were passed on at, for a horizon. Open addressing, one slot of words per key:
 * `time (2 words), mark (hash above a set bit; 0 is empty), key words`. Starts small, grows, and drops what is past the horizon as it grows.
 */
export class RecentKeys {
	readonly #keys: KeyWords;
	readonly #horizonMs: number;
	readonly #stride: number;
	#slots: Int32Array<ArrayBuffer>;
	#times: Float64Array<ArrayBuffer>;
	#capacity = SMALLEST;
	#used = 0;
	/** Keys whose time + horizon is below this can no longer matter. */
	#watermark = Number.NEGATIVE_INFINITY;
	#marks = new Int32Array(0);
	// biome-ignore lint/correctness/noUnusedPrivateClassMembers: written only, so that the compiler does not drop the touching loop
	#touched = 0;

	constructor(keys: KeyWords, horizonMs: number) {
		this.#keys = keys;
		this.#horizonMs = horizonMs;
		this.#stride = (3 + keys.width + 1) & ~1;
		this.#slots = new Int32Array(SMALLEST * this.#stride);
		this.#times = new Float64Array(this.#slots.buffer);
	}

	/** Keys held, past ones that were not swept yet included. */
	get size(): number {
		return this.#used;
	}

	/** Event time has passed this point: earlier verdicts may be forgotten at the next chance. */
	advance(watermark: number): void {
		this.#watermark = watermark;
	}

	/**
	 * For the `n` tuples last loaded: writes into `fresh` the indexes of those that are no repeats and remembers them; answers how many.
	 * A repeat is one whose key was passed on less than the horizon away in event time, by a key that `watermarks[row]` has not outlived.
	 */
	firsts(selection: Int32Array, n: number, eventTimes: Float64Array, watermarks: Float64Array, fresh: Int32Array): number {
		const { words, width, nulls } = this.#keys;
		const stride = this.#stride;
		const horizon = this.#horizonMs;
		if ((this.#used + n) * 10 > this.#capacity * 7) this.#sweep(n);
		this.#mark(n);
		const marks = this.#marks;
		const slots = this.#slots;
		const times = this.#times;
		const mask = this.#capacity - 1;
		let found = 0;
		for (let i = 0; i < n; i++) {
			if (nulls[i] === 1) {
				fresh[found++] = i;
				continue;
			}
			const row = selection[i] ?? 0;
			const time = eventTimes[row] ?? 0;
			const alive = (watermarks[row] ?? 0) - horizon;
			const at = i * width;
			const mark = marks[i] as number;
			let slot = (mark >>> 1) & mask;
			let isRepeat = false;
			for (;;) {
				const base = slot * stride;
				const there = slots[base + 2] ?? 0;
				if (there === 0) break;
				if (there === mark) {
					let k = 0;
					while (k < width && slots[base + 3 + k] === words[at + k]) k += 1;
					const kept = times[base >> 1] ?? 0;
					if (k === width && kept >= alive && Math.abs(time - kept) < horizon) {
						isRepeat = true;
						break;
					}
				}
				slot = (slot + STEP) & mask;
			}
			if (isRepeat) continue;
			fresh[found++] = i;
			const base = slot * stride;
			times[base >> 1] = time;
			slots[base + 2] = mark;
			for (let k = 0; k < width; k++) slots[base + 3 + k] = words[at + k] ?? 0;
			this.#used += 1;
		}
		return found;
	}

	/**
	 * Marks of the loaded tuples. Then touches the slot of each: in a loop with nothing else the misses of a table larger than the cache overlap,
	 * and the loop that judges finds the slots there.
	 */
	#mark(n: number): void {
		const keys = this.#keys;
		if (this.#marks.length < n) this.#marks = new Int32Array(n * 2);
		const marks = this.#marks;
		for (let i = 0; i < n; i++) marks[i] = (keys.hashOfRow(i) << 1) | 1;
		const slots = this.#slots;
		const stride = this.#stride;
		const mask = this.#capacity - 1;
		let touched = 0;
		for (let i = 0; i < n; i++) touched ^= slots[(((marks[i] as number) >>> 1) & mask) * stride + 2] as number;
		this.#touched = touched;
	}

	/** Drops keys past the horizon and makes the table fit those that are left and `more` to come, at most half full. */
	#sweep(more: number): void {
		const least = this.#watermark - this.#horizonMs;
		const stride = this.#stride;
		const old = this.#slots;
		const oldTimes = this.#times;
		let alive = 0;
		for (let slot = 0; slot < this.#capacity; slot++) {
			if (old[slot * stride + 2] !== 0 && (oldTimes[(slot * stride) >> 1] ?? 0) >= least) alive += 1;
		}
		if (alive > MOST_KEYS) {
			throw new WeirError(
				"STATE_TOO_LARGE",
				`More than ${MOST_KEYS.toLocaleString("en")} different keys arrived within the horizon; choose a shorter horizon or fewer key fields.`,
			);
		}
		let capacity = SMALLEST;
		while (capacity < (alive + more) * 2) capacity *= 2;
		const slots = new Int32Array(capacity * stride);
		const mask = capacity - 1;
		for (let from = 0; from < old.length; from += stride) {
			const mark = old[from + 2] ?? 0;
			if (mark === 0 || (oldTimes[from >> 1] ?? 0) < least) continue;
			let slot = (mark >>> 1) & mask;
			while (slots[slot * stride + 2] !== 0) slot = (slot + STEP) & mask;
			const base = slot * stride;
			for (let k = 0; k < stride; k++) slots[base + k] = old[from + k] ?? 0;
		}
		this.#slots = slots;
		this.#times = new Float64Array(slots.buffer);
		this.#capacity = capacity;
		this.#used = alive;
	}

	/** Texts may only be forgotten between batches: the words of a loaded batch hold their ids. */
	tidy(): void {
		if (this.#keys.textCount <= 2 * this.#used + 4_096) return;
		const { width } = this.#keys;
		const packed = this.#packed(Number.NEGATIVE_INFINITY);
		this.#keys.forgetTexts(packed.words, packed.count, width, 0);
		this.#fill(packed);
	}

	#packed(least: number): PackedKeys {
		const { width } = this.#keys;
		const stride = this.#stride;
		const slots = this.#slots;
		const kept = this.#times;
		let count = 0;
		for (let from = 0; from < slots.length; from += stride) {
			if (slots[from + 2] !== 0 && (kept[from >> 1] as number) >= least) count += 1;
		}
		const times = new Float64Array(count);
		const words = new Int32Array(count * width);
		let at = 0;
		for (let from = 0; from < slots.length; from += stride) {
			if (slots[from + 2] === 0 || (kept[from >> 1] as number) < least) continue;
			times[at] = kept[from >> 1] as number;
			for (let k = 0; k < width; k++) words[at * width + k] = slots[from + 3 + k] as number;
			at += 1;
		}
		return { count, times, words };
	}

	#fill(packed: PackedKeys): void {
		const { width } = this.#keys;
		const stride = this.#stride;
		let capacity = SMALLEST;
		while (capacity < packed.count * 2) capacity *= 2;
		const slots = new Int32Array(capacity * stride);
		const times = new Float64Array(slots.buffer);
		const mask = capacity - 1;
		for (let i = 0; i < packed.count; i++) {
			const mark = (this.#keys.hashOf(packed.words, i * width) << 1) | 1;
			let slot = (mark >>> 1) & mask;
			while (slots[slot * stride + 2] !== 0) slot = (slot + STEP) & mask;
			const base = slot * stride;
			times[base >> 1] = packed.times[i] ?? 0;
			slots[base + 2] = mark;
			for (let k = 0; k < width; k++) slots[base + 3 + k] = packed.words[i * width + k] ?? 0;
		}
		this.#slots = slots;
		this.#times = times;
		this.#capacity = capacity;
		this.#used = packed.count;
	}

	write(writer: ByteWriter): void {
		this.tidy();
		const packed = this.#packed(this.#watermark - this.#horizonMs);
		writer.f64(this.#watermark);
		this.#keys.write(writer);
		writer.array(packed.times).array(packed.words);
	}

	read(reader: ByteReader): void {
		this.#watermark = reader.f64();
		this.#keys.read(reader);
		const times = reader.float64Array();
		const words = reader.int32Array();
		if (words.length !== times.length * this.#keys.width) {
			throw new WeirError("STATE_CORRUPT", "The stored keys of a node cannot be read: their arrays do not fit each other.");
		}
		this.#fill({ count: times.length, times, words });
	}
}

interface PackedKeys {
	readonly count: number;
	readonly times: Float64Array;
	readonly words: Int32Array;
}
