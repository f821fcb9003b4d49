import type { ByteReader, ByteWriter, Column, FieldType } from "@weir/records";
import { Blocks } from "../blocks.ts";
import type { SlotMemory } from "../slot-memory.ts";
import type { Accumulator } from "./accumulator.ts";
import { Values } from "./values.ts";

const encoder = new TextEncoder();

/** The earliest values in order of event time, as a JSON array; of equal times in order of arrival. A slot's block has time and value of each. */
export class Collect implements Accumulator {
	readonly #blocks: Blocks;
	readonly #values: Values;
	readonly #most: number;

	constructor(memory: SlotMemory, offset: number, type: FieldType, most: number) {
		this.#blocks = new Blocks(memory, offset);
		this.#values = new Values(type);
		this.#most = most;
	}

	clear(slot: number): void {
		this.#blocks.clear(slot);
	}

	#put(slot: number, time: number, value: number): void {
		const blocks = this.#blocks;
		const size = blocks.sizeOf(slot);
		let start = blocks.startOf(slot);
		if (size === this.#most && (blocks.numbers[start + size * 2 - 2] as number) <= time) return;
		if (size < this.#most) {
			if ((size + 1) * 2 > blocks.roomOf(slot)) {
				blocks.enlarge(slot, (size + 1) * 2, 0);
				start = blocks.startOf(slot);
			}
			blocks.setSize(slot, size + 1);
		}
		const { numbers } = blocks;
		let place = Math.min(size, this.#most - 1);
		while (place > 0 && (numbers[start + place * 2 - 2] as number) > time) place -= 1;
		numbers.copyWithin(start + place * 2 + 2, start + place * 2, start + Math.min(size, this.#most - 1) * 2);
		numbers[start + place * 2] = time;
		numbers[start + place * 2 + 1] = value;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number, eventTimes: Float64Array): void {
		if (column === undefined || column.type === "json") return;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (column.valid !== undefined && column.valid[row] === 0) continue;
			this.#put(slots[i] as number, eventTimes[row] as number, this.#values.numberAt(column, row));
		}
	}

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const blocks = this.#blocks;
		for (let i = 0; i < n; i++) {
			const source = from[i] as number;
			for (let k = 0; k < blocks.sizeOf(source); k++) {
				const at = blocks.startOf(source) + k * 2;
				this.#put(into[i] as number, blocks.numbers[at] as number, blocks.numbers[at + 1] as number);
			}
		}
	}

	result(slots: Int32Array): Column {
		const texts = Array.from(slots, (slot) => this.#textOf(slot));
		const slab = encoder.encode(texts.join(""));
		const starts = new Int32Array(slots.length);
		const ends = new Int32Array(slots.length);
		let at = 0;
		texts.forEach((text, i) => {
			starts[i] = at;
			at += encoder.encode(text).length;
			ends[i] = at;
		});
		return { type: "json", slab, starts, ends };
	}

	#textOf(slot: number): string {
		const { numbers } = this.#blocks;
		const start = this.#blocks.startOf(slot);
		const parts: string[] = [];
		for (let k = 0; k < this.#blocks.sizeOf(slot); k++) parts.push(this.#values.jsonOf(numbers[start + k * 2 + 1] as number));
		return `[${parts.join(",")}]`;
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
		for (const place of this.#placesOf(slots)) used[blocks.numbers[place] as number] = 1;
		this.renumber(slots, this.#values.forget(used));
	}

	renumber(slots: Int32Array, moved: Int32Array): void {
		if (this.#values.type !== "text") return;
		const { numbers } = this.#blocks;
		for (const place of this.#placesOf(slots)) numbers[place] = moved[numbers[place] as number] as number;
	}

	/** Where the values of some slots stand. */
	*#placesOf(slots: Int32Array): Generator<number> {
		const blocks = this.#blocks;
		for (const slot of slots) for (let k = 0; k < blocks.sizeOf(slot); k++) yield blocks.startOf(slot) + k * 2 + 1;
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
