import type { ByteReader, ByteWriter, Column, NumberColumn } from "@weir/records";
import { SKETCH_ERROR } from "../../aggregate.ts";
import { Blocks } from "../blocks.ts";
import type { SlotMemory } from "../slot-memory.ts";
import { type Accumulator, numbersWhere } from "./accumulator.ts";
import { placeOf } from "./number-set.ts";

/** Bounds of neighbouring buckets differ by this factor. */
const GAMMA = (1 + SKETCH_ERROR) / (1 - SKETCH_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Above the number of every bucket of a double, so that the sign can be told from the key. */
const MIDDLE = 65_536;

/**
 * A percentile within 1 % of the true value: DDSketch (Masson, Rim and Lee, 2019). Values are counted in buckets whose bounds grow by a constant
 * factor, so that two sketches merge without loss and the order of records does not matter. A slot's block is an open-addressing table: the first
 * half the keys of the buckets, the second half their counts.
 */
export class Sketch implements Accumulator {
	readonly #blocks: Blocks;
	readonly #share: number;

	constructor(memory: SlotMemory, offset: number, percent: number) {
		this.#blocks = new Blocks(memory, offset);
		this.#share = percent / 100;
	}

	clear(slot: number): void {
		this.#blocks.clear(slot);
	}

	#put(slot: number, key: number, count: number): void {
		const blocks = this.#blocks;
		const size = blocks.sizeOf(slot);
		const room = blocks.roomOf(slot);
		if ((size + 1) * 8 > room * 3) this.#enlarge(slot, Math.max(16, room * 2));
		const half = blocks.roomOf(slot) / 2;
		const place = placeOf(blocks.numbers, blocks.startOf(slot), half, key);
		if (blocks.numbers[place] === key) blocks.numbers[place + half] = (blocks.numbers[place + half] as number) + count;
		else {
			blocks.numbers[place] = key;
			blocks.numbers[place + half] = count;
			blocks.setSize(slot, size + 1);
		}
	}

	#enlarge(slot: number, room: number): void {
		const blocks = this.#blocks;
		const size = blocks.sizeOf(slot);
		const had = blocks.renew(slot, room, Number.NaN);
		const half = blocks.roomOf(slot) / 2;
		for (let k = 0; k < had.length / 2; k++) {
			const key = had[k] as number;
			if (Number.isNaN(key)) continue;
			const place = placeOf(blocks.numbers, blocks.startOf(slot), half, key);
			blocks.numbers[place] = key;
			blocks.numbers[place + half] = had[k + had.length / 2] as number;
		}
		blocks.setSize(slot, size);
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { values, valid } = column as NumberColumn;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			this.#put(slots[i] as number, keyOf(values[row] as number), 1);
		}
	}

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const blocks = this.#blocks;
		for (let i = 0; i < n; i++) {
			const source = from[i] as number;
			const half = blocks.roomOf(source) / 2;
			for (let k = 0; k < half; k++) {
				const place = blocks.startOf(source) + k;
				const key = blocks.numbers[place] as number;
				if (!Number.isNaN(key)) this.#put(into[i] as number, key, blocks.numbers[place + half] as number);
			}
		}
	}

	result(slots: Int32Array): Column {
		const results = Float64Array.from(slots, (slot) => this.#percentileOf(slot));
		return numbersWhere("number", results, (row) => Number.isNaN(results[row]));
	}

	#percentileOf(slot: number): number {
		const blocks = this.#blocks;
		const start = blocks.startOf(slot);
		const half = blocks.roomOf(slot) / 2;
		const keys = blocks.numbers
			.slice(start, start + half)
			.filter((key) => !Number.isNaN(key))
			.sort();
		const countOf = (key: number) => blocks.numbers[placeOf(blocks.numbers, start, half, key) + half] as number;
		let all = 0;
		for (const key of keys) all += countOf(key);
		const rank = this.#share * (all - 1);
		let below = 0;
		for (const key of keys) {
			below += countOf(key);
			if (below > rank) return valueOfKey(key);
		}
		return Number.NaN;
	}

	get bytes(): number {
		return this.#blocks.numbers.byteLength;
	}

	release(slot: number): void {
		this.#blocks.release(slot);
	}

	write(writer: ByteWriter, slots: Int32Array): void {
		this.#blocks.write(writer, slots);
	}

	read(reader: ByteReader, slots: Int32Array): void {
		this.#blocks.read(reader, slots);
	}
}

/** Number of a value's bucket; a greater value never has a smaller key. */
function keyOf(value: number): number {
	if (value === 0) return 0;
	const bucket = Math.ceil(Math.log(Math.abs(value)) / LOG_GAMMA) + MIDDLE;
	return value > 0 ? bucket : -bucket;
}

/** The value of a bucket that is off by no more than 1 % from any in it. */
function valueOfKey(key: number): number {
	if (key === 0) return 0;
	const value = (2 * GAMMA ** (Math.abs(key) - MIDDLE)) / (GAMMA + 1);
	return key > 0 ? value : -value;
}
