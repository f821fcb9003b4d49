import { describe, expect, it } from "vitest";
import { aBatch } from "./build.ts";
import { decodeColumnFrame, encodeBatchFrames, encodeWatermarkFrame } from "./column-frame.ts";
import { createDictionary } from "./dictionary.ts";
import type { RecordSchema } from "./schema.ts";
import { select } from "./select.ts";
import { rowsOf, valueAt } from "./values.ts";

const schema: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "open", type: "boolean" },
		{ name: "at", type: "timestamp" },
		{ name: "tags", type: "json" },
	],
};
const rows = [
	{ pump: "north", litres: 1.5, open: true, at: 1000, tags: { a: [1] } },
	{ pump: "südwest", litres: null, open: false, at: 2000, tags: null },
	{ pump: null, litres: -0.25, open: null, at: null, tags: [] },
	{ pump: "north", litres: 9, open: true, at: 4000, tags: "x" },
];
const state = { producer: "job/1/0", watermark: 3000, isIdle: false };

describe("a column frame", () => {
	it("gives back every value, null, time, key and position of the rows in play", () => {
		const batch = aBatch(schema, rows, { key: "pump", times: [1000, 2000, 3000, 4000], ingestTime: 77, origin: true });
		const [encoded] = encodeBatchFrames(select(batch, Int32Array.of(1, 2, 3), 3), state);
		const frame = decodeColumnFrame(encoded?.frame ?? new Uint8Array());
		expect(encoded?.records).toBe(3);
		expect(frame).toMatchObject(state);
		if (frame.batch === undefined) throw new Error("no rows");
		const decoded = frame.batch;
		expect(decoded.schema).toEqual(schema);
		expect(rowsOf(decoded)).toEqual(rows.slice(1));
		expect([...decoded.eventTimes]).toEqual([2000, 3000, 4000]);
		expect([...decoded.ingestTimes]).toEqual([77, 77, 77]);
		expect([0, 1, 2].map((row) => decoded.keys && valueAt(decoded.keys, row))).toEqual(["südwest", null, "north"]);
		expect([0, 1, 2].map((row) => decoded.origin?.positionOf(row))).toEqual(["built/0/1-0#1", "built/0/1-0#2", "built/0/1-0#3"]);
	});

	it("carries a text column that is null throughout", () => {
		const [encoded] = encodeBatchFrames(aBatch(schema, [{ pump: null }, { pump: null }]), state);
		const { batch } = decodeColumnFrame(encoded?.frame ?? new Uint8Array());
		expect(batch && rowsOf(batch).map((row) => row.pump)).toEqual([null, null]);
	});

	it("keeps within the limit and loses no row", () => {
		const many = Array.from({ length: 5000 }, (_, i) => ({ pump: `pump-${i}`, litres: i, open: true, at: i, tags: i }));
		const frames = encodeBatchFrames(aBatch(schema, many), state, 20_000);
		expect(Math.max(...frames.map((f) => f.frame.length))).toBeLessThanOrEqual(20_000);
		expect(frames.length).toBeLessThan(40);
		expect(frames.flatMap((f) => rowsOf(decodeColumnFrame(f.frame).batch ?? aBatch(schema, [])))).toEqual(many);
	});

	it("gives a row that is larger than the limit a frame of its own", () => {
		const big = { pump: "p".repeat(5000), litres: 1, open: true, at: 1, tags: null };
		expect(encodeBatchFrames(aBatch(schema, [big, big]), state, 1000).map((f) => f.records)).toEqual([1, 1]);
	});

	it("takes codes from the dictionary it is handed", () => {
		const pumps = createDictionary();
		pumps.codeOf("seen before");
		const [encoded] = encodeBatchFrames(aBatch(schema, rows), state);
		const { batch } = decodeColumnFrame(encoded?.frame ?? new Uint8Array(), () => pumps);
		expect(batch?.columns[0]).toMatchObject({ dictionary: pumps });
		expect(pumps.size).toBe(3);
	});

	it("may carry a watermark alone", () => {
		const frame = encodeWatermarkFrame({ producer: "a", watermark: Number.POSITIVE_INFINITY, isIdle: true }, 5);
		expect(decodeColumnFrame(frame)).toEqual({ producer: "a", watermark: Number.POSITIVE_INFINITY, isIdle: true, batch: undefined });
	});

	it("refuses bytes that are cut off", () => {
		const [encoded] = encodeBatchFrames(aBatch(schema, rows), state);
		expect(() => decodeColumnFrame((encoded?.frame ?? new Uint8Array()).subarray(0, 60))).toThrow("end before");
	});
});
