import { TextIds } from "@weir/node-kit/state";
import type { ByteReader, ByteWriter, Column, FieldType, NumberColumn, TextColumn } from "@weir/records";
import type { AggregateFunction } from "./aggregate.ts";

/**
 * Where all aggregates keep their numbers: `stride` of them per slot side by side, so that a row touches one or two cache lines however many
 * aggregates there are. A slot is one group in one open window.
 */
export class SlotMemory {
	readonly stride: number;
	numbers = new Float64Array(0);

	constructor(stride: number) {
		this.stride = stride;
	}

	grow(slots: number): void {
		const larger = new Float64Array(slots * this.stride);
		larger.set(this.numbers);
		this.numbers = larger;
	}

	gather(slots: Int32Array, offset: number): Float64Array {
		const { numbers, stride } = this;
		const values = new Float64Array(slots.length);
		for (let i = 0; i < slots.length; i++) values[i] = numbers[(slots[i] as number) * stride + offset] as number;
		return values;
	}

	scatter(values: Float64Array, slots: Int32Array, offset: number): void {
		for (let i = 0; i < slots.length; i++) this.numbers[(slots[i] as number) * this.stride + offset] = values[i] ?? 0;
	}
}

/** One aggregate: what it does with its numbers in the memory, which begin at its offset in every slot. */
export interface Accumulator {
	/** Makes a slot ready for a new group. */
	clear(slot: number): void;
	/** Row `rows[i]` of the column goes into `slots[i]`. */
	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number, eventTimes: Float64Array): void;
	result(slots: Int32Array): Column;
	/** Texts that are kept beside the numbers. */
	write?(writer: ByteWriter): void;
	read?(reader: ByteReader): void;
	readonly textCount?: number;
	/** Forgets texts that no slot holds any more. */
	tidy?(slots: Int32Array): void;
}

/** Numbers that a function keeps per slot. */
export function widthOf(name: AggregateFunction): number {
	switch (name) {
		case "sum":
		case "avg":
			return 3;
		case "first":
		case "last":
			return 2;
		default:
			return 1;
	}
}

export function createAccumulator(name: AggregateFunction, type: FieldType, memory: SlotMemory, offset: number): Accumulator {
	switch (name) {
		case "count":
			return new Count(memory, offset);
		case "sum":
			return new Sum(memory, offset, false);
		case "avg":
			return new Sum(memory, offset, true);
		case "min":
			return new Extreme(memory, offset, type, false);
		case "max":
			return new Extreme(memory, offset, type, true);
		case "first":
			return new Edge(memory, offset, type, false);
		case "last":
			return new Edge(memory, offset, type, true);
	}
}

/** A number column where some rows are null. */
function numbers(type: NumberColumn["type"], values: Float64Array, isNull: (row: number) => boolean): NumberColumn {
	let valid: Uint8Array | undefined;
	for (let row = 0; row < values.length; row++) {
		if (!isNull(row)) continue;
		valid ??= new Uint8Array(values.length).fill(1);
		valid[row] = 0;
		values[row] = 0;
	}
	return valid === undefined ? { type, values } : { type, values, valid };
}

class Count implements Accumulator {
	readonly #memory: SlotMemory;
	readonly #offset: number;

	constructor(memory: SlotMemory, offset: number) {
		this.#memory = memory;
		this.#offset = offset;
	}

	clear(slot: number): void {
		this.#memory.numbers[slot * this.#memory.stride + this.#offset] = 0;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { numbers: counts, stride } = this.#memory;
		const offset = this.#offset;
		const valid = column?.valid;
		for (let i = 0; i < n; i++) {
			const at = (slots[i] as number) * stride + offset;
			counts[at] = (counts[at] as number) + (valid === undefined ? 1 : (valid[rows[i] as number] as number));
		}
	}

	result(slots: Int32Array): Column {
		return { type: "integer", values: this.#memory.gather(slots, this.#offset) };
	}
}

/** Sum or average. The lost low bits are carried along (Neumaier), so that the order of records does not show in the result. Keeps sum, lost, count. */
class Sum implements Accumulator {
	readonly #memory: SlotMemory;
	readonly #offset: number;
	readonly #isAverage: boolean;

	constructor(memory: SlotMemory, offset: number, isAverage: boolean) {
		this.#memory = memory;
		this.#offset = offset;
		this.#isAverage = isAverage;
	}

	clear(slot: number): void {
		const at = slot * this.#memory.stride + this.#offset;
		const { numbers: kept } = this.#memory;
		kept[at] = 0;
		kept[at + 1] = 0;
		kept[at + 2] = 0;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { values, valid } = column as NumberColumn;
		const { numbers: kept, stride } = this.#memory;
		const offset = this.#offset;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const at = (slots[i] as number) * stride + offset;
			const value = values[row] as number;
			const sum = kept[at] as number;
			const next = sum + value;
			const lost = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
			kept[at] = next;
			kept[at + 1] = (kept[at + 1] as number) + lost;
			kept[at + 2] = (kept[at + 2] as number) + 1;
		}
	}

