import type { ByteReader, ByteWriter } from "@weir/records";
import { TimeHeap } from "../../state/index.ts";
import type { OrderedKind, OrderedParts } from "./ordered.ts";
import { ROWS_PER_BATCH } from "./results.ts";

/** What a group keeps in its slot: its number, and of its session that event time has surely passed into, if any, whether there is one, first and last event time, records, and latest time of receipt. */
export const CORRECTED_SESSION_NUMBERS = 6;
const GROUP = 0;
const IS_OPEN = 1;
const FIRST = 2;
const LAST = 3;
const RECORDS = 4;
const RECEIVED = 5;

/** A session as all records make it that are here. */
interface Session {
	readonly start: number;
	last: number;
	records: number;
	receivedMs: number;
	/** It goes on from what the slot has gathered. */
	readonly isFromSlot: boolean;
	readonly places: number[];
}

/** What was told last of the session that begins at a moment. */
interface Told {
	readonly start: number;
	end: number;
	records: number;
	receivedMs: number;
	revision: number;
	/** There is no such session any more: a record has joined it to the one before. */
	isRetracted: boolean;
}

interface Change {
	readonly slot: number;
	readonly told: Told;
	/** Undefined: retracted. */
	readonly session: Session | undefined;
}

/**
 * Sessions that are told as soon as they end, and once more when a late record has changed them. Records stay single for as long as others may still
 * come before them; only then do they go into the sums of their group's slot. What is told is found by walking over both and comparing it with what
 * was told before: a session that is new or has more records is told with its next revision, one whose beginning begins none any more is retracted.
 */
export class CorrectedSessions implements OrderedKind {
	readonly #parts: OrderedParts;
	readonly #gapMs: number;
	readonly #mostMs: number;
	/** By slot: places of the records that wait, in the order of time. */
	readonly #waiting = new Map<number, number[]>();
	/** By slot, in no order. */
	readonly #told = new Map<number, Told[]>();
	/** Slots to look at: at the latest when the next session of theirs ends. */
	readonly #due = new TimeHeap();
	readonly #dueOf = new Map<number, number>();
	/** Slots of which a told session may have changed. */
	readonly #touched = new Set<number>();
	/** Ends of the sessions in slots, each at or before it. */
	readonly #ends = new TimeHeap();
	#groups = 0;
	#gathered: number[] = [];

	constructor(parts: OrderedParts, gapMs: number, mostMs: number) {
		this.#parts = parts;
		this.#gapMs = gapMs;
		this.#mostMs = mostMs;
	}

