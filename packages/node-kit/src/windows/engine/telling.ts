import type { OrderedParts } from "./ordered.ts";
import { Numbers } from "./piece.ts";

/** Results told at once, and records looked at for them, at most. */
const MOST_RESULTS = 1_024;
const MOST_RECORDS = 65_536;

/** Results that each sum up some records anew, gathered for many at a time. */
export class Telling {
	readonly #parts: OrderedParts;
	readonly #places = new Numbers();
	readonly #slotsOfPlaces = new Numbers();
	readonly #slots = new Numbers();
	readonly #starts = new Float64Array(MOST_RESULTS);
	readonly #ends = new Float64Array(MOST_RESULTS);
	readonly #eventTimes = new Float64Array(MOST_RESULTS);
	readonly #ingestTimes = new Float64Array(MOST_RESULTS);

	constructor(parts: OrderedParts) {
		this.#parts = parts;
	}

	/** Begins a result of the group of a slot, in a slot of its own; its records follow. */
	begin(groupSlot: number, start: number, end: number, eventTime: number): number {
		if (this.#slots.size === MOST_RESULTS || this.#places.size > MOST_RECORDS) this.flush();
		const at = this.#slots.size;
		const slot = this.#parts.slots.take(this.#parts.slots.groupOf(groupSlot));
		this.#slots.push(slot);
		this.#starts[at] = start;
		this.#ends[at] = end;
		this.#eventTimes[at] = eventTime;
		this.#ingestTimes[at] = Number.NEGATIVE_INFINITY;
		return slot;
	}

	/** What was gathered in the slot of the result that was begun last had been received by then. */
	receive(receivedMs: number): void {
		this.#ingestTimes[this.#slots.size - 1] = receivedMs;
	}

	/** A record of the result that was begun last. */
	add(place: number): void {
		const at = this.#slots.size - 1;
		this.#places.push(place);
		this.#slotsOfPlaces.push(this.#slots.values[at] as number);
		this.#ingestTimes[at] = Math.max(this.#ingestTimes[at] as number, this.#parts.rows.ingestTimes[place] as number);
	}

	/** Tells what was begun. */
	flush(): void {
		const { rows, slots } = this.#parts;
		const told = this.#slots.values.slice();
		if (told.length === 0) return;
		slots.add(rows.columns, rows.masks, this.#places.values, this.#slotsOfPlaces.values, this.#places.size, rows.eventTimes);
		this.#parts.tell(told, {
			starts: this.#starts.slice(0, told.length),
			ends: this.#ends.slice(0, told.length),
			eventTimes: this.#eventTimes.slice(0, told.length),
			ingestTimes: this.#ingestTimes.slice(0, told.length),
		});
		slots.giveBack(told);
		this.#places.clear();
		this.#slotsOfPlaces.clear();
		this.#slots.clear();
	}
}
