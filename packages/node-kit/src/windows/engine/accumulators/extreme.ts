import type { Column, FieldType, NumberColumn } from "@weir/records";
import type { SlotMemory } from "../slot-memory.ts";
import { type Accumulator, numbersWhere } from "./accumulator.ts";

/** Least or greatest. A slot without a value holds NaN, which no comparison is true for. */
export class Extreme implements Accumulator {
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

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const { numbers: kept, stride } = this.#memory;
		for (let i = 0; i < n; i++) {
			const value = kept[(from[i] as number) * stride + this.#offset] as number;
			if (Number.isNaN(value)) continue;
			const at = (into[i] as number) * stride + this.#offset;
			const before = kept[at] as number;
			if (this.#isMax ? !(before >= value) : !(before <= value)) kept[at] = value;
		}
	}

	result(slots: Int32Array): Column {
		const values = this.#memory.gather(slots, this.#offset);
		return numbersWhere(this.#type, values, (row) => Number.isNaN(values[row]));
	}
}
