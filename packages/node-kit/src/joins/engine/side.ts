import type { ByteReader, ByteWriter, RecordBatch, RecordSchema } from "@weir/records";
import { type KeyShare, type KeyValue, KeyValues, RowStore } from "../../state/index.ts";

/** The records of one input that are held, by key and by a place in time. */
export class Side {
	readonly store: RowStore;
	readonly #keys: KeyValues;
	/** Slots in the order of their places, those of the same place in the order of arrival. */
	readonly #byKey = new Map<KeyValue, number[]>();
	/** By slot; undefined: its key is null, and nothing equals null. */
	#keyOf: (KeyValue | undefined)[] = [];
	#isPaired: boolean[] = [];
	#arrivals: number[] = [];
	#places: number[] = [];

	constructor(schema: RecordSchema, keys: readonly string[]) {
		this.store = new RowStore(schema);
		this.#keys = new KeyValues(schema, keys);
	}

	follow(batch: RecordBatch): void {
		this.store.follow(batch);
		this.#keys.follow(batch.columns);
	}

	/** The key of a row of the batch that is followed; undefined where a part of it is null. */
	keyAt(row: number): KeyValue | undefined {
		return this.#keys.hasNull(row) ? undefined : this.#keys.at(row);
	}

	/** Slots of the records with this key that are held at the places `from` … `to`, in their order. */
	partners(key: KeyValue | undefined, from: number, to: number): readonly number[] {
		const slots = key === undefined ? undefined : this.#byKey.get(key);
		return slots === undefined ? [] : slots.slice(this.#rankOf(slots, from, false), this.#rankOf(slots, to, true));
	}

	/** Holds a row of the batch that is followed; `arrival` numbers the rows of both sides. */
	put(row: number, key: KeyValue | undefined, place: number, arrival: number): number {
		const slot = this.store.put(row);
		this.#note(slot, key, place, arrival, false);
		return slot;
	}

	placeOf(slot: number): number {
		return this.#places[slot] ?? 0;
	}

	isPaired(slot: number): boolean {
		return this.#isPaired[slot] ?? false;
	}

	pair(slot: number): void {
		this.#isPaired[slot] = true;
	}

	/** Lets a record go; its slot may be read until the next is put. */
	free(slot: number): void {
		const key = this.#keyOf[slot];
		const slots = key === undefined ? undefined : this.#byKey.get(key);
		if (slots !== undefined && key !== undefined) {
			slots.splice(slots.indexOf(slot, this.#rankOf(slots, this.placeOf(slot), false)), 1);
			if (slots.length === 0) this.#byKey.delete(key);
		}
		this.store.free(slot);
	}

	/** Writes the records of `slots`, in this order. */
	write(writer: ByteWriter, slots: readonly number[]): void {
		this.store.write(writer, Int32Array.from(slots));
		writer.array(Uint8Array.from(slots, (slot) => (this.isPaired(slot) ? 1 : 0)));
		writer.array(Float64Array.from(slots, (slot) => this.arrivalOf(slot)));
		writer.array(Float64Array.from(slots, (slot) => this.placeOf(slot)));
	}

	/** Reads what `write` wrote, beside what is there; answers the slots. `firstArrival` is added to the numbers of arrival. */
	read(reader: ByteReader, firstArrival: number): Int32Array {
		const slots = this.store.read(reader);
		const isPaired = reader.uint8Array();
		const arrivals = reader.float64Array();
		const places = reader.float64Array();
		this.#keys.follow(this.store.columnsOf(slots, slots.length));
		slots.forEach((slot, i) => {
			this.#note(slot, this.keyAt(i), places[i] ?? 0, firstArrival + (arrivals[i] ?? 0), isPaired[i] === 1);
		});
		return slots;
	}

	/** Those of the slots whose keys belong to a share. */
	ownOf(slots: readonly number[], share: KeyShare): readonly number[] {
		this.#keys.follow(this.store.columnsOf(Int32Array.from(slots), slots.length));
		return slots.filter((_slot, i) => share.owns(this.#keys.at(i)));
	}

	arrivalOf(slot: number): number {
		return this.#arrivals[slot] ?? 0;
	}

	#note(slot: number, key: KeyValue | undefined, place: number, arrival: number, isPaired: boolean): void {
		this.#keyOf[slot] = key;
		this.#places[slot] = place;
		this.#isPaired[slot] = isPaired;
		this.#arrivals[slot] = arrival;
		if (key === undefined) return;
		const slots = this.#byKey.get(key);
		if (slots === undefined) this.#byKey.set(key, [slot]);
		else slots.splice(this.#rankOf(slots, place, true), 0, slot);
	}

	/** How many of the slots are held before `place`, or at it where `inclusive`. */
	#rankOf(slots: readonly number[], place: number, inclusive: boolean): number {
		let from = 0;
		let to = slots.length;
		while (from < to) {
			const middle = (from + to) >> 1;
			const other = this.placeOf(slots[middle] ?? 0);
			if (other < place || (inclusive && other === place)) from = middle + 1;
			else to = middle;
		}
		return from;
	}
}
