import type { Operator, OperatorContext } from "@weir/node-kit";
import { aBatch, type RecordBatch, type Row, rowsOf } from "@weir/records";
import { describe, expect, it } from "vitest";
import { definition } from "./definition.ts";
import { createOperator } from "./operator.ts";

const input = {
	fields: [
		{ name: "pump", type: "text" as const },
		{ name: "litres", type: "number" as const },
		{ name: "state", type: "text" as const },
		{ name: "at", type: "timestamp" as const },
	],
};

const config = definition.config.parse({
	sizeMs: 100,
	groupBy: ["pump"],
	aggregates: [
		{ function: "count" },
		{ function: "sum", field: "litres" },
		{ function: "min", field: "litres" },
		{ function: "max", field: "litres" },
		{ function: "last", field: "state" },
	],
	allowedLatenessMs: 30,
});

function open(): Operator {
	const { schemas } = definition.outputSchema(config, input);
	const context: OperatorContext = { input, outputs: schemas, seed: 1, reject: () => {}, count: () => {} };
	return createOperator(config, context);
}

function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
		return (state >>> 0) / 4_294_967_296;
	};
}

interface Reading {
	readonly pump: string | null;
	readonly litres: number | null;
	readonly state: string;
	readonly at: number;
}

/** Sums up by the book: all records that were not late, window by window. */
class Oracle {
	readonly #panes = new Map<string, { start: number; pump: string | null; readings: Reading[] }>();
	late = 0;

	add(reading: Reading, watermark: number): void {
		const start = Math.floor(reading.at / 100) * 100;
		if (watermark >= start + 130) {
			this.late += 1;
			return;
		}
		const key = `${start} ${JSON.stringify(reading.pump)}`;
		const pane = this.#panes.get(key) ?? { start, pump: reading.pump, readings: [] };
		pane.readings.push(reading);
		this.#panes.set(key, pane);
	}

	rows(): Row[] {
		return [...this.#panes.values()].map(({ start, pump, readings }) => {
			const litres = readings.flatMap((reading) => (reading.litres === null ? [] : [reading.litres]));
			const last = readings.reduce((best, reading) => (reading.at >= best.at ? reading : best));
			return {
				window_start: start,
				window_end: start + 100,
				pump,
				count: readings.length,
				sum_litres: litres.length === 0 ? null : litres.reduce((sum, value) => sum + value, 0),
				min_litres: litres.length === 0 ? null : Math.min(...litres),
				max_litres: litres.length === 0 ? null : Math.max(...litres),
				last_state: last.state,
			};
		});
	}
}

function sorted(rows: readonly Row[]): Row[] {
	const place = (row: Row) => `${String(row.window_start).padStart(9, "0")} ${JSON.stringify(row.pump)}`;
	return [...rows].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

describe("a tumbling window", () => {
	it.each([1, 2, 3, 4])("sums up a disordered stream as the book does, restored again and again (seed %i)", (seed) => {
		const random = randomOf(seed);
		const oracle = new Oracle();
		const came: Row[] = [];
		let late = 0;
		const emit = (port: string, batch: RecordBatch) => {
			if (port === "late") late += batch.selected;
			else came.push(...rowsOf(batch));
		};
		let operator = open();
		let watermark = Number.NEGATIVE_INFINITY;
		for (let step = 0; step < 80; step++) {
			const readings = Array.from(
				{ length: Math.floor(random() * 40) },
				(): Reading => ({
					pump: random() < 0.05 ? null : `pump-${Math.floor(random() * 12)}`,
					// Quarters add up exactly in any order.
					litres: random() < 0.1 ? null : Math.floor(random() * 400) / 4,
					state: `s${Math.floor(random() * 5)}`,
					at: Math.max(0, step * 25 + Math.floor((random() - 0.6) * 400)),
				}),
			);
			for (const reading of readings) oracle.add(reading, watermark);
			operator.onBatch(
				aBatch(
					input,
					readings.map((reading) => ({ ...reading })),
					{ eventTime: "at", watermark },
				),
				emit,
			);
			watermark = step * 25 - 40;
			operator.onWatermark?.(watermark, emit);
			if (step % 3 !== 0) continue;
			const snapshot = operator.snapshot?.() ?? new Uint8Array();
			operator = open();
			operator.restore?.(snapshot);
		}
		operator.onWatermark?.(Number.POSITIVE_INFINITY, emit);
		expect(late).toBe(oracle.late);
		expect(late).toBeGreaterThan(50);
		expect(sorted(came)).toEqual(sorted(oracle.rows()));
	});

	it("gives results of windows that close together oldest first, and is never late for a node behind", () => {
		const operator = open();
		const starts: number[] = [];
		const watermarks: number[] = [];
		const emit = (_port: string, batch: RecordBatch) => {
			for (const row of rowsOf(batch)) starts.push(Number(row.window_start));
			watermarks.push(...batch.watermarks);
		};
		const readings = [350, 50, 250, 150].map((at) => ({ pump: "north", litres: 1, state: "s", at }));
		operator.onBatch(aBatch(input, readings, { eventTime: "at" }), emit);
		operator.onWatermark?.(200, emit);
		operator.onWatermark?.(1_000, emit);
		expect(starts).toEqual([0, 100, 200, 300]);
		// Told so far: nothing at the first close, 200 − 30 at the second.
		expect(watermarks).toEqual([Number.NEGATIVE_INFINITY, 170, 170, 170]);
		expect(operator.watermarkDelayMs).toBe(30);
	});

	it("keeps no group whose windows have closed, however many go by", () => {
		const operator = open();
		for (let step = 0; step < 60; step++) {
			const readings = Array.from({ length: 3_000 }, (_, i) => ({
				pump: `pump-${step}-${i}`,
				litres: 1,
				state: `s${step}-${i}`,
				at: step * 100,
			}));
			operator.onBatch(aBatch(input, readings, { eventTime: "at" }), () => {});
			operator.onWatermark?.(step * 100, () => {});
		}
		operator.onWatermark?.(1e6, () => {});
		expect(operator.snapshot?.().length).toBeLessThan(1_500);
	});

	it("refuses windows of another length", () => {
		const other = createOperator({ ...config, sizeMs: 200 }, { input, outputs: {}, seed: 1, reject: () => {}, count: () => {} });
		expect(() => other.restore?.(open().snapshot?.() ?? new Uint8Array())).toThrow("another length");
	});
});
