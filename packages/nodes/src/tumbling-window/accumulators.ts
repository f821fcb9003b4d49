import { TextIds } from "@weir/node-kit/state";
import type { ByteReader, ByteWriter, Column, FieldType, NumberColumn, TextColumn } from "@weir/records";
import type { AggregateFunction } from "./aggregate.ts";

/** Values of one aggregate, one per slot; a slot is one group in one open window. */
export interface Accumulator {
	grow(capacity: number): void;
	/** Makes a slot ready for a new group. */
	clear(slot: number): void;
	/** Row `rows[i]` of the column goes into `slots[i]`. */
	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number, eventTimes: Float64Array): void;
	result(slots: Int32Array, n: number): Column;
	write(writer: ByteWriter, slots: Int32Array): void;
	read(reader: ByteReader, slots: Int32Array): void;
	/** Forgets texts that no slot holds any more. */
	tidy?(slots: Int32Array): void;
}

export function createAccumulator(name: AggregateFunction, type: FieldType): Accumulator {
	switch (name) {
		case "count":
			return new Count();
		case "sum":
			return new Sum(false);
		case "avg":
			return new Sum(true);
		case "min":
			return new Extreme(type, false);
		case "max":
			return new Extreme(type, true);
		case "first":
			return new Edge(type, false);
		case "last":
			return new Edge(type, true);
	}
}

function grown(from: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
	const to = new Float64Array(capacity);
	to.set(from);
	return to;
}

function gather(from: Float64Array, slots: Int32Array): Float64Array {
	return Float64Array.from(slots, (slot) => from[slot] ?? 0);
}

