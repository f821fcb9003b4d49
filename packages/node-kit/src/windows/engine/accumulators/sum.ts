import type { Column, NumberColumn } from "@weir/records";
import type { SlotMemory } from "../slot-memory.ts";
import { type Accumulator, numbersWhere } from "./accumulator.ts";

/** Sum or average. The lost low bits are carried along (Neumaier), so that the order of records does not show in the result. Keeps sum, lost, count. */
export class Sum implements Accumulator {
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

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const { numbers: kept, stride } = this.#memory;
		for (let i = 0; i < n; i++) {
			const source = (from[i] as number) * stride + this.#offset;
			const at = (into[i] as number) * stride + this.#offset;
			const value = kept[source] as number;
			const sum = kept[at] as number;
			const next = sum + value;
			const lost = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
			kept[at] = next;
			kept[at + 1] = (kept[at + 1] as number) + lost + (kept[source + 1] as number);
			kept[at + 2] = (kept[at + 2] as number) + (kept[source + 2] as number);
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
		return numbersWhere("number", values, (row) => counts[row] === 0);
	}
}