	result(slots: Int32Array): Column {
		const values = this.#memory.gather(slots, this.#offset);
		const lost = this.#memory.gather(slots, this.#offset + 1);
		const counts = this.#memory.gather(slots, this.#offset + 2);
		for (let i = 0; i < values.length; i++) {
			const sum = (values[i] as number) + (lost[i] as number);
			values[i] = this.#isAverage ? sum / (counts[i] as number) : sum;
		}
		return numbers("number", values, (row) => counts[row] === 0);
	}
}

/** Least or greatest. A slot without a value holds NaN, which no comparison is true for. */
class Extreme implements Accumulator {
	readonly #memory: SlotMemory;
	readonly #offset: number;
	readonly #type: NumberColumn["type"];
	readonly #isMax: boolean;

	constructor(memory: SlotMemory, offset: number, type: FieldType, isMax: boolean) {
		this.#memory = memory;
		this.#offset = offset;
		this.#type = type === "integer" || type === "timestamp" ? type : "number";
		this.#isMax = isMax;
	}

	clear(slot: number): void {
		this.#memory.numbers[slot * this.#memory.stride + this.#offset] = Number.NaN;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { values, valid } = column as NumberColumn;
		const { numbers: kept, stride } = this.#memory;
		const offset = this.#offset;
		const isMax = this.#isMax;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const at = (slots[i] as number) * stride + offset;
			const value = values[row] as number;
			const before = kept[at] as number;
			if (isMax ? !(before >= value) : !(before <= value)) kept[at] = value;
		}
	}

	result(slots: Int32Array): Column {
		const values = this.#memory.gather(slots, this.#offset);
		return numbers(this.#type, values, (row) => Number.isNaN(values[row]));
	}
}

/** Value with the earliest or the latest event time; of equal times the first, or the last, to arrive. Keeps value and time, NaN where there is none yet. */
class Edge implements Accumulator {
	readonly #memory: SlotMemory;
	readonly #offset: number;
	readonly #type: FieldType;
	readonly #isLast: boolean;
	#texts = new TextIds();

	constructor(memory: SlotMemory, offset: number, type: FieldType, isLast: boolean) {
		this.#memory = memory;
		this.#offset = offset;
		this.#type = type;
		this.#isLast = isLast;
	}

	clear(slot: number): void {
		const at = slot * this.#memory.stride + this.#offset;
		this.#memory.numbers[at] = 0;
		this.#memory.numbers[at + 1] = Number.NaN;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number, eventTimes: Float64Array): void {
		if (column === undefined || column.type === "json") return;
		const { numbers: kept, stride } = this.#memory;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (column.valid !== undefined && column.valid[row] === 0) continue;
			const at = (slots[i] as number) * stride + this.#offset;
			const time = eventTimes[row] as number;
			const before = kept[at + 1] as number;
			if (this.#isLast ? before > time : before <= time) continue;
			kept[at] = column.type === "text" ? this.#idOf(column, row) : (column.values[row] as number);
			kept[at + 1] = time;
		}
	}

	#idOf(column: TextColumn, row: number): number {
		const code = column.codes[row] as number;
		const known = this.#texts.follow(column)[code] ?? 0;
		return known === 0 ? this.#texts.translate(column.dictionary, code) : known - 1;
	}

	result(slots: Int32Array): Column {
		const values = this.#memory.gather(slots, this.#offset);
		const times = this.#memory.gather(slots, this.#offset + 1);
		const base = numbers("number", values, (row) => Number.isNaN(times[row]));
		const valid = base.valid === undefined ? {} : { valid: base.valid };
		if (this.#type === "text") return { type: "text", codes: Int32Array.from(values), dictionary: this.#texts, ...valid };
		if (this.#type === "boolean") return { type: "boolean", values: Uint8Array.from(values), ...valid };
		return { type: this.#type === "integer" || this.#type === "timestamp" ? this.#type : "number", values, ...valid };
	}

	get textCount(): number {
		return this.#texts.size;
	}

	tidy(slots: Int32Array): void {
		const held = this.#memory.gather(slots, this.#offset);
		const used = new Uint8Array(this.#texts.size);
		for (const id of held) used[id] = 1;
		const { ids, moved } = this.#texts.compacted(used);
		this.#memory.scatter(
			held.map((id) => Math.max(moved[id] ?? 0, 0)),
			slots,
			this.#offset,
		);
		this.#texts = ids;
	}

	write(writer: ByteWriter): void {
		this.#texts.write(writer);
	}

	read(reader: ByteReader): void {
		this.#texts = TextIds.read(reader);
	}
}
