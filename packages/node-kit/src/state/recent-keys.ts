import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column } from "@weir/records";
import { KeyJournal } from "./key-journal.ts";
import type { KeyShare } from "./key-share.ts";
import { hashWords, type KeyWords } from "./key-words.ts";
import { type PackedKeys, readKeys, writeKeys } from "./stored-keys.ts";
import { TimeWords } from "./time-words.ts";

/** Above this a state takes hundreds of megabytes: stop and say so, before the machine does. */
const MOST_KEYS = 12_000_000;
/** Blocks of the smallest table. */
const SMALLEST = 128;
/** A block holds eight keys that count on from one another: a device's next key is mostly where its last one was. */
const LANE_BITS = 3;
/** What a text of a few letters takes, with its place in the tables. */
const TEXT_BYTES = 100;
/** Below so many keys it does not matter how full blocks are. */
const FULLNESS_MATTERS = 65_536;
/** Blocks that hold fewer keys than this take more memory than keys of their own would. */
const FEW_KEYS_IN_A_BLOCK = 2.5;

/**
 * Keys with the event time they were passed on at, for a horizon. Open addressing over blocks: a word that says which lanes are taken (0 = no block),
 * the words of the key that the block is for, and the times of the lanes; mostly all that a key needs is in one cache line. Starts small, grows, and
 * drops what is past the horizon as it grows.
 *
 * A key may be held more than once, by times that are more than the horizon apart: then there are further blocks of the same head. A lane that is
 * free in one of them is free in all behind it.
 */
export class RecentKeys {
	readonly #keys: KeyWords;
	readonly #horizonMs: number;
	readonly #journal: KeyJournal;
	readonly #times = new TimeWords();
	/** Words before the times, and words of a block. */
	readonly #head: number;
	#stride = 0;
	#lanes = 1;
	#capacity = SMALLEST;
	/** Blocks stand by the upper bits of their hash, so that a larger table is filled from front to end. */
	#shift = 32 - Math.log2(SMALLEST);
	#slots = new Int32Array(0);
	#blocks = 0;
	#size = 0;
	/** Keys there were when it was last looked whether blocks would be full. */
	#lookedAt = 0;
	/** Keys whose time + horizon is below this can no longer matter. */
	#watermark = Number.NEGATIVE_INFINITY;
	#hashes = new Int32Array(0);
	// biome-ignore lint/correctness/noUnusedPrivateClassMembers: written only, so that the compiler does not drop the touching loop
	#touched = 0;

	/** `mostNoted`: so many keys are noted as new between two commits at most. */
	constructor(keys: KeyWords, horizonMs: number, mostNoted = 262_144) {
		this.#keys = keys;
		this.#horizonMs = horizonMs;
		this.#journal = new KeyJournal(keys, mostNoted);
		this.#head = 1 + keys.width;
		this.#allocate(0, keys.counter < 0 ? 0 : LANE_BITS);
	}

	/** Keys held, past ones that were not swept yet included. */
	get size(): number {
		return this.#size;
	}

	/** Event time has passed this point: earlier verdicts may be forgotten at the next chance. */
	advance(watermark: number): void {
		this.#watermark = watermark;
	}

	/**
	 * Of the `n` rows whose keys are in `columns`: writes into `fresh` the indexes into `selection` of those that are no repeats and remembers them;
	 * answers how many. A repeat is one whose key was passed on less than the horizon away in event time, by a key that `watermarks[row]` has not outlived.
	 */
	firsts(
		columns: readonly Column[],
		selection: Int32Array,
		n: number,
		eventTimes: Float64Array,
		watermarks: Float64Array,
		fresh: Int32Array,
	): number {
		this.#room(n);
		this.#fitTimes(selection, n, eventTimes);
		this.#keys.load(columns, selection, n);
		this.#hash(n);
		const found = this.#judge(selection, n, eventTimes, watermarks, fresh);
		this.#journal.note(fresh, found, selection, eventTimes);
		return found;
	}

