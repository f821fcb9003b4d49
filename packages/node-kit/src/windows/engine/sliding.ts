import type { ByteReader, ByteWriter } from "@weir/records";
import { Chains } from "./chains.ts";
import type { OrderedKind, OrderedParts } from "./ordered.ts";
import { larger } from "./stored-column.ts";
import { Telling } from "./telling.ts";
import { PART_NUMBERS, TwoParts } from "./two-parts.ts";

/** What a group keeps in its slot. */
export const SLIDING_NUMBERS = PART_NUMBERS;

export interface SlidingOptions {
	/** How far a window looks back from its record. */
	readonly sizeMs: number;
	/** How far it looks ahead, and how much later its result comes. */
	readonly delayMs: number;
}

/** Small numbers, first in, first out. */
class Queue {
	#values = new Int32Array(64);
	#first = 0;
	#end = 0;

	get values(): Int32Array<ArrayBuffer> {
		return this.#values.subarray(this.#first, this.#end);
	}

	/** −1 when there is none. */
	get first(): number {
		return this.#first === this.#end ? -1 : (this.#values[this.#first] as number);
	}

	push(value: number): void {
		if (this.#end === this.#values.length) {
			const { values } = this;
			this.#values = larger(values, new Int32Array(Math.max(64, values.length * 2)));
			this.#end = values.length;
			this.#first = 0;
		}
		this.#values[this.#end++] = value;
	}

	shift(): void {
		this.#first += 1;
	}

	/** Equal ones stay in their order. */
	sort(compare: (a: number, b: number) => number): void {
		this.values.sort(compare);
	}
}

/** A window for each record, or for each that meets the last condition: from `sizeMs` before it, which does not belong to it, to `delayMs` behind it, which does. */
export class Sliding implements OrderedKind {
	readonly #parts: OrderedParts;
	readonly #options: SlidingOptions;
	readonly #telling: Telling;
	readonly #chains = new Chains();
	/** Absent where aggregates keep values: then each result looks at all its records anew. */
	readonly #twoParts: TwoParts | undefined;
	/** All records that windows may still look at, in the order of time. */
	readonly #kept = new Queue();
	/** Those whose own window is still to be told. */
	readonly #asking = new Queue();
	/** By slot: the first record of the last window told since `#round` began; windows of a group only move on. */
	#from = new Int32Array(0);
	#fromRound = new Int32Array(0);
	#round = 0;

	constructor(parts: OrderedParts, options: SlidingOptions) {
		this.#parts = parts;
		this.#options = options;
		this.#telling = new Telling(parts);
		const { sizeMs, delayMs } = options;
		this.#twoParts = parts.slots.hasBlocks ? undefined : new TwoParts(parts, this.#chains, sizeMs + delayMs);
	}

	take(places: Int32Array, until: number): void {
		const { rows, groups } = this.#parts;
		const { sizeMs, delayMs } = this.#options;
		const asks = rows.masks.at(-1);
		for (const place of places) {
			this.#keep(place);
			if (asks === undefined || asks[place] === 1) this.#asking.push(place);
		}
		this.#round += 1;
		while (this.#asking.first >= 0 && (rows.eventTimes[this.#asking.first] as number) + delayMs < until) {
			this.#tell(this.#asking.first);
			this.#asking.shift();
		}
		this.#telling.flush();
		while (this.#kept.first >= 0 && (rows.eventTimes[this.#kept.first] as number) <= until - delayMs - sizeMs) {
			const slot = rows.slotOf[this.#kept.first] as number;
			this.#twoParts?.forget(this.#kept.first);
			rows.free(this.#chains.shift(slot));
			groups.letGo(slot);
			this.#kept.shift();
		}
	}

	#keep(place: number): void {
		const slot = this.#parts.rows.slotOf[place] as number;
		this.#chains.append(slot, place);
		this.#kept.push(place);
	}

	#tell(asking: number): void {
		const { eventTimes, slotOf } = this.#parts.rows;
		const slot = slotOf[asking] as number;
		const start = (eventTimes[asking] as number) - this.#options.sizeMs;
		const end = (eventTimes[asking] as number) + this.#options.delayMs;
		let first = this.#firstOf(slot);
		while ((eventTimes[first] as number) <= start) first = this.#chains.after(first);
		this.#from[slot] = first;
		const into = this.#telling.begin(slot, start, end, end);
		if (this.#twoParts !== undefined) {
			this.#telling.receive(this.#twoParts.gather(slot, first, end, into));
			return;
		}
		for (let place = first; place >= 0 && (eventTimes[place] as number) <= end; place = this.#chains.after(place)) this.#telling.add(place);
	}

	#firstOf(slot: number): number {
		if (slot >= this.#from.length) {
			this.#from = larger(this.#from, new Int32Array(slot * 2 + 64));
			this.#fromRound = larger(this.#fromRound, new Int32Array(slot * 2 + 64));
		}
		if (this.#fromRound[slot] === this.#round) return this.#from[slot] as number;
		this.#fromRound[slot] = this.#round;
		return this.#chains.firstOf(slot);
	}

	kept(): Int32Array {
		return this.#kept.values.slice();
	}

	write(writer: ByteWriter, kept: Int32Array): void {
		const indexOf = new Int32Array(kept.reduce((most, place) => Math.max(most, place + 1), 0)).fill(-1);
		kept.forEach((place, i) => {
			indexOf[place] = i;
		});
		writer.array(this.#asking.values.map((place) => indexOf[place] ?? -1).filter((index) => index >= 0));
	}

	read(reader: ByteReader, kept: Int32Array): void {
		for (const place of kept) this.#keep(place);
		for (const index of reader.int32Array()) this.#asking.push(kept[index] as number);
		const { eventTimes } = this.#parts.rows;
		const byTime = (a: number, b: number) => (eventTimes[a] as number) - (eventTimes[b] as number);
		this.#kept.sort(byTime);
		this.#asking.sort(byTime);
		this.#twoParts?.reset();
	}
}
