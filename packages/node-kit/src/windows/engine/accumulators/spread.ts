import type { Column, NumberColumn } from "@weir/records";
import type { SlotMemory } from "../slot-memory.ts";
import { type Accumulator, numbersWhere } from "./accumulator.ts";

/**
 * Variance or standard deviation without taking large numbers from one another: Welford's update per value, and Chan, Golub and LeVeque's rule
 * for two parts. Keeps count, mean and the sum of squared distances from the mean.
 */
export class Spread implements Accumulator {
	readonly #memory: SlotMemory;
	readonly #offset: number;
	readonly #isRoot: boolean;
	/** 1: of a sample, undefined for a single value; 0: of all there is. */
	readonly #less: 0 | 1;

	constructor(memory: SlotMemory, offset: number, options: { readonly isRoot: boolean; readonly isSample: boolean }) {
		this.#memory = memory;
		this.#offset = offset;
		this.#isRoot = options.isRoot;
		this.#less = options.isSample ? 1 : 0;
	}

	clear(slot: number): void {
		const at = slot * this.#memory.stride + this.#offset;
		this.#memory.numbers.fill(0, at, at + 3);
	}

	add(column: Column | undefined, rows: Int32Array, slots: Int32Array, n: number): void {
		const { values, valid } = column as NumberColumn;
		const { numbers: kept, stride } = this.#memory;
		for (let i = 0; i < n; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const at = (slots[i] as number) * stride + this.#offset;
			const value = values[row] as number;
			const count = (kept[at] as number) + 1;
			const mean = kept[at + 1] as number;
			const away = value - mean;
			const next = mean + away / count;
			kept[at] = count;
			kept[at + 1] = next;
			kept[at + 2] = (kept[at + 2] as number) + away * (value - next);
		}
	}

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const { numbers: kept, stride } = this.#memory;
		for (let i = 0; i < n; i++) {
			const source = (from[i] as number) * stride + this.#offset;
			const more = kept[source] as number;
			if (more === 0) continue;
			const at = (into[i] as number) * stride + this.#offset;
			const before = kept[at] as number;
			const count = before + more;
			const away = (kept[source + 1] as number) - (kept[at + 1] as number);
			kept[at] = count;
			kept[at + 1] = (kept[at + 1] as number) + (away * more) / count;
			kept[at + 2] = (kept[at + 2] as number) + (kept[source + 2] as number) + (away * away * before * more) / count;
		}
	}

	result(slots: Int32Array): Column {
		const counts = this.#memory.gather(slots, this.#offset);
		const values = this.#memory.gather(slots, this.#offset + 2);
		for (let i = 0; i < values.length; i++) {
			const variance = (values[i] as number) / ((counts[i] as number) - this.#less);
			values[i] = this.#isRoot ? Math.sqrt(variance) : variance;
		}
		return numbersWhere("number", values, (row) => (counts[row] as number) <= this.#less);
	}
}
