import type { ByteReader, ByteWriter } from "@weir/records";
import { TimeHeap } from "../../state/index.ts";
import { Chains } from "./chains.ts";
import type { OrderedKind, OrderedParts } from "./ordered.ts";
import { Numbers } from "./piece.ts";
import { Telling } from "./telling.ts";

/** What a group keeps in its slot: 1 while it has an entry among those that may be forgotten. */
export const COUNT_NUMBERS = 1;

export interface CountOptions {
	/** Records of a window. */
	readonly size: number;
	/** Records from the beginning of a window to that of the next one; not more than the size. */
	readonly step: number;
	/** A group that is silent for so long loses the records of its unfinished window. */
	readonly forgetAfterMs: number;
}

/** Windows of so many records of a group, a new one after every `step` of them. */
export class Counts implements OrderedKind {
	readonly #parts: OrderedParts;
	readonly #options: CountOptions;
	readonly #chains = new Chains();
	readonly #telling: Telling;
	/** One entry a group, at or before the time at which it is forgotten. */
	readonly #silent = new TimeHeap();

	constructor(parts: OrderedParts, options: CountOptions) {
		this.#parts = parts;
		this.#options = options;
		this.#telling = new Telling(parts);
	}

	take(places: Int32Array, until: number): void {
		const { rows } = this.#parts;
		for (const place of places) {
			const time = rows.eventTimes[place] as number;
			this.#forget(time);
			this.#append(place);
			const slot = rows.slotOf[place] as number;
			if (this.#chains.sizeOf(slot) === this.#options.size) this.#tell(slot);
		}
		// At the end of the stream nothing is given up early: what is unfinished stays so.
		if (until < Number.POSITIVE_INFINITY) this.#forget(until);
		this.#telling.flush();
	}

	#append(place: number): void {
		const { rows, groups, slots } = this.#parts;
		const slot = rows.slotOf[place] as number;
		this.#chains.append(slot, place);
		const at = slot * slots.memory.stride;
		if (slots.memory.numbers[at] === 1) return;
		slots.memory.numbers[at] = 1;
		groups.hold(slots.groupOf(slot));
		this.#silent.put((rows.eventTimes[place] as number) + this.#options.forgetAfterMs, slot);
	}

	/** From the first record of the window to the last one; the result bears the time of the last. */
	#tell(slot: number): void {
		const { eventTimes } = this.#parts.rows;
		const last = eventTimes[this.#chains.lastOf(slot)] as number;
		this.#telling.begin(slot, eventTimes[this.#chains.firstOf(slot)] as number, last, last);
		for (let place = this.#chains.firstOf(slot); place >= 0; place = this.#chains.after(place)) this.#telling.add(place);
		this.#drop(slot, this.#options.step);
	}

	/** A dropped record stays where it is until the next batch: results that were begun may still look at it. */
	#drop(slot: number, records: number): void {
		for (let k = 0; k < records; k++) {
			this.#parts.rows.free(this.#chains.shift(slot));
			this.#parts.groups.letGo(slot);
		}
	}

	#forget(until: number): void {
		const { rows, groups, slots } = this.#parts;
		while (this.#silent.earliest <= until) {
			const slot = this.#silent.take();
			const last = this.#chains.lastOf(slot);
			const forgottenAt = last < 0 ? Number.NEGATIVE_INFINITY : (rows.eventTimes[last] as number) + this.#options.forgetAfterMs;
			if (forgottenAt > until) {
				this.#silent.put(forgottenAt, slot);
				continue;
			}
			const given = this.#chains.sizeOf(slot);
			this.#parts.expire(given);
			this.#drop(slot, given);
			slots.memory.numbers[slot * slots.memory.stride] = 0;
			groups.letGo(slot);
		}
	}

	kept(): Int32Array {
		const places = new Numbers();
		for (const slot of this.#parts.groups.slots) {
			for (let place = this.#chains.firstOf(slot); place >= 0; place = this.#chains.after(place)) places.push(place);
		}
		return places.values;
	}

	/** The records say it all; a group without any has nothing to forget. */
	write(_writer: ByteWriter): void {}

	read(_reader: ByteReader, kept: Int32Array, open: Int32Array): void {
		const { memory } = this.#parts.slots;
		for (const slot of open) memory.numbers[slot * memory.stride] = 0;
		for (const place of kept) this.#append(place);
	}
}
