import type { Column } from "@weir/records";
import type { SlotMemory } from "../slot-memory.ts";
import type { Accumulator } from "./accumulator.ts";

/** Records, or values that are not null. Keeps one number. */
export class Count implements Accumulator {
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

	merge(from: Int32Array, into: Int32Array, n: number): void {
		const { numbers: counts, stride } = this.#memory;
		for (let i = 0; i < n; i++) {
			const at = (into[i] as number) * stride + this.#offset;
			counts[at] = (counts[at] as number) + (counts[(from[i] as number) * stride + this.#offset] as number);
		}
	}

	result(slots: Int32Array): Column {
		return { type: "integer", values: this.#memory.gather(slots, this.#offset) };
	}
}
