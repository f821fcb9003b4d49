import type { ByteReader, ByteWriter } from "@weir/records";
import { TimeHeap } from "../../state/index.ts";
import type { OrderedKind, OrderedParts } from "./ordered.ts";
import { ROWS_PER_BATCH } from "./results.ts";

/** What a session keeps in its group's slot: first and last event time, latest time of receipt, and its number, 0 while there is none. */
export const SESSION_NUMBERS = 4;
const FIRST = 0;
const LAST = 1;
const RECEIVED = 2;
const NUMBER = 3;

/**
 * Windows that end by silence, at the latest after their greatest length. Every step depends on the order of event time alone: before a record is
 * taken, sessions that ended by then are told, in the order of their ends, of equal ones in that of their beginnings.
 */
export class Sessions implements OrderedKind {
	readonly #parts: OrderedParts;
	readonly #gapMs: number;
	readonly #mostMs: number;
	/** One entry a session, at or before its end. */
	readonly #ends = new TimeHeap();
	#begun = 0;
	#places = new Int32Array(0);
	#slots = new Int32Array(0);
	#gathered = 0;

	constructor(parts: OrderedParts, gapMs: number, mostMs: number) {
		this.#parts = parts;
		this.#gapMs = gapMs;
		this.#mostMs = mostMs;
	}

	take(places: Int32Array, until: number): void {
		const { rows, groups } = this.#parts;
		if (this.#places.length < places.length) {
			this.#places = new Int32Array(places.length * 2);
			this.#slots = new Int32Array(places.length * 2);
		}
		for (const place of places) {
			const time = rows.eventTimes[place] as number;
			if (this.#ends.earliest <= time) this.#close(time);
			const slot = rows.slotOf[place] as number;
			this.#lengthen(slot, time, rows.ingestTimes[place] as number);
			this.#places[this.#gathered] = place;
			this.#slots[this.#gathered++] = slot;
		}
		if (this.#ends.earliest <= until) this.#close(until);
		this.#gather();
		for (const place of places) {
			rows.free(place);
			groups.letGo(rows.slotOf[place] as number);
		}
	}

	#at(slot: number): number {
		return slot * this.#parts.slots.memory.stride;
	}

	#lengthen(slot: number, time: number, receivedMs: number): void {
		const { numbers } = this.#parts.slots.memory;
		const at = this.#at(slot);
		if (numbers[at + NUMBER] === 0) {
			this.#parts.groups.hold(this.#parts.slots.groupOf(slot));
			this.#begun += 1;
			numbers[at + NUMBER] = this.#begun;
			numbers[at + FIRST] = time;
			numbers[at + RECEIVED] = receivedMs;
			this.#ends.put(Math.min(time + this.#gapMs, time + this.#mostMs), slot);
		}
		numbers[at + LAST] = time;
		numbers[at + RECEIVED] = Math.max(numbers[at + RECEIVED] as number, receivedMs);
	}

	#endOf(slot: number): number {
		const { numbers } = this.#parts.slots.memory;
		const at = this.#at(slot);
		return Math.min((numbers[at + LAST] as number) + this.#gapMs, (numbers[at + FIRST] as number) + this.#mostMs);
	}

	/** Tells the sessions that have ended by then. */
	#close(until: number): void {
		const ended: number[] = [];
		while (this.#ends.earliest <= until) {
			const slot = this.#ends.take();
			const end = this.#endOf(slot);
			if (end <= until) ended.push(slot);
			else this.#ends.put(end, slot);
		}
		if (ended.length === 0) return;
		this.#gather();
		const { numbers } = this.#parts.slots.memory;
		const numberOf = (slot: number) => numbers[this.#at(slot) + NUMBER] as number;
		ended.sort((a, b) => this.#endOf(a) - this.#endOf(b) || numberOf(a) - numberOf(b));
		for (let from = 0; from < ended.length; from += ROWS_PER_BATCH) this.#tell(Int32Array.from(ended.slice(from, from + ROWS_PER_BATCH)));
		for (const slot of ended) {
			this.#parts.slots.clear(slot);
			this.#parts.groups.letGo(slot);
		}
	}

	#tell(slots: Int32Array): void {
		const { memory } = this.#parts.slots;
		const ends = Float64Array.from(slots, (slot) => this.#endOf(slot));
		this.#parts.tell(slots, {
			starts: memory.gather(slots, FIRST),
			ends,
			eventTimes: ends.map((end) => end - 1),
			ingestTimes: memory.gather(slots, RECEIVED),
		});
	}

	#gather(): void {
		const { rows, slots } = this.#parts;
		slots.add(rows.columns, rows.masks, this.#places, this.#slots, this.#gathered, rows.eventTimes);
		this.#gathered = 0;
	}

	kept(): Int32Array {
		return new Int32Array(0);
	}

	write(writer: ByteWriter): void {
		writer.f64(this.#begun);
	}

	read(reader: ByteReader, _kept: Int32Array, open: Int32Array): void {
		this.#begun = Math.max(this.#begun, reader.f64());
		const { slots, groups } = this.#parts;
		for (const slot of open) {
			if (slots.memory.numbers[this.#at(slot) + NUMBER] === 0) continue;
			groups.hold(slots.groupOf(slot));
			this.#ends.put(this.#endOf(slot), slot);
		}
	}
}
