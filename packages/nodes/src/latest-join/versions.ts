import { WeirError } from "@weir/errors";
import { BoundedMap, type KeyShare, type KeyValue, KeyValues, RowStore } from "@weir/node-kit/state";
import type { ByteReader, ByteWriter, RecordBatch, RecordSchema } from "@weir/records";

const NONE = -1;

/** The values of each key that a record may still ask for, by event time: the latest before the watermark, and all behind it. */
export class Versions {
	readonly store: RowStore;
	readonly #keys: KeyValues;
	readonly #known: BoundedMap<number[]>;
	readonly #maxAgeMs: number;

	constructor(schema: RecordSchema, keys: readonly string[], bounds: { readonly maxAgeMs: number; readonly maxKeys: number }) {
		this.#maxAgeMs = bounds.maxAgeMs;
		this.store = new RowStore(schema);
		this.#keys = new KeyValues(schema, keys);
		this.#known = new BoundedMap({ most: bounds.maxKeys, forgetAfterMs: bounds.maxAgeMs }, (slots) => {
			for (const slot of slots) this.store.free(slot);
		});
	}

	follow(batch: RecordBatch): void {
		this.store.follow(batch);
		this.#keys.follow(batch.columns);
	}

	/** Takes a row of the batch that is followed in; answers how many keys were given up for it. */
	put(row: number, watermark: number): number {
		if (this.#keys.hasNull(row)) return 0;
		const key = this.#keys.at(row);
		const slot = this.store.put(row);
		const slots = this.#known.get(key, watermark) ?? this.#forgotten(key);
		let at = slots.length;
		while (at > 0 && this.#timeOf(slots[at - 1]) > this.#timeOf(slot)) at -= 1;
		slots.splice(at, 0, slot);
		this.#drop(slots, watermark);
		return this.#known.set(key, slots, this.#timeOf(slots.at(-1)));
	}

	/** The slot of the value that was the latest of the key at `timeMs`; −1 where there is none that still counts. */
	at(key: KeyValue, timeMs: number): number {
		const slots = this.#known.get(key, Number.NEGATIVE_INFINITY) ?? [];
		let at = slots.length - 1;
		while (at >= 0 && this.#timeOf(slots[at]) > timeMs) at -= 1;
		const slot = slots[at] ?? NONE;
		return slot !== NONE && timeMs - this.#timeOf(slot) <= this.#maxAgeMs ? slot : NONE;
	}

	/** Nothing that happened before is asked for any more. */
	tidy(watermark: number): void {
		this.#known.tidy(watermark);
	}

	/** Of a share: its keys alone. */
	write(writer: ByteWriter, share?: KeyShare): void {
		const all: number[] = [];
		const writeSlots = (slots: readonly number[]) => {
			writer.u32(slots.length);
			all.push(...slots);
		};
		this.#known.write(writer, writeSlots, share);
		this.store.write(writer, Int32Array.from(all));
	}

	/** Reads what `write` wrote, beside what is there. */
	read(reader: ByteReader): void {
		const all: number[][] = [];
		let next = 0;
		this.#known.read(reader, () => {
			const length = reader.u32();
			if (next + length > reader.left) throw new WeirError("STATE_CORRUPT", "Stored values end before they are complete.");
			const places = Array.from({ length }, () => next++);
			all.push(places);
			return places;
		});
		const slots = this.store.read(reader);
		// The map holds these very lists.
		for (const places of all) for (let i = 0; i < places.length; i++) places[i] = slots[places[i] ?? 0] ?? 0;
	}

	/** A key that was silent for too long begins anew; what it had is let go. */
	#forgotten(key: KeyValue): number[] {
		for (const slot of this.#known.get(key, Number.NEGATIVE_INFINITY) ?? []) this.store.free(slot);
		return [];
	}

	/** Records to come happened at the watermark or later: of the values before it only the last can be asked for. */
	#drop(slots: number[], watermark: number): void {
		let old = 0;
		while (old + 1 < slots.length && this.#timeOf(slots[old + 1]) <= watermark) old += 1;
		for (const slot of slots.splice(0, old)) this.store.free(slot);
	}

	#timeOf(slot: number | undefined): number {
		return this.store.eventTimes[slot ?? 0] ?? 0;
	}
}
