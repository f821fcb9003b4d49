import type { Chains } from "./chains.ts";
import type { OrderedParts } from "./ordered.ts";
import { larger } from "./stored-column.ts";

/** What a group keeps in its slot: the number of its block, 0 for none, and the latest time of receipt of what is gathered there. */
export const PART_NUMBERS = 2;
const BLOCK = 0;
const RECEIVED = 1;

/**
 * Sums up windows of one length that move over the records of a group, at a cost that does not depend on how many records a window holds. Time is
 * cut into blocks of the windows' length, so a window is the end of one block and the beginning of the next. What the beginning holds grows with
 * every record, in the group's own slot; what each end holds is gathered once, backwards, when its block is full (van Herk, 1992). Both follow from
 * the records alone, so nothing of it is stored. For aggregates that keep a few numbers each.
 */
export class TwoParts {
	readonly #parts: OrderedParts;
	readonly #chains: Chains;
	readonly #lengthMs: number;
	/** By place of a record: the slot of what its block holds from it on, + 1; 0 = none. */
	#endOf = new Int32Array(0);
	/** By slot of a group: the record that was gathered last in its beginning, + 1; 0 = none yet. */
	#lastOf = new Int32Array(0);
	readonly #from = new Int32Array(1);
	readonly #into = new Int32Array(1);

	constructor(parts: OrderedParts, chains: Chains, lengthMs: number) {
		this.#parts = parts;
		this.#chains = chains;
		this.#lengthMs = lengthMs;
	}

	/**
	 * Puts what the window up to `end` holds into the slot `into`, and answers the latest time of receipt. `first` is the window's first record;
	 * windows of a group only move on, and event time has passed `end`.
	 */
	gather(group: number, first: number, end: number, into: number): number {
		const { numbers, stride } = this.#parts.slots.memory;
		const block = this.#blockOf(end);
		if (numbers[group * stride + BLOCK] !== block) this.#begin(group, block);
		this.#lengthen(group, block, end);
		const ending = (this.#endOf[first] ?? 0) - 1;
		let received = Number.NEGATIVE_INFINITY;
		if (ending >= 0) {
			this.#merge(ending, into);
			received = this.#receivedOf(ending);
		}
		if ((this.#lastOf[group] as number) === 0) return received;
		this.#merge(group, into);
		return Math.max(received, this.#receivedOf(group));
	}

	/** A record leaves the memory. */
	forget(place: number): void {
		const ending = (this.#endOf[place] ?? 0) - 1;
		if (ending < 0) return;
		this.#endOf[place] = 0;
		this.#from[0] = ending;
		this.#parts.slots.giveBack(this.#from);
	}

	/** What the slots of groups hold came from a snapshot: it is gathered anew. */
	reset(): void {
		const { memory } = this.#parts.slots;
		for (const slot of this.#parts.groups.slots) memory.numbers[slot * memory.stride + BLOCK] = 0;
	}

	/** Blocks have numbers above 0, also before 1970. */
	#blockOf(time: number): number {
		return Math.floor(time / this.#lengthMs) + 2 ** 52;
	}

	/** The next block: what the records of the one before hold from each on, and an empty beginning. */
	#begin(group: number, block: number): void {
		const { rows, slots } = this.#parts;
		const before: number[] = [];
		for (let place = this.#chains.firstOf(group); place >= 0; place = this.#chains.after(place)) {
			const own = this.#blockOf(rows.eventTimes[place] as number);
			if (own >= block) break;
			this.forget(place);
			if (own === block - 1) before.push(place);
		}
		// Backwards, so that each end is there before the one that is longer.
		const places = Int32Array.from(before.reverse());
		const ends = places.map((place) => slots.take(slots.groupOf(rows.slotOf[place] as number)));
		slots.add(rows.columns, rows.masks, places, ends, ends.length, rows.eventTimes);
		slots.merge(ends, ends.subarray(1), Math.max(ends.length - 1, 0));
		let received = Number.NEGATIVE_INFINITY;
		places.forEach((place, i) => {
			if (place >= this.#endOf.length) this.#endOf = larger(this.#endOf, new Int32Array(place * 2 + 64));
			this.#endOf[place] = (ends[i] as number) + 1;
			received = Math.max(received, rows.ingestTimes[place] as number);
			slots.memory.numbers[(ends[i] as number) * slots.memory.stride + RECEIVED] = received;
		});
		slots.clear(group);
		const at = group * slots.memory.stride;
		slots.memory.numbers[at + BLOCK] = block;
		slots.memory.numbers[at + RECEIVED] = Number.NEGATIVE_INFINITY;
		if (group >= this.#lastOf.length) this.#lastOf = larger(this.#lastOf, new Int32Array(group * 2 + 64));
		this.#lastOf[group] = 0;
	}

	/** Gathers the records of the block up to `end` that are not in its beginning yet. */
	#lengthen(group: number, block: number, end: number): void {
		const { rows, slots } = this.#parts;
		const last = (this.#lastOf[group] as number) - 1;
		let place = last < 0 ? this.#chains.firstOf(group) : this.#chains.after(last);
		while (place >= 0 && this.#blockOf(rows.eventTimes[place] as number) < block) place = this.#chains.after(place);
		const at = group * slots.memory.stride + RECEIVED;
		this.#into[0] = group;
		while (place >= 0 && (rows.eventTimes[place] as number) <= end) {
			this.#from[0] = place;
			slots.add(rows.columns, rows.masks, this.#from, this.#into, 1, rows.eventTimes);
			slots.memory.numbers[at] = Math.max(slots.memory.numbers[at] as number, rows.ingestTimes[place] as number);
			this.#lastOf[group] = place + 1;
			place = this.#chains.after(place);
		}
	}

	#merge(from: number, into: number): void {
		this.#from[0] = from;
		this.#into[0] = into;
		this.#parts.slots.merge(this.#from, this.#into, 1);
	}

	#receivedOf(slot: number): number {
		const { memory } = this.#parts.slots;
		return memory.numbers[slot * memory.stride + RECEIVED] as number;
	}
}