	/** Makes ready for `more` keys, and forgets what may be forgotten: before keys are loaded, for words hold numbers that change here. */
	#room(more: number): void {
		if ((this.#blocks + more) * 3 > this.#capacity * 2) this.#sweep(more);
		const texts = this.#keys.textCount;
		if (texts <= 2 * this.#size + 4_096) return;
		// What is noted names texts by their numbers; it is soon stored.
		if (!this.#journal.isEmpty && texts <= 3 * this.#size + 8_192) return;
		if (!this.#journal.isEmpty) this.#journal.giveUp();
		this.#forgetTexts();
	}

	/** Times that do not fit the way they are kept change it. */
	#fitTimes(selection: Int32Array, n: number, eventTimes: Float64Array): void {
		const { base, isWide } = this.#times;
		if (isWide) return;
		for (let i = 0; i < n; i++) {
			const time = eventTimes[selection[i] as number] as number;
			const offset = time - base;
			if ((offset | 0) === offset) continue;
			this.#adaptTimes(time, n);
			this.#fitTimes(selection, n, eventTimes);
			return;
		}
	}

	#adaptTimes(time: number, more: number): void {
		const packed = this.#packed(this.#watermark - this.#horizonMs);
		const before = this.#times.base;
		this.#times.adapt(time, packed.times, this.#watermark);
		if (Number.isNaN(before) && !this.#times.isWide) return;
		this.#fill(packed, this.#keys.laneBits, more);
	}

	#judge(selection: Int32Array, n: number, eventTimes: Float64Array, watermarks: Float64Array, fresh: Int32Array): number {
		const { words, width, nulls, lanes: laneOf } = this.#keys;
		const stride = this.#stride;
		const head = this.#head;
		const horizon = this.#horizonMs;
		const hashes = this.#hashes;
		const slots = this.#slots;
		const times = this.#times;
		const { isWide, base: baseTime } = times;
		const wideBits = isWide ? 1 : 0;
		const mask = this.#capacity - 1;
		const shift = this.#shift;
		let found = 0;
		let blocks = 0;
		let held = 0;
		for (let i = 0; i < n; i++) {
			if (nulls[i] === 1) {
				fresh[found++] = i;
				continue;
			}
			const row = selection[i] as number;
			const time = eventTimes[row] as number;
			const at = i * width;
			const lane = laneOf[i] as number;
			let slot = (hashes[i] as number) >>> shift;
			let base = 0;
			let taken = 0;
			let isRepeat = false;
			for (;;) {
				base = slot * stride;
				taken = slots[base] as number;
				if (taken === 0) break;
				let k = 0;
				while (k < width && slots[base + 1 + k] === words[at + k]) k += 1;
				if (k === width) {
					if (((taken >>> lane) & 1) === 0) break;
					const kept = times.read(slots, base + head + (lane << wideBits));
					if (kept >= (watermarks[row] as number) - horizon && Math.abs(time - kept) < horizon) {
						isRepeat = true;
						break;
					}
				}
				slot = (slot + 1) & mask;
			}
			if (isRepeat) continue;
			fresh[found++] = i;
			held += 1;
			if (taken === 0) {
				blocks += 1;
				for (let k = 0; k < width; k++) slots[base + 1 + k] = words[at + k] as number;
			}
			slots[base] = taken | (1 << lane);
			if (isWide) times.write(slots, base + head + (lane << 1), time);
			else slots[base + head + lane] = time - baseTime;
		}
		this.#blocks += blocks;
		this.#size += held;
		return found;
	}

	/**
	 * Hashes of the loaded tuples. Then touches the block of each: in a loop with nothing else the misses of a table larger than the cache overlap,
	 * and the loop that judges finds the blocks there.
	 */
	#hash(n: number): void {
		const { words, width } = this.#keys;
		if (this.#hashes.length < n) this.#hashes = new Int32Array(n * 2);
		const hashes = this.#hashes;
		for (let i = 0; i < n; i++) hashes[i] = hashWords(words, i * width, width);
		const slots = this.#slots;
		const stride = this.#stride;
		const shift = this.#shift;
		const last = stride - 1;
		let touched = 0;
		for (let i = 0; i < n; i++) {
			const base = ((hashes[i] as number) >>> shift) * stride;
			touched ^= (slots[base] as number) ^ (slots[base + last] as number);
		}
		this.#touched = touched;
	}

	/** Drops keys past the horizon and makes the table fit those that are left and `more` to come, at most half full. */
	#sweep(more: number): void {
		const alive = this.#drop(this.#watermark - this.#horizonMs);
		if (this.#size > MOST_KEYS) {
			throw new WeirError(
				"STATE_TOO_LARGE",
				`More than ${MOST_KEYS.toLocaleString("en")} different keys arrived within the horizon; choose a shorter horizon or fewer key fields.`,
			);
		}
		const laneBits = this.#bestLaneBits(alive);
		if (laneBits === this.#keys.laneBits) this.#rehash(alive, more);
		else this.#fill(this.#packed(Number.NEGATIVE_INFINITY), laneBits, more);
	}

	/** Clears the lanes of keys older than `least`; answers how many blocks have a key left. */
	#drop(least: number): number {
		const slots = this.#slots;
		const times = this.#times;
		const stride = this.#stride;
		const lanes = this.#lanes;
		const { width } = times;
		let alive = 0;
		let size = 0;
		for (let base = 0; base < slots.length; base += stride) {
			const taken = slots[base] as number;
			if (taken === 0) continue;
			let left = 0;
			for (let lane = 0; lane < lanes; lane++) {
				if (((taken >>> lane) & 1) === 0 || times.read(slots, base + this.#head + lane * width) < least) continue;
				left |= 1 << lane;
				size += 1;
			}
			slots[base] = left;
			if (left !== 0) alive += 1;
		}
		this.#size = size;
		return alive;
	}

	/** Whether keys stand in blocks of neighbours or alone: what takes less memory. */
	#bestLaneBits(blocks: number): number {
		const { counter, laneBits } = this.#keys;
		const size = this.#size;
		if (counter < 0 || size < FULLNESS_MATTERS) return laneBits;
		if (laneBits > 0) return size < blocks * FEW_KEYS_IN_A_BLOCK ? 0 : laneBits;
		if (size < 2 * this.#lookedAt) return laneBits;
		this.#lookedAt = size;
		return this.#fullness() < FEW_KEYS_IN_A_BLOCK ? 0 : LANE_BITS;
	}

	/** How many keys a block would hold, judged by a part of the keys: those of one part of the possible hashes of blocks. */
	#fullness(): number {
		const keys = this.#keys;
		const { width } = keys;
		const slots = this.#slots;
		const stride = this.#stride;
		const words = new Int32Array(width);
		const blocks = new Set<number>();
		let sampled = 0;
		keys.laneBits = LANE_BITS;
		for (let base = 0; base < slots.length; base += stride) {
			if (slots[base] === 0) continue;
			for (let k = 0; k < width; k++) words[k] = slots[base + 1 + k] as number;
			keys.cut(words, 0);
			const hash = hashWords(words, 0, width);
			if (hash >>> 27 !== 0) continue;
			sampled += 1;
			blocks.add(hash);
		}
		keys.laneBits = 0;
		return sampled / Math.max(blocks.size, 1);
	}

	#allocate(blocks: number, laneBits: number): void {
		let capacity = SMALLEST;
		while (capacity < blocks * 2) capacity *= 2;
		this.#keys.laneBits = laneBits;
		this.#lanes = 1 << laneBits;
		this.#capacity = capacity;
		this.#shift = 32 - Math.log2(capacity);
		this.#stride = this.#head + this.#lanes * this.#times.width;
		this.#slots = new Int32Array(capacity * this.#stride);
	}

	/** Moves the blocks into a table for `alive` of them and `more`. */
	#rehash(alive: number, more: number): void {
		const from = this.#slots;
		const { width, laneBits } = this.#keys;
		const head = this.#head;
		const stride = this.#stride;
		const perTime = this.#times.width;
		const lanes = this.#lanes;
		this.#allocate(alive + more, laneBits);
		const slots = this.#slots;
		const mask = this.#capacity - 1;
		const shift = this.#shift;
		let blocks = 0;
		for (let old = 0; old < from.length; old += stride) {
			let taken = from[old] as number;
			if (taken === 0) continue;
			let slot = hashWords(from, old + 1, width) >>> shift;
			// A block behind another of the same key first fills what has become free in there.
			while (taken !== 0) {
				const base = slot * stride;
				const there = slots[base] as number;
				let k = 1;
				if (there === 0) {
					blocks += 1;
					for (; k < head; k++) slots[base + k] = from[old + k] as number;
				} else while (k < head && slots[base + k] === from[old + k]) k += 1;
				if (k === head) {
					const fitting = taken & ~there;
					for (let lane = 0; lane < lanes; lane++) {
						if (((fitting >>> lane) & 1) === 0) continue;
						for (k = head + lane * perTime; k < head + (lane + 1) * perTime; k++) slots[base + k] = from[old + k] as number;
					}
					slots[base] = there | fitting;
					taken &= ~fitting;
				}
				slot = (slot + 1) & mask;
			}
		}
		this.#blocks = blocks;
	}

