import type { ByteReader, ByteWriter, Column, FieldType } from "@weir/records";
import { Blocks } from "../blocks.ts";
import type { SlotMemory } from "../slot-memory.ts";
import type { Accumulator } from "./accumulator.ts";
import { placeOf } from "./number-set.ts";
import { Values } from "./values.ts";

/** Different values, counted exactly. Keeps each once, in a hash table per slot. */
export class Distinct implements Accumulator {
	readonly #blocks: Blocks;
	readonly #values: Values;

	constructor(memory: SlotMemory, offset: number, type: FieldType) {
		this.#blocks = new Blocks(memory, offset);
		this.#values = new Values(type);
	}

	clear(slot: number): void {
		this.#blocks.clear(slot);
	}

	#put(slot: number, value: number): void {
		const blocks = this.#blocks;
		const size = blocks.sizeOf(slot);
		const room = blocks.roomOf(slot);
		if ((size + 1) * 4 > room * 3) this.#rebuild(slot, room * 2);
		const place = placeOf(blocks.numbers, blocks.startOf(slot), blocks.roomOf(slot), value);
		if (blocks.numbers[place] === value) return;
		blocks.numbers[place] = value;
		blocks.setSize(slot, size + 1);
	}

	#rebuild(slot: number, room: number, moved?: Int32Array): void {
		const blocks = this.#blocks;
		const size = blocks.sizeOf(slot);
		const had = blocks.renew(slot, room, Number.NaN);
		for (const value of had) {
			if (Number.isNaN(value)) continue;
			const now = moved === undefined ? value : (moved[value] as number);
			blocks.numbers[placeOf(blocks.numbers, blocks.startOf(slot), blocks.roomOf(slot), now)] = now;
		}
		blocks.setSize(slot, size);
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		if (column === undefined || column.type === "json") return;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (column.valid !== undefined && column.valid[row] === 0) continue;
			// Adding 0 turns −0 into 0.
			this.#put(slots[i] as number, this.#values.numberAt(column, row) + 0);
		}
	}

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const blocks = this.#blocks;
		for (let i = 0; i < n; i++) {
			const source = from[i] as number;
			const room = blocks.roomOf(source);
			for (let k = 0; k < room; k++) {
				const value = blocks.numbers[blocks.startOf(source) + k] as number;
				if (!Number.isNaN(value)) this.#put(into[i] as number, value);
			}
		}
	}

	result(slots: Int32Array): Column {
		return { type: "integer", values: Float64Array.from(slots, (slot) => this.#blocks.sizeOf(slot)) };
	}

	get bytes(): number {
		return this.#blocks.numbers.byteLength;
	}

	release(slot: number): void {
		this.#blocks.release(slot);
	}

	get textCount(): number {
		return this.#values.textCount;
	}

	tidy(slots: Int32Array): void {
		if (this.#values.textCount === 0) return;
		const blocks = this.#blocks;
		const used = new Uint8Array(this.#values.textCount);
		for (const slot of slots) {
			for (let k = 0; k < blocks.roomOf(slot); k++) {
				const id = blocks.numbers[blocks.startOf(slot) + k] as number;
				if (!Number.isNaN(id)) used[id] = 1;
			}
		}
		this.renumber(slots, this.#values.forget(used));
	}

	renumber(slots: Int32Array, moved: Int32Array): void {
		if (this.#values.type !== "text") return;
		const blocks = this.#blocks;
		for (const slot of slots) if (blocks.roomOf(slot) > 0) this.#rebuild(slot, blocks.roomOf(slot), moved);
	}

	readMoreTexts(reader: ByteReader): Int32Array {
		return this.#values.readMore(reader);
	}

	write(writer: ByteWriter, slots: Int32Array): void {
		this.#blocks.write(writer, slots);
	}

	read(reader: ByteReader, slots: Int32Array): void {
		this.#blocks.read(reader, slots);
	}

	writeTexts(writer: ByteWriter, from: number): void {
		this.#values.write(writer, from);
	}

	readTexts(reader: ByteReader): void {
		this.#values.read(reader);
	}
}
