import { WeirError } from "@weir/errors";
import type { SpillSegment, SpillSpace } from "../spill.ts";
import { KeyFilter } from "./key-filter.ts";
import { KeyPrints } from "./key-prints.ts";
import type { KeyWords } from "./key-words.ts";
import type { PackedKeys } from "./stored-keys.ts";

/** So many keys a page at most, on average: one of 30 bytes each is read at once. */
const KEYS_OF_PAGE = 128;
/** Keys of a block that make one place of a filter for all of them worth while. */
const KEYS_WORTH_A_BLOCK = 4;
/** Words of an entry before those of its key: hash, length and time. */
const HEAD = 4;
/** What a batch may bring before it is looked again. */
const SPARE = 0.1;
const KEYS_OF_CHUNK = 65_536;
/** What a segment takes in memory beside its filter and the places of its pages. */
const SEGMENT_BYTES = 500;

interface Segment {
	readonly file: SpillSegment;
	readonly filter: KeyFilter;
	/** Keys that count on from one another stand in it as one. */
	readonly ofBlocks: boolean;
	/** Hashes lose so many bits to be the number of a page. */
	readonly shift: number;
	readonly count: number;
	readonly latest: number;
	/** A checkpoint has all its keys, or will have them with what is noted as new. */
	isStored: boolean;
}

/**
 * Keys with the event time they were passed on at, on the local disk, in segments of neighbouring times that never change. In memory there is a
 * filter for each segment, and where its pages are; a key that the filter lets pass is compared with those of its page.
 */
export class SpilledKeys {
	readonly #keys: KeyWords;
	readonly #space: SpillSpace;
	readonly #prints: KeyPrints;
	#segments: Segment[] = [];
	readonly #double = new Float64Array(1);
	readonly #doubleWords = new Int32Array(this.#double.buffer);

	constructor(keys: KeyWords, space: SpillSpace) {
		this.#keys = keys;
		this.#space = space;
		this.#prints = new KeyPrints(keys);
	}

	get isEmpty(): boolean {
		return this.#segments.length === 0;
	}

	/** Keys on the disk. */
	get size(): number {
		return this.#segments.reduce((sum, { count }) => sum + count, 0);
	}

	/** Bytes of memory it takes. */
	get bytes(): number {
		return this.#segments.reduce((sum, { filter, file }) => sum + filter.bytes + file.memoryBytes + SEGMENT_BYTES, 0);
	}

	/** What it leaves of the memory that there is. */
	get memoryLeft(): number {
		const { memoryBytes } = this.#space;
		// Filters may fill their share: then keys go to the disk in smaller parts, and what it takes more counts for the bound of the job.
		return Math.max((memoryBytes - this.bytes) * (1 - SPARE), memoryBytes / 4);
	}

