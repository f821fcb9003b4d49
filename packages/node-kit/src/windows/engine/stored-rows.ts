import { WeirError } from "@weir/errors";
import type { ByteReader, ByteWriter, Column, RecordBatch, RecordSchema } from "@weir/records";
import { TimeHeap } from "../../state/index.ts";
import type { Aggregate } from "../aggregate.ts";
import type { Mask } from "./filters.ts";
import { larger, StoredColumn, scatter } from "./stored-column.ts";

/** Rows above this take gigabytes: stop and say so, before the machine does. */
const MOST_ROWS = 5_000_000;
const SPARE_TEXTS = 1_024;

/**
 * Records that open windows need one by one: first those that wait until event time has passed them, so that they are taken in its order whatever
 * order they came in, then those that a window still looks back on. A record has a place from `put` until `free`.
 */
export class StoredRows {
	readonly #fields: readonly { readonly index: number; readonly stored: StoredColumn }[];
	/** Which of the fields each aggregate takes. */
	readonly #fieldOf: readonly number[];
	readonly #masks: (Uint8Array | undefined)[];
	readonly #waiting = new TimeHeap();
	#storedTexts: readonly number[] = [];
	#capacity = 0;
	#next = 0;
	readonly #free: number[] = [];
	#rows = new Int32Array(0);
	#places = new Int32Array(0);
	/** Texts got new numbers since they were stored. */
	isRenumbered = false;
	eventTimes = new Float64Array(0);
	ingestTimes = new Float64Array(0);
	/** The slot of the record's group. */
	slotOf = new Int32Array(0);

