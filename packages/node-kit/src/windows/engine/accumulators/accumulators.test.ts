import type { Column } from "@weir/records";
import { describe, expect, it } from "vitest";
import { type Aggregate, aggregatesField, SKETCH_ERROR } from "../../aggregate.ts";
import { Slots } from "../slots.ts";

const INPUT = { fields: [{ name: "litres", type: "number" as const }] };

function slotsFor(aggregate: { function: Aggregate["function"]; percent?: number }): Slots {
	return new Slots([], aggregatesField.parse([{ field: "litres", ...aggregate }]), INPUT);
}

function add(slots: Slots, slot: number, values: readonly number[]): void {
	const column: Column = { type: "number", values: Float64Array.from(values) };
	const rows = Int32Array.from(values, (_, i) => i);
	slots.add([column], [undefined], rows, new Int32Array(values.length).fill(slot), values.length, new Float64Array(values.length));
}

function resultOf(slots: Slots, slot: number): number | undefined {
	const [column] = slots.results(Int32Array.of(slot)).aggregates;
	return column?.type === "number" || column?.type === "integer" ? column.values[0] : undefined;
}

function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

describe("aggregates", () => {
	it("find the spread of large values that lie near each other, in one part or put together from two", () => {
		const slots = slotsFor({ function: "variance" });
		const [whole, left, right] = [slots.take(0), slots.take(0), slots.take(0)];
		const values = [4, 7, 13, 16].map((value) => value + 1e9);
		add(slots, whole, values);
		add(slots, left, values.slice(0, 1));
		add(slots, right, values.slice(1));
		slots.merge(Int32Array.of(right), Int32Array.of(left), 1);
		expect([resultOf(slots, whole), resultOf(slots, left)]).toEqual([30, 30]);
	});

	it.each([
		["even", (random: () => number) => random() * 1_000],
		["steep", (random: () => number) => Math.exp(random() * 20 - 10)],
		["on both sides of zero", (random: () => number) => (random() < 0.2 ? 0 : (random() - 0.5) * 100)],
	])("say an approximate percentile within their error of values that are %s, in parts and in any order", (_name, draw) => {
		const random = randomOf(11);
		const values = Array.from({ length: 3_000 }, () => draw(random));
		const sorted = [...values].sort((a, b) => a - b);
		for (const percent of [0, 1, 25, 50, 90, 99, 100]) {
			const slots = slotsFor({ function: "approximate_percentile", percent });
			const [first, second] = [slots.take(0), slots.take(0)];
			add(slots, first, values.slice(0, 1_000).reverse());
			add(slots, second, values.slice(1_000));
			slots.merge(Int32Array.of(second), Int32Array.of(first), 1);
			const exact = sorted[Math.floor((percent / 100) * (values.length - 1))] ?? 0;
			expect(Math.abs((resultOf(slots, first) ?? 0) - exact)).toBeLessThanOrEqual(Math.abs(exact) * SKETCH_ERROR * (1 + 1e-9));
		}
	});

	it("use the memory of slots that were given back", () => {
		const slots = slotsFor({ function: "median" });
		const random = randomOf(3);
		let bytes = 0;
		for (let round = 0; round < 50; round++) {
			const taken = Int32Array.from({ length: 40 }, () => slots.take(0));
			for (const slot of taken) {
				add(
					slots,
					slot,
					Array.from({ length: 1 + ((slot * 7) % 60) }, () => random()),
				);
			}
			slots.giveBack(taken);
			if (round === 0) bytes = slots.bytes;
		}
		expect(slots.bytes).toBeLessThanOrEqual(bytes * 2);
	});
});