	#forgetTexts(): void {
		const packed = this.#packed(Number.NEGATIVE_INFINITY);
		this.#keys.forgetTexts(packed.words, packed.count, this.#keys.width, 0);
		this.#fill(packed, this.#keys.laneBits, 0);
	}

	/** The keys that are not older than `least`, their words whole. */
	#packed(least: number): PackedKeys {
		const keys = this.#keys;
		const { width } = keys;
		const slots = this.#slots;
		const kept = this.#times;
		const perTime = kept.width;
		const head = this.#head;
		const lanes = this.#lanes;
		const times = new Float64Array(this.#size);
		const words = new Int32Array(this.#size * width);
		let count = 0;
		for (let base = 0; base < slots.length; base += this.#stride) {
			const taken = slots[base] as number;
			if (taken === 0) continue;
			for (let lane = 0; lane < lanes; lane++) {
				if (((taken >>> lane) & 1) === 0) continue;
				const time = kept.read(slots, base + head + lane * perTime);
				if (time < least) continue;
				times[count] = time;
				for (let k = 0; k < width; k++) words[count * width + k] = slots[base + 1 + k] as number;
				keys.join(words, count * width, lane);
				count += 1;
			}
		}
		return { count, times: times.subarray(0, count), words: words.subarray(0, count * width) };
	}

	/** Holds the given keys and no others. Cuts their words in place. */
	#fill(packed: PackedKeys, laneBits: number, more: number): void {
		const { count } = packed;
		this.#allocate(laneBits === 0 ? count + more : Math.ceil(count / FEW_KEYS_IN_A_BLOCK) + more, laneBits);
		this.#blocks = 0;
		this.#size = 0;
		this.#insert(packed);
		if ((this.#blocks + more) * 3 > this.#capacity * 2) this.#rehash(this.#blocks, more);
	}

	/** Takes in further keys; one that is there by the same time is there once. Cuts their words in place. */
	#insert({ count, words, times }: PackedKeys): void {
		const keys = this.#keys;
		const { width } = keys;
		const head = this.#head;
		for (let i = 0; i < count; i++) {
			const at = i * width;
			const time = times[i] as number;
			if (!this.#times.fits(time)) this.#adaptTimes(time, 0);
			const lane = keys.cut(words, at);
			if (this.#blocks * 3 > this.#capacity * 2) this.#rehash(this.#blocks, this.#blocks);
			const mask = this.#capacity - 1;
			let slot = hashWords(words, at, width) >>> this.#shift;
			for (;;) {
				const base = slot * this.#stride;
				const taken = this.#slots[base] as number;
				let k = 1;
				if (taken === 0) {
					this.#blocks += 1;
					for (; k < head; k++) this.#slots[base + k] = words[at + k - 1] as number;
				} else while (k < head && this.#slots[base + k] === words[at + k - 1]) k += 1;
				if (k === head) {
					const place = base + head + lane * this.#times.width;
					if (((taken >>> lane) & 1) === 0) {
						this.#slots[base] = taken | (1 << lane);
						this.#times.write(this.#slots, place, time);
						this.#size += 1;
						break;
					}
					if (this.#times.read(this.#slots, place) === time) break;
				}
				slot = (slot + 1) & mask;
			}
		}
	}

	/** Writes all keys. */
	write(writer: ByteWriter): void {
		this.#journal.clear();
		this.#write(writer, this.#packed(this.#watermark - this.#horizonMs));
	}

	/** Writes the keys of a share. */
	writeShare(writer: ByteWriter, share: KeyShare): void {
		const { count, times, words } = this.#packed(this.#watermark - this.#horizonMs);
		const { width } = this.#keys;
		let own = 0;
		for (let i = 0; i < count; i++) {
			if (!share.ownsFields((field) => this.#keys.valueAt(words, i * width, field))) continue;
			times[own] = times[i] as number;
			words.copyWithin(own * width, i * width, (i + 1) * width);
			own += 1;
		}
		this.#write(writer, { count: own, times, words });
	}

	/** All keys count as new: none was stored yet. */
	noteAll(): void {
		this.#journal.giveUp();
	}

	/** Writes the keys that came since the last `write` or `writeFresh`; answers the latest event time among them, undefined when there is none. */
	writeFresh(writer: ByteWriter): number | undefined {
		const isFull = this.#journal.isFull;
		const taken = this.#journal.take();
		const packed = isFull ? this.#packed(this.#watermark - this.#horizonMs) : taken;
		if (packed.count === 0) return undefined;
		this.#write(writer, packed);
		let latest = Number.NEGATIVE_INFINITY;
		for (let i = 0; i < packed.count; i++) latest = Math.max(latest, packed.times[i] as number);
		return latest;
	}

	#write(writer: ByteWriter, packed: PackedKeys): void {
		writer.f64(this.#watermark);
		writeKeys(writer, this.#keys, packed);
	}

	/** Takes in what `write` or `writeFresh` wrote, beside what is there. */
	read(reader: ByteReader): void {
		this.#watermark = Math.max(this.#watermark, reader.f64());
		this.#insert(readKeys(reader, this.#keys));
	}

	/** About how many bytes of memory it takes; a text takes about so many. */
	get bytes(): number {
		return this.#slots.byteLength + this.#keys.textCount * TEXT_BYTES;
	}
}
