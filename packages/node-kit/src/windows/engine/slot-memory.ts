/**
 * Where all aggregates keep their numbers: `stride` of them per slot side by side, so that a row touches one or two cache lines however many
 * aggregates there are. A slot is one group in one stretch of time.
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