	/** Lets go of segments all of whose keys are older than `least`. */
	forget(least: number): void {
		if (this.#segments.every(({ latest }) => latest >= least)) return;
		for (const { file, latest } of this.#segments) if (latest < least) file.drop();
		this.#segments = this.#segments.filter(({ latest }) => latest >= least);
	}

	/** Writes whole keys to the disk; false: it takes no more. */
	add(packed: PackedKeys, isStored: boolean): boolean {
		const { count, words, times } = packed;
		const byBlocks = this.#prints.hash(words, count, true);
		const blocks = differentOf(byBlocks.first);
		// A key that is new and whose neighbour is on the disk costs a look there: what it saves must be worth that.
		const ofBlocks = blocks * KEYS_WORTH_A_BLOCK <= count;
		const hashes = ofBlocks ? byBlocks : this.#prints.hash(words, count, false);
		const filter = new KeyFilter(ofBlocks ? blocks : count);
		let latest = Number.NEGATIVE_INFINITY;
		for (let i = 0; i < count; i++) {
			filter.add(hashes.first[i] as number, hashes.second[i] as number);
			latest = Math.max(latest, times[i] as number);
		}
		const pageBits = Math.max(1, Math.ceil(Math.log2(count / KEYS_OF_PAGE)));
		const file = this.#space.write(this.#pages(packed, hashes.first, pageBits));
		if (file === undefined) return false;
		this.#segments.push({ file, filter, ofBlocks, shift: 32 - pageBits, count, latest, isStored });
		return true;
	}

	*#pages({ count, words, times }: PackedKeys, first: Int32Array, pageBits: number): Generator<Uint8Array> {
		const { width } = this.#keys;
		const shift = 32 - pageBits;
		const ends = new Int32Array(2 ** pageBits + 1);
		for (let i = 0; i < count; i++) {
			const page = (first[i] as number) >>> shift;
			ends[page + 1] = (ends[page + 1] as number) + 1;
		}
		for (let page = 1; page < ends.length; page++) ends[page] = (ends[page] as number) + (ends[page - 1] as number);
		const order = new Int32Array(count);
		const next = ends.slice();
		for (let i = 0; i < count; i++) {
			const page = (first[i] as number) >>> shift;
			const at = next[page] as number;
			order[at] = i;
			next[page] = at + 1;
		}
		let written = new Int32Array(KEYS_OF_PAGE * 16);
		for (let page = 0; page + 1 < ends.length; page++) {
			let length = 0;
			for (let k = ends[page] as number; k < (ends[page + 1] as number); k++) {
				const i = order[k] as number;
				const key = this.#prints.writeOut(words, i * width);
				if (length + HEAD + key.length > written.length) {
					const larger = new Int32Array((length + HEAD + key.length) * 2);
					larger.set(written);
					written = larger;
				}
				written[length] = first[i] as number;
				written[length + 1] = key.length;
				this.#double[0] = times[i] as number;
				written[length + 2] = this.#doubleWords[0] as number;
				written[length + 3] = this.#doubleWords[1] as number;
				written.set(key, length + HEAD);
				length += HEAD + key.length;
			}
			yield new Uint8Array(written.buffer, 0, length * 4);
		}
	}

	/**
	 * Of the `n` rows whose words `keys` has loaded: sets `nulls[i]` to 2 for those that repeat a key of the disk, as `RecentKeys.firsts` has it.
	 * Where all of a batch's rows are looked for in one segment, a page is read once.
	 */
	mark(selection: Int32Array, n: number, eventTimes: Float64Array, watermarks: Float64Array, horizonMs: number): void {
		const { words, width, nulls, lanes } = this.#keys;
		const hashesOf = (ofBlocks: boolean) => {
			const isUsed = this.#segments.some((segment) => segment.ofBlocks === ofBlocks);
			return isUsed ? this.#prints.hash(words, n, ofBlocks, lanes) : undefined;
		};
		const [byBlock, byKey] = [hashesOf(true), hashesOf(false)];
		const hits = new Float64Array(n);
		const key = new Int32Array(width);
		for (const { file, filter, shift, ofBlocks } of this.#segments) {
			const hashes = ofBlocks ? byBlock : byKey;
			if (hashes === undefined) continue;
			const { first, second } = hashes;
			let found = 0;
			for (let i = 0; i < n; i++) {
				if (nulls[i] === 0 && filter.mayHave(first[i] as number, second[i] as number))
					hits[found++] = ((first[i] as number) >>> shift) * n + i;
			}
			const inOrder = hits.subarray(0, found).sort();
			let current = -1;
			let page = new Int32Array(0);
			for (const hit of inOrder) {
				const number = Math.floor(hit / n);
				const i = hit - number * n;
				if (number !== current) page = this.#read(file, number);
				current = number;
				for (let k = 0; k < width; k++) key[k] = words[i * width + k] as number;
				this.#keys.join(key, 0, lanes[i] as number);
				const row = selection[i] as number;
				const time = eventTimes[row] as number;
				const least = (watermarks[row] as number) - horizonMs;
				if (this.#isIn(page, first[i] as number, this.#prints.writeOut(key, 0), time, least, horizonMs)) nulls[i] = 2;
			}
		}
	}

	/** Whether the page has the key by a time that is not before `least` and less than the horizon away. */
	#isIn(page: Int32Array, hash: number, key: Int32Array, time: number, least: number, horizonMs: number): boolean {
		const { length } = key;
		for (let at = 0; at < page.length; at += HEAD + (page[at + 1] as number)) {
			if (page[at] !== hash || page[at + 1] !== length) continue;
			let k = 0;
			while (k < length && page[at + HEAD + k] === key[k]) k += 1;
			if (k < length) continue;
			const kept = this.#timeAt(page, at);
			if (kept >= least && Math.abs(time - kept) < horizonMs) return true;
		}
		return false;
	}

	/** All keys that are not older than `least`, a part at a time; `isNew`: of the segments alone that no checkpoint has. */
	*chunks(least: number, isNew: boolean): Generator<PackedKeys> {
		const { width } = this.#keys;
		for (const { file, count, isStored } of this.#segments) {
			if (isNew && isStored) continue;
			const most = Math.min(count, KEYS_OF_CHUNK);
			let times = new Float64Array(most);
			let words = new Int32Array(most * width);
			let filled = 0;
			for (let number = 0; number < file.pages; number++) {
				const page = this.#read(file, number);
				for (let at = 0; at < page.length; at += HEAD + (page[at + 1] as number)) {
					const time = this.#timeAt(page, at);
					if (time < least) continue;
					if (filled === most) {
						yield { count: filled, times, words };
						times = new Float64Array(most);
						words = new Int32Array(most * width);
						filled = 0;
					}
					times[filled] = time;
					this.#prints.readBack(page, at + HEAD, words, filled * width);
					filled += 1;
				}
			}
			if (filled > 0) yield { count: filled, times, words };
		}
	}

	/** Whether a checkpoint has what is on the disk. */
	setStored(isStored: boolean): void {
		for (const segment of this.#segments) segment.isStored = isStored;
	}

	close(): void {
		this.#space.close();
		this.#segments = [];
	}

	#read(file: SpillSegment, number: number): Int32Array<ArrayBuffer> {
		const page = file.read(number);
		if (!(page.buffer instanceof ArrayBuffer)) throw new WeirError("INVARIANT_BROKEN", "A page of the local disk is in shared memory.");
		return new Int32Array(page.buffer, page.byteOffset, page.length / 4);
	}

	#timeAt(page: Int32Array, at: number): number {
		this.#doubleWords[0] = page[at + 2] as number;
		this.#doubleWords[1] = page[at + 3] as number;
		return this.#double[0] as number;
	}
}

/** How many different ones there are where equal ones stand together. */
function differentOf(hashes: Int32Array): number {
	let different = 0;
	for (let i = 0; i < hashes.length; i++) if (i === 0 || hashes[i] !== hashes[i - 1]) different += 1;
	return different;
}