	put(places: Int32Array): void {
		const { rows, slots } = this.#parts;
		for (const place of places) {
			const slot = rows.slotOf[place] as number;
			const at = this.#at(slot);
			if (slots.memory.numbers[at + GROUP] === 0) slots.memory.numbers[at + GROUP] = ++this.#groups;
			const time = rows.eventTimes[place] as number;
			const waiting = this.#waiting.get(slot) ?? [];
			this.#waiting.set(slot, waiting);
			let before = waiting.length;
			while (before > 0 && (rows.eventTimes[waiting[before - 1] as number] as number) > time) before -= 1;
			waiting.splice(before, 0, place);
			if (this.#told.get(slot)?.some(({ end }) => time < end) === true) this.#touched.add(slot);
			this.#lookAt(slot, this.#endOf(time, time));
		}
	}

	#lookAt(slot: number, time: number): void {
		if (time >= (this.#dueOf.get(slot) ?? Number.POSITIVE_INFINITY)) return;
		this.#dueOf.set(slot, time);
		this.#due.put(time, slot);
	}

	#at(slot: number): number {
		return slot * this.#parts.slots.memory.stride;
	}

	#endOf(first: number, last: number): number {
		return Math.min(last + this.#gapMs, first + this.#mostMs);
	}

	/** Event time has passed `watermark`: tells the sessions that have ended by then and were not told as they are. */
	look(watermark: number): void {
		while (this.#due.size > 0 && this.#due.earliest <= watermark) {
			const time = this.#due.earliest;
			const slot = this.#due.take();
			if (this.#dueOf.get(slot) !== time) continue;
			this.#dueOf.delete(slot);
			this.#touched.add(slot);
		}
		const changes: Change[] = [];
		for (const slot of this.#touched) this.#compare(slot, watermark, changes);
		this.#touched.clear();
		const { numbers } = this.#parts.slots.memory;
		const groupOf = ({ slot }: Change) => numbers[this.#at(slot) + GROUP] as number;
		changes.sort((a, b) => a.told.end - b.told.end || a.told.start - b.told.start || groupOf(a) - groupOf(b));
		for (let from = 0; from < changes.length; from += ROWS_PER_BATCH) this.#tell(changes.slice(from, from + ROWS_PER_BATCH));
	}

	#compare(slot: number, watermark: number, changes: Change[]): void {
		const sessions = this.#sessionsOf(slot);
		const known = this.#told.get(slot) ?? [];
		for (const session of sessions) {
			const { start, records, receivedMs } = session;
			const end = this.#endOf(start, session.last);
			if (end > watermark) {
				this.#lookAt(slot, end);
				continue;
			}
			const before = known.find((one) => one.start === start);
			if (before !== undefined && !before.isRetracted && before.records === records) continue;
			const told = before ?? { start, end, records, receivedMs, revision: -1, isRetracted: false };
			if (before === undefined) known.push(told);
			Object.assign(told, { end, records, receivedMs, revision: told.revision + 1, isRetracted: false });
			changes.push({ slot, told, session });
		}
		for (const told of known) {
			if (told.isRetracted || sessions.some(({ start }) => start === told.start)) continue;
			told.isRetracted = true;
			told.revision += 1;
			changes.push({ slot, told, session: undefined });
		}
		if (known.length > 0) this.#told.set(slot, known);
	}

	#sessionsOf(slot: number): Session[] {
		const { rows, slots } = this.#parts;
		const { numbers } = slots.memory;
		const at = this.#at(slot);
		const sessions: Session[] = [];
		if (numbers[at + IS_OPEN] === 1) {
			sessions.push({
				start: numbers[at + FIRST] as number,
				last: numbers[at + LAST] as number,
				records: numbers[at + RECORDS] as number,
				receivedMs: numbers[at + RECEIVED] as number,
				isFromSlot: true,
				places: [],
			});
		}
		for (const place of this.#waiting.get(slot) ?? []) {
			const time = rows.eventTimes[place] as number;
			const receivedMs = rows.ingestTimes[place] as number;
			const open = sessions.at(-1);
			if (open === undefined || time >= this.#endOf(open.start, open.last)) {
				sessions.push({ start: time, last: time, records: 1, receivedMs, isFromSlot: false, places: [place] });
				continue;
			}
			open.last = time;
			open.records += 1;
			open.receivedMs = Math.max(open.receivedMs, receivedMs);
			open.places.push(place);
		}
		return sessions;
	}

	/** What is told of a retracted session is what one without records would hold. */
	#tell(changes: readonly Change[]): void {
		const { rows, slots } = this.#parts;
		const into = Int32Array.from(changes, ({ slot }) => slots.take(slots.groupOf(slot)));
		const from: number[] = [];
		const to: number[] = [];
		const places: number[] = [];
		const slotsOfPlaces: number[] = [];
		changes.forEach(({ slot, session }, i) => {
			if (session === undefined) return;
			if (session.isFromSlot) {
				from.push(slot);
				to.push(into[i] as number);
			}
			for (const place of session.places) {
				places.push(place);
				slotsOfPlaces.push(into[i] as number);
			}
		});
		slots.merge(Int32Array.from(from), Int32Array.from(to), from.length);
		slots.add(rows.columns, rows.masks, Int32Array.from(places), Int32Array.from(slotsOfPlaces), places.length, rows.eventTimes);
		const ends = Float64Array.from(changes, ({ told }) => told.end);
		this.#parts.tell(into, {
			starts: Float64Array.from(changes, ({ told }) => told.start),
			ends,
			revisions: Float64Array.from(changes, ({ told }) => told.revision),
			isRetracted: Uint8Array.from(changes, ({ told }) => (told.isRetracted ? 1 : 0)),
			eventTimes: ends.map((end) => end - 1),
			ingestTimes: Float64Array.from(changes, ({ told }) => told.receivedMs),
		});
		slots.giveBack(into);
	}

	/** Nobody comes any more before these records: they go into the sums. All that ended by then was told. */
	take(places: Int32Array, until: number): void {
		const { rows, slots, groups } = this.#parts;
		const { memory } = slots;
		for (const place of places) {
			const slot = rows.slotOf[place] as number;
			const at = this.#at(slot);
			const time = rows.eventTimes[place] as number;
			if (memory.numbers[at + IS_OPEN] === 1 && time >= this.#endOfSlot(slot)) this.#close(slot);
			const { numbers } = memory;
			if (numbers[at + IS_OPEN] !== 1) {
				groups.hold(slots.groupOf(slot));
				numbers[at + IS_OPEN] = 1;
				numbers[at + FIRST] = time;
				numbers[at + RECORDS] = 0;
				numbers[at + RECEIVED] = Number.NEGATIVE_INFINITY;
				this.#ends.put(this.#endOf(time, time), slot);
			}
			numbers[at + LAST] = time;
			numbers[at + RECORDS] = (numbers[at + RECORDS] as number) + 1;
			numbers[at + RECEIVED] = Math.max(numbers[at + RECEIVED] as number, rows.ingestTimes[place] as number);
			this.#waiting.get(slot)?.shift();
			this.#gathered.push(place);
		}
		while (this.#ends.size > 0 && this.#ends.earliest <= until) {
			const slot = this.#ends.take();
			if (memory.numbers[this.#at(slot) + IS_OPEN] !== 1) continue;
			const end = this.#endOfSlot(slot);
			if (end <= until) this.#close(slot);
			else this.#ends.put(end, slot);
		}
		this.#gather();
		for (const place of places) {
			const slot = rows.slotOf[place] as number;
			if (this.#waiting.get(slot)?.length === 0) this.#waiting.delete(slot);
			rows.free(place);
			groups.letGo(slot);
		}
	}

	#endOfSlot(slot: number): number {
		const { numbers } = this.#parts.slots.memory;
		const at = this.#at(slot);
		return this.#endOf(numbers[at + FIRST] as number, numbers[at + LAST] as number);
	}

	/** The session in a slot is over for good, and all that was told within it. */
	#close(slot: number): void {
		const { slots, groups } = this.#parts;
		this.#gather();
		const at = this.#at(slot);
		const { numbers } = slots.memory;
		const last = numbers[at + LAST] as number;
		const told = (this.#told.get(slot) ?? []).filter(({ start }) => start > last);
		if (told.length > 0) this.#told.set(slot, told);
		else this.#told.delete(slot);
		const group = numbers[at + GROUP] as number;
		slots.clear(slot);
		slots.memory.numbers[at + GROUP] = group;
		groups.letGo(slot);
	}

	#gather(): void {
		const { rows, slots } = this.#parts;
		const places = Int32Array.from(this.#gathered);
		const into = places.map((place) => rows.slotOf[place] as number);
		slots.add(rows.columns, rows.masks, places, into, places.length, rows.eventTimes);
		this.#gathered = [];
	}

	/** About how many bytes of memory it takes, besides the records. */
	get bytes(): number {
		return this.#parts.rows.size * 16 + this.#waiting.size * 100 + this.#told.size * 200;
	}

	kept(): Int32Array {
		return new Int32Array(0);
	}

	write(writer: ByteWriter, _kept: Int32Array, open: Int32Array): void {
		writer.f64(this.#groups);
		for (const slot of open) {
			const told = this.#told.get(slot) ?? [];
			writer.u32(told.length);
			for (const { start, end, records, receivedMs, revision, isRetracted } of told)
				writer
					.f64(start)
					.f64(end)
					.f64(records)
					.f64(receivedMs)
					.f64(revision)
					.u8(isRetracted ? 1 : 0);
		}
	}

	read(reader: ByteReader, _kept: Int32Array, open: Int32Array): void {
		this.#groups = Math.max(this.#groups, reader.f64());
		const { slots, groups, rows } = this.#parts;
		for (const slot of open) {
			const told: Told[] = [];
			for (let left = reader.u32(); left > 0; left--)
				told.push({
					start: reader.f64(),
					end: reader.f64(),
					records: reader.f64(),
					receivedMs: reader.f64(),
					revision: reader.f64(),
					isRetracted: reader.u8() === 1,
				});
			if (told.length > 0) this.#told.set(slot, told);
			// What has not changed says nothing new, however often it is looked at.
			this.#touched.add(slot);
			if (slots.memory.numbers[this.#at(slot) + IS_OPEN] !== 1) continue;
			groups.hold(slots.groupOf(slot));
			this.#ends.put(this.#endOfSlot(slot), slot);
		}
		this.#waiting.clear();
		for (const place of rows.waiting) {
			const slot = rows.slotOf[place] as number;
			const waiting = this.#waiting.get(slot) ?? [];
			this.#waiting.set(slot, waiting);
			waiting.push(place);
		}
	}
}
