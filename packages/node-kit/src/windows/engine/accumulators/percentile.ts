import type { ByteReader, ByteWriter, Column, NumberColumn } from "@weir/records";
import { Blocks } from "../blocks.ts";
import type { SlotMemory } from "../slot-memory.ts";
import { type Accumulator, numbersWhere } from "./accumulator.ts";

/** An exact percentile, between the two nearest values as PostgreSQL's `percentile_cont`. Keeps every value. */
export class Percentile implements Accumulator {
	readonly #blocks: Blocks;
	readonly #share: number;

	constructor(memory: SlotMemory, offset: number, percent: number) {
		this.#blocks = new Blocks(memory, offset);
		this.#share = percent / 100;
	}

	clear(slot: number): void {
		this.#blocks.clear(slot);
	}

	#push(slot: number, value: number): void {
		const blocks = this.#blocks;
		const size = blocks.sizeOf(slot);
		if (size === blocks.roomOf(slot)) blocks.enlarge(slot, size + 1, 0);
		blocks.numbers[blocks.startOf(slot) + size] = value;
		blocks.setSize(slot, size + 1);
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { values, valid } = column as NumberColumn;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			this.#push(slots[i] as number, values[row] as number);
		}
	}

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const blocks = this.#blocks;
		for (let i = 0; i < n; i++) {
			const slot = into[i] as number;
			const more = blocks.sizeOf(from[i] as number);
			if (more === 0) continue;
			const size = blocks.sizeOf(slot);
			if (size + more > blocks.roomOf(slot)) blocks.enlarge(slot, size + more, 0);
			const start = blocks.startOf(from[i] as number);
			blocks.numbers.copyWithin(blocks.startOf(slot) + size, start, start + more);
			blocks.setSize(slot, size + more);
		}
	}

	result(slots: Int32Array): Column {
		const blocks = this.#blocks;
		const results = new Float64Array(slots.length);
		for (let i = 0; i < slots.length; i++) {
			const slot = slots[i] as number;
			const start = blocks.startOf(slot);
			// In place: the order of the values in a block means nothing.
			const sorted = blocks.numbers.subarray(start, start + blocks.sizeOf(slot)).sort();
			results[i] = sorted.length === 0 ? Number.NaN : between(sorted, this.#share);
		}
		return numbersWhere("number", results, (row) => Number.isNaN(results[row]));
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

function between(sorted: Float64Array, share: number): number {
	const place = share * (sorted.length - 1);
	const low = sorted[Math.floor(place)] as number;
	const high = sorted[Math.ceil(place)] as number;
	return low + (place - Math.floor(place)) * (high - low);
}
