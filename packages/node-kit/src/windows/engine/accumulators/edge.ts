import type { ByteReader, ByteWriter, Column, FieldType } from "@weir/records";
import type { SlotMemory } from "../slot-memory.ts";
import { type Accumulator, numbersWhere } from "./accumulator.ts";
import { Values } from "./values.ts";

/** Value with the earliest or the latest event time; of equal times the first, or the last, to arrive. Keeps value and time, NaN where there is none yet. */
export class Edge implements Accumulator {
	readonly #memory: SlotMemory;
	readonly #offset: number;
	readonly #isLast: boolean;
	readonly #values: Values;

	constructor(memory: SlotMemory, offset: number, type: FieldType, isLast: boolean) {
		this.#memory = memory;
		this.#offset = offset;
		this.#isLast = isLast;
		this.#values = new Values(type);
	}

	clear(slot: number): void {
		const at = slot * this.#memory.stride + this.#offset;
		this.#memory.numbers[at] = 0;
		this.#memory.numbers[at + 1] = Number.NaN;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number, eventTimes: Float64Array): void {
		if (column === undefined || column.type === "json") return;
		const { numbers: kept, stride } = this.#memory;
		const values = this.#values;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (column.valid !== undefined && column.valid[row] === 0) continue;
			const at = (slots[i] as number) * stride + this.#offset;
			const time = eventTimes[row] as number;
			const before = kept[at + 1] as number;
			if (this.#isLast ? before > time : before <= time) continue;
			kept[at] = values.numberAt(column, row);
			kept[at + 1] = time;
		}
	}

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const { numbers: kept, stride } = this.#memory;
		for (let i = 0; i < n; i++) {
			const source = (from[i] as number) * stride + this.#offset;
			const time = kept[source + 1] as number;
			if (Number.isNaN(time)) continue;
			const at = (into[i] as number) * stride + this.#offset;
			const before = kept[at + 1] as number;
			if (this.#isLast ? before > time : before <= time) continue;
			kept[at] = kept[source] as number;
			kept[at + 1] = time;
		}
	}

	result(slots: Int32Array): Column {
		const values = this.#memory.gather(slots, this.#offset);
		const times = this.#memory.gather(slots, this.#offset + 1);
		const { valid } = numbersWhere("number", values, (row) => Number.isNaN(times[row]));
		return this.#values.columnOf(values, valid);
	}

	get textCount(): number {
		return this.#values.textCount;
	}

	tidy(slots: Int32Array): void {
		const held = this.#memory.gather(slots, this.#offset);
		const used = new Uint8Array(this.#values.textCount);
		for (const id of held) used[id] = 1;
		this.renumber(slots, this.#values.forget(used));
	}

	renumber(slots: Int32Array, moved: Int32Array): void {
		if (this.#values.type !== "text") return;
		const held = this.#memory.gather(slots, this.#offset);
		for (let i = 0; i < held.length; i++) held[i] = Math.max(moved[held[i] as number] ?? 0, 0);
		this.#memory.scatter(held, slots, this.#offset);
	}

	readMoreTexts(reader: ByteReader): Int32Array {
		return this.#values.readMore(reader);
	}

	writeTexts(writer: ByteWriter, from: number): void {
		this.#values.write(writer, from);
	}

	readTexts(reader: ByteReader): void {
		this.#values.read(reader);
	}
}
