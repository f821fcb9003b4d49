import { expect, it } from "vitest";
import { aBatch } from "./build.ts";
import { partitionOf } from "./hash.ts";
import { partitionRows } from "./partition.ts";
import type { RecordSchema } from "./schema.ts";
import { copyBatch, select } from "./select.ts";
import { keyTextAt, rowAsJson, rowsOf } from "./values.ts";

const schema: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "at", type: "timestamp" },
		{ name: "extra", type: "json" },
	],
};
const rows = [
	{ pump: "a", litres: 1, at: 0, extra: { b: 1 } },
	{ pump: "b", litres: null, at: 1, extra: [2] },
	{ pump: "c", litres: 3, at: 2, extra: null },
];

it("copies only the rows in play into memory of their own", () => {
	const batch = aBatch(schema, rows, { origin: true, times: [7, 8, 9] });
	const copy = copyBatch(select(batch, Int32Array.of(1, 2), 2), { withOrigin: true });
	for (const column of batch.columns) if (column.type === "number") column.values.fill(99);
	expect(rowsOf(copy)).toEqual(rows.slice(1));
	expect([...copy.eventTimes]).toEqual([8, 9]);
	expect(copy.origin?.positionOf(0)).toBe("built/0/1-0#1");
	expect(new TextDecoder().decode(copy.origin?.slab.subarray(copy.origin.starts[1], copy.origin.ends[1]))).toBe(JSON.stringify(rows[2]));
});

it("writes a row as JSON with readable times", () => {
	expect(rowAsJson(aBatch(schema, rows), 1)).toBe('{"pump":"b","litres":null,"at":"1970-01-01T00:00:00.001Z","extra":[2]}');
});

it("sends equal keys to the partition that the doors chose", () => {
	const batch = aBatch(schema, rows);
	const [pump, litres] = batch.columns;
	if (pump === undefined || litres === undefined) throw new Error("no columns");
	const out = new Int32Array(3);
	for (let again = 0; again < 2; again++) {
		partitionRows(batch, [pump], 4, out);
		expect([...out]).toEqual(["a", "b", "c"].map((key) => partitionOf(key, 4)));
	}
	partitionRows(batch, [pump, litres], 4, out);
	expect([...out]).toEqual([0, 1, 2].map((row) => partitionOf(keyTextAt([pump, litres], row), 4)));
});
