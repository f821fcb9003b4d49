import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column } from "@weir/records";
import type { SpillSpace } from "../spill.ts";
import { KeyJournal } from "./key-journal.ts";
import type { KeyShare } from "./key-share.ts";
import { hashWords, type KeyWords } from "./key-words.ts";
import { SpilledKeys } from "./spilled-keys.ts";
import { latestOf, type PackedKeys, readKeys, writeKeys } from "./stored-keys.ts";
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
/** Times of so many keys are looked at to find the middle one. */
const SAMPLE = 1_000;
const NONE = -1;
/** What a busy second brings: to write all keys of a horizon costs more than to note so many. */
const MOST_NOTED = 1_048_576;
/** Fewer keys are not worth a file. */
const LEAST_SPILLED = 64;
/** Blocks that hold fewer keys than this take more memory than keys of their own would. */
const FEW_KEYS_IN_A_BLOCK = 2.5;

/**
 * Keys with the event time they were passed on at, for a horizon. Open addressing over blocks: a word that says which lanes are taken (0 = no block),
 * the words of the key that the block is for, and the times of the lanes; mostly all that a key needs is in one cache line. Starts small, grows, and
 * drops what is past the horizon as it grows.
 *
 * A key may be held more than once, by times that are more than the horizon apart: then there are further blocks of the same head. A lane that is
 * free in one of them is free in all behind it.
 *
 * Where there is a local disk, keys that do not fit into the memory given are there, the older half of them at a time.
 */
export class RecentKeys {
	readonly #keys: KeyWords;
	readonly #horizonMs: number;
	readonly #journal: KeyJournal;
	readonly #spilled: SpilledKeys | undefined;
	/** The disk takes no more: until there are so many keys it is not asked again. */
	#spillFrom = LEAST_SPILLED;
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
	constructor(
		keys: KeyWords,
		horizonMs: number,
		{ mostNoted = MOST_NOTED, spill }: { readonly mostNoted?: number; readonly spill?: SpillSpace } = {},
	) {
		this.#keys = keys;
		this.#horizonMs = horizonMs;
		this.#journal = new KeyJournal(keys, mostNoted);
		this.#spilled = spill && new SpilledKeys(keys, spill);
		this.#head = 1 + keys.width;
		this.#allocate(0, keys.counter < 0 ? 0 : LANE_BITS);
	}

	/** Keys held in memory, past ones that were not swept yet included. */
	get size(): number {
		return this.#size;
	}

	/** Keys on the local disk. */
	get spilled(): number {
		return this.#spilled?.size ?? 0;
	}