	/** Keeps of a record what the aggregates and the conditions, empty texts for none, say of it. */
	constructor(aggregates: readonly Aggregate[], input: RecordSchema, conditions: readonly string[]) {
		const names = [...new Set(aggregates.map(({ field }) => field))].filter((name) => name !== "");
		this.#fields = names.map((name) => {
			const index = input.fields.findIndex((field) => field.name === name);
			return { index, stored: new StoredColumn(input.fields[index]?.type ?? "number") };
		});
		this.#fieldOf = aggregates.map(({ field }) => names.indexOf(field));
		this.#masks = conditions.map((text) => (text.trim() === "" ? undefined : new Uint8Array(0)));
		this.#grow(64);
	}

	get size(): number {
		return this.#next - this.#free.length;
	}

	/** About how many bytes of memory the records take. */
	get bytes(): number {
		return this.#capacity * (32 + 9 * this.#fields.length) + this.#fields.reduce((sum, { stored }) => sum + stored.textCount * 60, 0);
	}

	/** One column per aggregate, whose rows are the places; good until the next `put`. */
	get columns(): readonly (Column | undefined)[] {
		const columns = this.#fields.map(({ stored }) => stored.column);
		return this.#fieldOf.map((field) => columns[field]);
	}

	/** One per condition. */
	get masks(): readonly Mask[] {
		return this.#masks;
	}

	#grow(places: number): void {
		this.#capacity = places;
		this.eventTimes = larger(this.eventTimes, new Float64Array(places));
		this.ingestTimes = larger(this.ingestTimes, new Float64Array(places));
		this.slotOf = larger(this.slotOf, new Int32Array(places));
		this.#masks.forEach((mask, k) => {
			if (mask !== undefined) this.#masks[k] = larger(mask, new Uint8Array(places));
		});
		for (const { stored } of this.#fields) stored.grow(places);
	}

	/** Keeps the rows `rows[0 … n − 1]` of a batch, which wait until they are taken; `slots[i]` is the slot of the group of row i. */
	put(batch: RecordBatch, rows: Int32Array, slots: Int32Array, n: number, masks: readonly Mask[]): void {
		this.#reserve(n);
		const places = this.#places;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			const place = places[i] as number;
			this.eventTimes[place] = batch.eventTimes[row] as number;
			this.ingestTimes[place] = batch.ingestTimes[row] as number;
			this.slotOf[place] = slots[i] as number;
			this.#waiting.put(batch.eventTimes[row] as number, place);
		}
		this.#masks.forEach((stored, k) => {
			const mask = masks[k];
			if (stored === undefined || mask === undefined) return;
			for (let i = 0; i < n; i++) stored[places[i] as number] = mask[rows[i] as number] as number;
		});
		for (const { index, stored } of this.#fields) {
			const column = batch.columns[index];
			if (column !== undefined) stored.put(column, rows, places, n);
		}
	}

	/** Where the `n` records that were put last stand. */
	lastPlaces(n: number): Int32Array {
		return this.#places.subarray(0, n);
	}

	/** Makes room for `n` more; `#places` says where. */
	#reserve(n: number): void {
		if (this.size + n > MOST_ROWS) {
			throw new WeirError(
				"STATE_TOO_LARGE",
				`Open windows hold more than ${MOST_ROWS.toLocaleString("en")} records; choose shorter windows or a shorter wait for late records.`,
			);
		}
		if (this.size + n > this.#capacity) this.#grow((this.size + n) * 2);
		if (this.#places.length < n) this.#places = new Int32Array(n * 2);
		for (let i = 0; i < n; i++) this.#places[i] = this.#free.pop() ?? this.#next++;
	}

	/** Places of the records that event time has passed, earliest first, of equal times in order of arrival; good until the next call. */
	takeBefore(until: number): Int32Array {
		let n = 0;
		while (this.#waiting.earliest < until) {
			if (n === this.#rows.length) this.#rows = larger(this.#rows, new Int32Array(n * 2 + 64));
			this.#rows[n++] = this.#waiting.take();
		}
		return this.#rows.subarray(0, n);
	}

	free(place: number): void {
		this.#free.push(place);
	}

	/** Forgets texts that no record has any more, when they have become many. */
	tidy(): void {
		const most = 2 * this.size + SPARE_TEXTS;
		if (!this.#fields.some(({ stored }) => stored.textCount > most)) return;
		const isFree = new Uint8Array(this.#next);
		for (const place of this.#free) isFree[place] = 1;
		const used = Int32Array.from({ length: this.#next }, (_, place) => place).filter((place) => isFree[place] === 0);
		for (const { stored } of this.#fields) if (stored.textCount > most) stored.forgetTexts(used);
		this.isRenumbered = true;
	}

	/** Places of the waiting records, in the order in which they will be taken. */
	get waiting(): Int32Array {
		return Int32Array.from(this.#waiting.inOrder(), ([, place]) => place);
	}

	/** What there is now has been stored: `writeLast` writes just the texts that came since. */
	noteStored(): void {
		this.#storedTexts = this.#fields.map(({ stored }) => stored.textCount);
		this.isRenumbered = false;
	}

	/** Writes the `n` records that were put last. */
	writeLast(writer: ByteWriter, n: number): void {
		this.#write(writer, this.#places.slice(0, n), this.#storedTexts);
		this.#storedTexts = this.#fields.map(({ stored }) => stored.textCount);
	}

	/** Puts the records that `writeLast` wrote; `slots` are those of their groups. */
	readLast(reader: ByteReader, slots: Int32Array): void {
		this.#reserve(slots.length);
		const places = this.#places.slice(0, slots.length);
		this.#read(reader, places, slots);
		for (const place of places) this.#waiting.put(this.eventTimes[place] as number, place);
	}

	/** Writes records that are kept at `places` and some of those that wait, in the order in which they will be taken. */
	write(writer: ByteWriter, places: Int32Array, waiting: Int32Array): void {
		const all = new Int32Array(places.length + waiting.length);
		all.set(places);
		all.set(waiting, places.length);
		writer.u32(places.length);
		this.#write(writer, all, []);
	}

	/** Reads what `write` wrote, beside what is there; `slots` are those of the groups, in the same order. Answers the places of those that do not wait. */
	read(reader: ByteReader, slots: Int32Array): Int32Array {
		const kept = reader.u32();
		this.#reserve(slots.length);
		const places = this.#places.slice(0, slots.length);
		this.#read(reader, places, slots, true);
		for (const place of places.subarray(kept)) this.#waiting.put(this.eventTimes[place] as number, place);
		return places.subarray(0, kept);
	}

	#write(writer: ByteWriter, places: Int32Array, textsFrom: readonly number[]): void {
		writer.array(Float64Array.from(places, (place) => this.eventTimes[place] as number));
		writer.array(Float64Array.from(places, (place) => this.ingestTimes[place] as number));
		for (const mask of this.#masks) if (mask !== undefined) writer.array(Uint8Array.from(places, (place) => mask[place] as number));
		this.#fields.forEach(({ stored }, i) => {
			stored.write(writer, places, textsFrom[i] ?? 0);
		});
	}

	#read(reader: ByteReader, places: Int32Array, slots: Int32Array, isWhole = false): void {
		scatter(this.slotOf, slots, places);
		scatter(this.eventTimes, reader.float64Array(), places);
		scatter(this.ingestTimes, reader.float64Array(), places);
		for (const mask of this.#masks) if (mask !== undefined) scatter(mask, reader.uint8Array(), places);
		for (const { stored } of this.#fields) stored.read(reader, places, isWhole);
	}
}
