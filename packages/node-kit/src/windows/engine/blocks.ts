import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter } from "@weir/records";
import type { SlotMemory } from "./slot-memory.ts";

const SMALLEST_BITS = 2;
/** Half a gigabyte: stop and say so, before the machine does. */
const MOST_NUMBERS = 67_108_864;

/**
 * A growing block of numbers per slot, all in one array, for aggregates that must keep values. A block has room for 4, 8, 16 … numbers; those
 * given back are used again. Where a slot's block begins, how many entries and how much room it has stand in the slot memory, at `offset`.
 */
export class Blocks {
	/** Numbers that a block's place takes in the slot memory. */
	static readonly WIDTH = 3;
	readonly #memory: SlotMemory;
	readonly #offset: number;
	numbers = new Float64Array(0);
	#end = 0;
	/** Blocks given back, by the logarithm of their room. */
	readonly #free: number[][] = [];

	constructor(memory: SlotMemory, offset: number) {
		this.#memory = memory;
		this.#offset = offset;
	}

	#at(slot: number): number {
		return slot * this.#memory.stride + this.#offset;
	}

	/** A slot begins without a block. */
	clear(slot: number): void {
		this.#memory.numbers.fill(0, this.#at(slot), this.#at(slot) + Blocks.WIDTH);
	}

	startOf(slot: number): number {
		return this.#memory.numbers[this.#at(slot)] as number;
	}

	/** Entries in the block, as its user counts them. */
	sizeOf(slot: number): number {
		return this.#memory.numbers[this.#at(slot) + 1] as number;
	}

	setSize(slot: number, size: number): void {
		this.#memory.numbers[this.#at(slot) + 1] = size;
	}

	roomOf(slot: number): number {
		return this.#memory.numbers[this.#at(slot) + 2] as number;
	}

	/** Gives the slot a block of at least `room` numbers in place of its own, with what it had, and `filler` behind. */
	enlarge(slot: number, room: number, filler: number): void {
		const at = this.#at(slot);
		const before = this.startOf(slot);
		const roomBefore = this.roomOf(slot);
		const start = this.#take(room);
		const roomNow = roomFor(room);
		this.numbers.copyWithin(start, before, before + roomBefore);
		this.numbers.fill(filler, start + roomBefore, start + roomNow);
		this.#memory.numbers[at] = start;
		this.#memory.numbers[at + 2] = roomNow;
		if (roomBefore > 0) this.#giveBack(before, roomBefore);
	}

	/** The slot's block, empty and filled with `filler`, of at least `room` numbers; what it had is a copy in the answer. */
	renew(slot: number, room: number, filler: number): Float64Array {
		const had = this.numbers.slice(this.startOf(slot), this.startOf(slot) + this.roomOf(slot));
		this.release(slot);
		this.enlarge(slot, room, filler);
		return had;
	}

	release(slot: number): void {
		const room = this.roomOf(slot);
		if (room > 0) this.#giveBack(this.startOf(slot), room);
		this.clear(slot);
	}

	#giveBack(start: number, room: number): void {
		const bits = Math.log2(room);
		while (this.#free.length <= bits) this.#free.push([]);
		this.#free[bits]?.push(start);
	}

	#take(least: number): number {
		const room = roomFor(least);
		const known = this.#free[Math.log2(room)]?.pop();
		if (known !== undefined) return known;
		const start = this.#end;
		if (start + room > MOST_NUMBERS) {
			throw new WeirError(
				"STATE_TOO_LARGE",
				"Open windows hold more than 67 million single values; choose shorter windows, fewer groups, or an approximate percentile in place of an exact one.",
			);
		}
		this.#end += room;
		if (this.#end > this.numbers.length) {
			const larger = new Float64Array(Math.max(1_024, this.#end, this.numbers.length * 2));
			larger.set(this.numbers);
			this.numbers = larger;
		}
		return start;
	}

	/** Writes the blocks of some slots, one behind the other. */
	write(writer: ByteWriter, slots: Int32Array): void {
		let all = 0;
		for (const slot of slots) all += this.roomOf(slot);
		const packed = new Float64Array(all);
		let at = 0;
		for (const slot of slots) {
			packed.set(this.numbers.subarray(this.startOf(slot), this.startOf(slot) + this.roomOf(slot)), at);
			at += this.roomOf(slot);
		}
		writer.array(packed);
	}

	/** Reads what `write` wrote into slots whose sizes and rooms are in the slot memory already. */
	read(reader: ByteReader, slots: Int32Array): void {
		const packed = reader.float64Array();
		let at = 0;
		for (const slot of slots) {
			const room = this.roomOf(slot);
			if (room === 0) continue;
			if (room !== roomFor(room) || at + room > packed.length) {
				throw new WeirError("STATE_CORRUPT", "The stored values of a window cannot be read: their arrays do not fit each other.");
			}
			const start = this.#take(room);
			this.numbers.set(packed.subarray(at, at + room), start);
			this.#memory.numbers[this.#at(slot)] = start;
			at += room;
		}
	}
}

function roomFor(least: number): number {
	let room = 1 << SMALLEST_BITS;
	while (room < least) room *= 2;
	return room;
}