function scatter(from: Float64Array, to: Float64Array, slots: Int32Array): void {
	for (let i = 0; i < slots.length; i++) to[slots[i] ?? 0] = from[i] ?? 0;
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
	#counts = new Float64Array(0);

	grow(capacity: number): void {
		this.#counts = grown(this.#counts, capacity);
	}

	clear(slot: number): void {
		this.#counts[slot] = 0;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const counts = this.#counts;
		const valid = column?.valid;
		if (valid === undefined) for (let i = 0; i < n; i++) counts[slots[i] as number] = (counts[slots[i] as number] as number) + 1;
		else {
			for (let i = 0; i < n; i++) {
				const slot = slots[i] as number;
				counts[slot] = (counts[slot] as number) + (valid[rows[i] as number] as number);
			}
		}
	}

	result(slots: Int32Array, n: number): Column {
		return { type: "integer", values: gather(this.#counts, slots.subarray(0, n)) };
	}

	write(writer: ByteWriter, slots: Int32Array): void {
		writer.array(gather(this.#counts, slots));
	}

	read(reader: ByteReader, slots: Int32Array): void {
		scatter(reader.float64Array(), this.#counts, slots);
	}
}

/** Sum or average. The lost low bits are carried along (Neumaier), so that the order of records does not show in the result. */
class Sum implements Accumulator {
	readonly #isAverage: boolean;
	#sums = new Float64Array(0);
	#lost = new Float64Array(0);
	#counts = new Float64Array(0);

	constructor(isAverage: boolean) {
		this.#isAverage = isAverage;
	}

	grow(capacity: number): void {
		this.#sums = grown(this.#sums, capacity);
		this.#lost = grown(this.#lost, capacity);
		this.#counts = grown(this.#counts, capacity);
	}

	clear(slot: number): void {
		this.#sums[slot] = 0;
		this.#lost[slot] = 0;
		this.#counts[slot] = 0;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { values, valid } = column as NumberColumn;
		const sums = this.#sums;
		const lost = this.#lost;
		const counts = this.#counts;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const slot = slots[i] as number;
			const value = values[row] as number;
			const sum = sums[slot] as number;
			const next = sum + value;
			lost[slot] = (lost[slot] as number) + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum);
			sums[slot] = next;
			counts[slot] = (counts[slot] as number) + 1;
		}
	}

	result(slots: Int32Array, n: number): Column {
		const mine = slots.subarray(0, n);
		const values = Float64Array.from(mine, (slot) => {
			const sum = (this.#sums[slot] ?? 0) + (this.#lost[slot] ?? 0);
			return this.#isAverage ? sum / (this.#counts[slot] ?? 0) : sum;
		});
		return numbers("number", values, (row) => this.#counts[mine[row] ?? 0] === 0);
	}

	write(writer: ByteWriter, slots: Int32Array): void {
		writer.array(gather(this.#sums, slots)).array(gather(this.#lost, slots)).array(gather(this.#counts, slots));
	}

	read(reader: ByteReader, slots: Int32Array): void {
		scatter(reader.float64Array(), this.#sums, slots);
		scatter(reader.float64Array(), this.#lost, slots);
		scatter(reader.float64Array(), this.#counts, slots);
	}
}

/** Least or greatest. A slot without a value holds NaN, which no comparison is true for. */
class Extreme implements Accumulator {
	readonly #type: NumberColumn["type"];
	readonly #isMax: boolean;
	#values = new Float64Array(0);

	constructor(type: FieldType, isMax: boolean) {
		this.#type = type === "integer" || type === "timestamp" ? type : "number";
		this.#isMax = isMax;
	}

	grow(capacity: number): void {
		this.#values = grown(this.#values, capacity);
	}

	clear(slot: number): void {
		this.#values[slot] = Number.NaN;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { values, valid } = column as NumberColumn;
		const kept = this.#values;
		const isMax = this.#isMax;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const slot = slots[i] as number;
			const value = values[row] as number;
			const before = kept[slot] as number;
			if (isMax ? !(before >= value) : !(before <= value)) kept[slot] = value;
		}
	}

	result(slots: Int32Array, n: number): Column {
		const values = gather(this.#values, slots.subarray(0, n));
		return numbers(this.#type, values, (row) => Number.isNaN(values[row]));
	}

	write(writer: ByteWriter, slots: Int32Array): void {
		writer.array(gather(this.#values, slots));
	}

	read(reader: ByteReader, slots: Int32Array): void {
		scatter(reader.float64Array(), this.#values, slots);
	}
}

/** Value with the earliest or the latest event time; of equal times the first, or the last, to arrive. */
class Edge implements Accumulator {
	readonly #type: FieldType;
	readonly #isLast: boolean;
	#values = new Float64Array(0);
	/** NaN where there is no value yet. */
	#times = new Float64Array(0);
	#texts = new TextIds();

	constructor(type: FieldType, isLast: boolean) {
		this.#type = type;
		this.#isLast = isLast;
	}

	grow(capacity: number): void {
		this.#values = grown(this.#values, capacity);
		this.#times = grown(this.#times, capacity);
	}

	clear(slot: number): void {
		this.#times[slot] = Number.NaN;
		this.#values[slot] = 0;
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number, eventTimes: Float64Array): void {
		if (column === undefined || column.type === "json") return;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (column.valid !== undefined && column.valid[row] === 0) continue;
			const slot = slots[i] as number;
			const time = eventTimes[row] as number;
			const before = this.#times[slot] as number;
			if (this.#isLast ? before > time : before <= time) continue;
			this.#times[slot] = time;
			this.#values[slot] = column.type === "text" ? this.#idOf(column, row) : (column.values[row] as number);
		}
	}

	#idOf(column: TextColumn, row: number): number {
		const code = column.codes[row] as number;
		const known = this.#texts.follow(column)[code] ?? 0;
		return known === 0 ? this.#texts.translate(column.dictionary, code) : known - 1;
	}

	result(slots: Int32Array, n: number): Column {
		const mine = slots.subarray(0, n);
		const values = gather(this.#values, mine);
		const base = numbers("number", values, (row) => Number.isNaN(this.#times[mine[row] ?? 0]));
		const valid = base.valid === undefined ? {} : { valid: base.valid };
		if (this.#type === "text") return { type: "text", codes: Int32Array.from(values), dictionary: this.#texts, ...valid };
		if (this.#type === "boolean") return { type: "boolean", values: Uint8Array.from(values), ...valid };
		return { type: this.#type === "integer" || this.#type === "timestamp" ? this.#type : "number", values, ...valid };
	}

	tidy(slots: Int32Array): void {
		if (this.#texts.size <= 2 * slots.length + 4_096) return;
		const used = new Uint8Array(this.#texts.size);
		for (const slot of slots) used[this.#values[slot] ?? 0] = 1;
		const { ids, moved } = this.#texts.compacted(used);
		for (const slot of slots) this.#values[slot] = moved[this.#values[slot] ?? 0] ?? 0;
		this.#texts = ids;
	}

	write(writer: ByteWriter, slots: Int32Array): void {
		this.#texts.write(writer);
		writer.array(gather(this.#values, slots)).array(gather(this.#times, slots));
	}

	read(reader: ByteReader, slots: Int32Array): void {
		this.#texts = TextIds.read(reader);
		scatter(reader.float64Array(), this.#values, slots);
		scatter(reader.float64Array(), this.#times, slots);
	}
}
