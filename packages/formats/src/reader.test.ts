import { encodeRawFrame, encodeRecord, keyTextAt, type RecordSchema, rowsOf } from "@weir/records";
import { describe, expect, it } from "vitest";
import { ByteDictionary } from "./byte-dictionary.ts";
import type { ReaderOptions, ReadFailure } from "./options.ts";
import { createReader } from "./reader.ts";

const schema: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "ts", type: "timestamp" },
	],
};

const frame = (ingestTimeMs: number, ...payloads: string[]) =>
	encodeRawFrame(
		ingestTimeMs,
		payloads.map((payload, i) => encodeRecord({ key: `device-${i}`, topic: "t", payload: new TextEncoder().encode(payload) })),
	);

function open(options: Partial<ReaderOptions> = {}) {
	const failures: ReadFailure[] = [];
	return { failures, reader: createReader({ format: "json", schema, ...options }, (failure) => failures.push(failure)) };
}

describe("a reader", () => {
	it("gathers frames into one batch with the times, watermark and place of each row", () => {
		const { reader } = open({ eventTimeField: "ts" });
		expect(reader.add(frame(5_000, '{"pump":"north","ts":100}', '{"pump":"süd","ts":300}'), "s/0/1-0", 50)).toEqual({
			records: 2,
			firstRow: 0,
			endRow: 2,
			maxEventTimeMs: 300,
		});
		expect(reader.add(frame(6_000, '{"litres":2,"ts":200}'), "s/0/2-0", 60)).toMatchObject({ firstRow: 2, endRow: 3, maxEventTimeMs: 200 });
		const batch = reader.batch();
		expect(rowsOf(batch)).toEqual([
			{ pump: "north", litres: null, ts: 100 },
			{ pump: "süd", litres: null, ts: 300 },
			{ pump: null, litres: 2, ts: 200 },
		]);
		expect([...batch.eventTimes.subarray(0, 3)]).toEqual([100, 300, 200]);
		expect([...batch.ingestTimes.subarray(0, 3)]).toEqual([5_000, 5_000, 6_000]);
		expect([...batch.watermarks.subarray(0, 3)]).toEqual([50, 50, 60]);
		expect([0, 1, 2].map((row) => batch.origin?.positionOf(row))).toEqual(["s/0/1-0#0", "s/0/1-0#1", "s/0/2-0#0"]);
		const { origin } = batch;
		expect(new TextDecoder().decode(origin?.slab.subarray(origin.starts[1], origin.ends[1]))).toBe('{"pump":"süd","ts":300}');
		expect([0, 1, 2].map((row) => batch.keys && keyTextAt([batch.keys], row))).toEqual(["device-0", "device-1", "device-0"]);
	});

	it("forgets its rows when it is cleared, and keeps the codes of its texts", () => {
		const { reader } = open();
		reader.add(frame(1, '{"pump":"north"}'), "a", 0);
		reader.clear();
		expect([reader.rows, reader.bytes]).toEqual([0, 0]);
		reader.add(frame(1, '{"pump":"south"}', '{"pump":"north"}'), "b", 0);
		expect(reader.batch().columns[0]).toMatchObject({ type: "text", codes: expect.objectContaining({ 0: 1, 1: 0 }) });
	});

	it("takes the key from its field, and sets a record without one aside", () => {
		const { reader, failures } = open({ keyField: "pump" });
		reader.add(frame(1, '{"pump":"north"}', '{"litres":1}', '{"pump":"south"}'), "a", 0);
		const batch = reader.batch();
		expect([0, 1].map((row) => batch.keys && keyTextAt([batch.keys], row))).toEqual(["north", "south"]);
		expect(failures).toMatchObject([{ code: "RECORD_SCHEMA_MISMATCH", position: "a#1", key: "device-1" }]);
		expect(new TextDecoder().decode(failures[0]?.raw)).toBe('{"litres":1}');
	});

	it("decodes only the fields that are wanted, and those that it needs itself", () => {
		const { reader } = open({ fields: ["litres"], eventTimeField: "ts" });
		reader.add(frame(1, '{"pump":7,"litres":3,"ts":9}'), "a", 0);
		expect(rowsOf(reader.batch())).toEqual([{ pump: null, litres: 3, ts: 9 }]);
	});

	it("stores or sets aside a SenML pack whole", () => {
		const { reader, failures } = open({ format: "senml", eventTimeField: "ts" });
		const good = '[{"bn":"p","bt":1777629600,"n":"litres","v":1},{"n":"ts","v":5},{"n":"litres","t":1,"v":2},{"n":"ts","t":1,"v":6}]';
		const half = '[{"bn":"p","bt":1777629600,"n":"litres","v":1},{"n":"ts","v":5},{"n":"litres","t":1,"vs":"two"},{"n":"ts","t":1,"v":6}]';
		expect(reader.add(frame(1, half, good), "a", 0)).toMatchObject({ records: 2, endRow: 2 });
		expect(rowsOf(reader.batch()).map((row) => row.litres)).toEqual([1, 2]);
		expect(failures).toMatchObject([{ code: "RECORD_SCHEMA_MISMATCH", position: "a#0" }]);
	});

	it("sets a SenML pack aside whole when one of its moments is in the future", () => {
		const { reader, failures } = open({ format: "senml", maxFutureMs: 1_000 });
		const pack = '[{"n":"litres","t":-5,"v":1},{"n":"litres","t":5,"v":2}]';
		expect(reader.add(frame(1_777_629_600_000, pack, '[{"n":"litres","t":-1,"v":3}]'), "a", 0)).toMatchObject({
			endRow: 1,
			maxEventTimeMs: 1_777_629_599_000,
		});
		expect(failures).toMatchObject([{ code: "RECORD_FROM_FUTURE", position: "a#0" }]);
	});

	it("closes the gaps that records leave which are set aside", () => {
		const { reader, failures } = open({ eventTimeField: "ts", maxFutureMs: 1_000 });
		const payloads = Array.from({ length: 20 }, (_, i) => {
			const ts = i % 3 === 1 ? 99_999 : 100 + i;
			return i % 3 === 2 ? `{"pump":"p-${i}"}` : `{"pump":"p-${i}","litres":${i},"ts":${ts}}`;
		});
		expect(reader.add(frame(5_000, ...payloads), "a", 0)).toMatchObject({ records: 20, endRow: 7, maxEventTimeMs: 118 });
		const batch = reader.batch();
		expect(rowsOf(batch)).toEqual([0, 3, 6, 9, 12, 15, 18].map((i) => ({ pump: `p-${i}`, litres: i, ts: 100 + i })));
		expect([...batch.eventTimes.subarray(0, 7)]).toEqual([100, 103, 106, 109, 112, 115, 118]);
		expect(batch.origin?.positionOf(6)).toBe("a#18");
		expect(batch.keys && keyTextAt([batch.keys], 6)).toBe("device-18");
		expect(failures.map((failure) => [failure.position, failure.code])).toContainEqual(["a#19", "RECORD_FROM_FUTURE"]);
		expect(failures).toHaveLength(13);
	});

	it("grows with its rows", () => {
		const { reader } = open();
		const payloads = Array.from({ length: 3_000 }, (_, i) => `{"pump":"pump-${i % 700}","litres":${i}}`);
		reader.add(frame(1, ...payloads), "a", 0);
		const rows = rowsOf(reader.batch());
		expect(rows).toHaveLength(3_000);
		expect(rows[2_999]).toEqual({ pump: "pump-199", litres: 2_999, ts: null });
	});

	it("refuses frames that are no raw records, and fields that it does not know", () => {
		const { reader } = open();
		expect(() => reader.add(frame(1, "{}").subarray(0, 30), "a", 0)).toThrow("cut off");
		expect(() => open({ eventTimeField: "at" })).toThrow("no field at");
	});
});

it("a dictionary of bytes tells apart texts that begin alike", () => {
	const dictionary = new ByteDictionary();
	const texts = Array.from({ length: 2_000 }, (_, i) => "x".repeat(i % 40) + i);
	const codes = texts.map((text) => dictionary.codeOf(text));
	expect(new Set(codes).size).toBe(new Set(texts).size);
	expect(texts.map((text) => dictionary.codeOf(text))).toEqual(codes);
	expect(codes.map((code) => dictionary.valueAt(code))).toEqual(texts);
});
