import { type KeyValue, KeyValues, RowStore } from "@weir/node-kit/state";
import type { ByteReader, ByteWriter, RecordBatch, RecordSchema } from "@weir/records";

/** The records of one input that are held, by key. */
export class Side {
	store: RowStore;
	readonly #keys: KeyValues;
	readonly #schema: RecordSchema;
	/** Slots in the order of event time, those of the same time in the order of arrival. */
	readonly #byKey = new Map<KeyValue, number[]>();
	/** By slot; undefined: its key is null, and nothing equals null. */
	#keyOf: (KeyValue | undefined)[] = [];
	#isPaired: boolean[] = [];
	#arrivals: number[] = [];

	constructor(schema: RecordSchema, keys: readonly string[]) {
		this.#schema = schema;
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

	/** Slots of the records with this key that happened from `fromMs` to `toMs`, in the order in which they happened. */
	partners(key: KeyValue | undefined, fromMs: number, toMs: number): readonly number[] {
		const slots = key === undefined ? undefined : this.#byKey.get(key);
		return slots === undefined ? [] : slots.slice(this.#placeOf(slots, fromMs, false), this.#placeOf(slots, toMs, true));
	}

	/** Holds a row of the batch that is followed; `arrival` numbers the rows of both sides. */
	put(row: number, key: KeyValue | undefined, arrival: number): number {
		const slot = this.store.put(row);
		this.#note(slot, key, arrival, false);
		return slot;
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
			slots.splice(slots.indexOf(slot, this.#placeOf(slots, this.#timeOf(slot), false)), 1);
			if (slots.length === 0) this.#byKey.delete(key);
		}
		this.store.free(slot);
	}

	/** Writes the records of `slots`, in this order. */
	write(writer: ByteWriter, slots: readonly number[]): void {
		this.store.write(writer, Int32Array.from(slots));
		writer.array(Uint8Array.from(slots, (slot) => (this.isPaired(slot) ? 1 : 0)));
		writer.array(Float64Array.from(slots, (slot) => this.arrivalOf(slot)));
	}

	/** Reads what `write` wrote; the records stand at slots 0, 1, 2 …, and so many there are. */
	read(reader: ByteReader): number {
		this.store = new RowStore(this.#schema);
		const n = this.store.read(reader);
		const isPaired = reader.uint8Array();
		const arrivals = reader.float64Array();
		this.#keys.follow(
			this.store.columnsOf(
				Int32Array.from({ length: n }, (_, slot) => slot),
				n,
			),
		);
		for (let slot = 0; slot < n; slot++) this.#note(slot, this.keyAt(slot), arrivals[slot] ?? 0, isPaired[slot] === 1);
		return n;
	}

	arrivalOf(slot: number): number {
		return this.#arrivals[slot] ?? 0;
	}

	#note(slot: number, key: KeyValue | undefined, arrival: number, isPaired: boolean): void {
		this.#keyOf[slot] = key;
		this.#isPaired[slot] = isPaired;
		this.#arrivals[slot] = arrival;
		if (key === undefined) return;
		const slots = this.#byKey.get(key);
		if (slots === undefined) this.#byKey.set(key, [slot]);
		else slots.splice(this.#placeOf(slots, this.#timeOf(slot), true), 0, slot);
	}

	/** How many of the slots happened before `timeMs`, or at it where `inclusive`. */
	#placeOf(slots: readonly number[], timeMs: number, inclusive: boolean): number {
		let from = 0;
		let to = slots.length;
		while (from < to) {
			const middle = (from + to) >> 1;
			const otherMs = this.#timeOf(slots[middle]);
			if (otherMs < timeMs || (inclusive && otherMs === timeMs)) from = middle + 1;
			else to = middle;
		}
		return from;
	}

	#timeOf(slot: number | undefined): number {
		return this.store.eventTimes[slot ?? 0] ?? 0;
	}
}