	/** Event time has passed this point: earlier verdicts may be forgotten at the next chance. */
	advance(watermark: number): void {
		this.#watermark = watermark;
		this.#spilled?.forget(watermark - this.#horizonMs);
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
		if (this.#spilled?.isEmpty === false) this.#spilled.mark(selection, n, eventTimes, watermarks, this.#horizonMs);
		this.#hash(n);
		const found = this.#judge(selection, n, eventTimes, watermarks, fresh);
		this.#journal.note(fresh, found, selection, eventTimes);
		return found;
	}

	/** Makes ready for `more` keys, and forgets what may be forgotten: before keys are loaded, for words hold numbers that change here. */
	#room(more: number): void {
		if (this.#spilled !== undefined) this.#spill(more, this.#spilled);
		if ((this.#blocks + more) * 3 > this.#capacity * 2) this.#sweep(more);
		if (this.#hasOldTexts()) this.#forgetTexts(this.#drop(Number.NEGATIVE_INFINITY), more);
	}

	#hasOldTexts(): boolean {
		return this.#keys.textCount > 2 * (this.#size + this.#journal.count) + 4_096;
	}

	/** Writes the older half of the keys to the disk when the table, as it would be with `more` keys, takes more memory than it is given. */
	#spill(more: number, spilled: SpilledKeys): void {
		const isGrowing = (this.#blocks + more) * 3 > this.#capacity * 2;
		const left = spilled.memoryLeft;
		// What is noted as new, and its texts, is soon stored: keys need not leave for that alone, and it would not go with them.
		const noted = Math.min(this.#journal.bytes, left / 4);
		const texts = Math.max(0, this.#keys.textCount - this.#journal.count);
		const bytes = this.#slots.byteLength * (isGrowing ? 2 : 1) + texts * TEXT_BYTES + noted;
		if (bytes <= left || this.#size < this.#spillFrom) return;
		const past = this.#watermark - this.#horizonMs;
		const bound = this.#middle(past);
		const older = this.#packed(past, bound);
		if (older.count > 0) {
			const isStored = this.#journal.count === 0 && !this.#journal.isFull;
			if (!spilled.add(older, isStored)) {
				this.#spillFrom = this.#size * 2;
				return;
			}
			this.#spillFrom = LEAST_SPILLED;
		}
		this.#forgetTexts(this.#drop(bound), more);
	}

	/** About half of the keys are older than this, of those that are not past; all, where most have the same time. */
	#middle(past: number): number {
		const { slots, stride, head, lanes, times } = {
			slots: this.#slots,
			stride: this.#stride,
			head: this.#head,
			lanes: this.#lanes,
			times: this.#times,
		};
		const sample: number[] = [];
		const step = Math.max(1, Math.floor(this.#size / SAMPLE));
		let seen = 0;
		for (let base = 0; base < slots.length; base += stride) {
			const taken = slots[base] as number;
			for (let lane = 0; lane < lanes; lane++) {
				if (((taken >>> lane) & 1) === 0 || seen++ % step !== 0) continue;
				const time = times.read(slots, base + head + lane * times.width);
				if (time >= past) sample.push(time);
			}
		}
		sample.sort((a, b) => a - b);
		const middle = sample[sample.length >> 1] ?? past;
		return sample.length > 0 && sample.indexOf(middle) * 4 < sample.length ? Number.POSITIVE_INFINITY : middle;
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
			if (nulls[i] !== 0) {
				if (nulls[i] === 1) fresh[found++] = i;
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
			// A block that is free names no text.
			else slots.fill(NONE, base + 1, base + this.#head);
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

	/** Forgets texts that none of the `alive` blocks and nothing that is noted as new names; then there is room for `more` keys. */
	#forgetTexts(alive: number, more: number): void {
		const { width } = this.#keys;
		this.#keys.forgetTextsBut([
			{ words: this.#slots, count: this.#capacity, stride: this.#stride, first: 1 },
			{ words: this.#journal.words, count: this.#journal.count, stride: width, first: 0 },
		]);
		this.#rehash(alive, more);
	}

	/** The keys that are not older than `least`, but older than `bound`, their words whole. */
	#packed(least: number, bound = Number.POSITIVE_INFINITY): PackedKeys {
		const keys = this.#keys;
		const { width } = keys;
		const slots = this.#slots;
		const kept = this.#times;
		const perTime = kept.width;
		const head = this.#head;
		const lanes = this.#lanes;
		const most = bound === Number.POSITIVE_INFINITY ? this.#size : this.#count(bound);
		const times = new Float64Array(most);
		const words = new Int32Array(most * width);
		let count = 0;
		for (let base = 0; base < slots.length; base += this.#stride) {
			const taken = slots[base] as number;
			if (taken === 0) continue;
			for (let lane = 0; lane < lanes; lane++) {
				if (((taken >>> lane) & 1) === 0) continue;
				const time = kept.read(slots, base + head + lane * perTime);
				if (time < least || time >= bound) continue;
				times[count] = time;
				for (let k = 0; k < width; k++) words[count * width + k] = slots[base + 1 + k] as number;
				keys.join(words, count * width, lane);
				count += 1;
			}
		}
		return { count, times: times.subarray(0, count), words: words.subarray(0, count * width) };
	}

	/** How many keys are older than `bound`. */
	#count(bound: number): number {
		const slots = this.#slots;
		const times = this.#times;
		let count = 0;
		for (let base = 0; base < slots.length; base += this.#stride) {
			const taken = slots[base] as number;
			for (let lane = 0; lane < this.#lanes; lane++) {
				if (((taken >>> lane) & 1) === 1 && times.read(slots, base + this.#head + lane * times.width) < bound) count += 1;
			}
		}
		return count;
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
		this.#writeAll(writer, false, undefined);
		this.#spilled?.setStored(true);
	}

	/** Writes the keys of a share. */
	writeShare(writer: ByteWriter, share: KeyShare): void {
		this.#writeAll(writer, false, share);
	}

	/** All keys count as new: none was stored yet. */
	noteAll(): void {
		this.#journal.giveUp();
		this.#spilled?.setStored(false);
	}

	/** Writes the keys that came since the last `write` or `writeFresh`; answers the latest event time among them, undefined when there is none. */
	writeFresh(writer: ByteWriter): number | undefined {
		const isFull = this.#journal.isFull;
		const taken = this.#journal.take();
		let latest: number | undefined;
		if (isFull) latest = this.#writeAll(writer, true, undefined);
		else if (taken.count > 0) {
			writer.f64(this.#watermark);
			latest = latestOf(taken);
			writeKeys(writer, this.#keys, taken);
		}
		this.#spilled?.setStored(true);
		return latest;
	}

	/** Writes what is in memory, then what is on the disk a part at a time; answers the latest event time among them. */
	#writeAll(writer: ByteWriter, isNew: boolean, share: KeyShare | undefined): number | undefined {
		const least = this.#watermark - this.#horizonMs;
		writer.f64(this.#watermark);
		const parts = [[this.#packed(least)], this.#spilled?.chunks(least, isNew) ?? []];
		let latest: number | undefined;
		for (const part of parts) {
			for (const packed of part) {
				const own = share === undefined ? packed : this.#keepOwn(packed, share);
				if (own.count > 0) latest = Math.max(latest ?? Number.NEGATIVE_INFINITY, latestOf(own));
				writeKeys(writer, this.#keys, own);
				// Texts that came from the disk are not needed once they are written.
				if (this.#hasOldTexts()) this.#forgetTexts(this.#drop(Number.NEGATIVE_INFINITY), 0);
			}
		}
		return latest;
	}

	#keepOwn({ count, times, words }: PackedKeys, share: KeyShare): PackedKeys {
		const { width } = this.#keys;
		let own = 0;
		for (let i = 0; i < count; i++) {
			if (!share.ownsFields((field) => this.#keys.valueAt(words, i * width, field))) continue;
			times[own] = times[i] as number;
			words.copyWithin(own * width, i * width, (i + 1) * width);
			own += 1;
		}
		return { count: own, times, words };
	}

	/** Takes in what `write` or `writeFresh` wrote, beside what is there. */
	read(reader: ByteReader): void {
		this.#watermark = Math.max(this.#watermark, reader.f64());
		do {
			if (this.#spilled !== undefined) this.#spill(0, this.#spilled);
			this.#insert(readKeys(reader, this.#keys));
		} while (reader.left > 0);
	}

	/** About how many bytes of memory it takes; a text takes about so many. */
	get bytes(): number {
		return this.#slots.byteLength + this.#keys.textCount * TEXT_BYTES + this.#journal.bytes + (this.#spilled?.bytes ?? 0);
	}

	close(): void {
		this.#spilled?.close();
	}
}
