import { describe, expect, it } from "vitest";
import { type SplitOptions, splitRecords } from "./split.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
const lines: SplitOptions = { format: "json", lines: true, maxRecordBytes: 1_000 };
const whole: SplitOptions = { ...lines, lines: false };

const recordsOf = (body: string | Uint8Array, options: SplitOptions) =>
	splitRecords(typeof body === "string" ? bytes(body) : body, options).records.map(({ index, payload }) => [index, text(payload)]);

describe("a body of lines", () => {
	it("gives a record per line, whatever ends it, and passes over empty lines", () => {
		expect(recordsOf('{"a":1}\r\n\n  {"a":2} \n{"a":3}', lines)).toEqual([
			[0, '{"a":1}'],
			[1, '{"a":2}'],
			[2, '{"a":3}'],
		]);
		expect(recordsOf("", lines)).toEqual([]);
	});

	it("keeps the good ones and names the bad ones with line and column", () => {
		const split = splitRecords(bytes('{"a":1}\n{"a":tru}\n{"ü":"ü",}\n[1]\n7\n{"a":2}'), lines);
		expect(split.records.map((record) => record.index)).toEqual([0, 5]);
		expect(split.isBroken).toBe(false);
		expect(split.faults).toMatchObject([
			{ code: "RECORD_UNREADABLE", reason: "This is no value; did you mean true.", line: 2, column: 9, index: 1 },
			{ code: "RECORD_UNREADABLE", reason: "A name in quotes is missing.", line: 3, column: 10, index: 2 },
			{ code: "RECORD_UNREADABLE", reason: "The record is not a JSON object.", line: 4, column: 1, index: 3 },
			{ code: "RECORD_UNREADABLE", reason: "The record is not a JSON object.", line: 5, column: 1, index: 4 },
		]);
	});

	it("refuses only the line that is not UTF-8, or too large", () => {
		const broken = Uint8Array.from([...bytes('{"a":1}\n{"a":"'), 0xff, ...bytes('"}\n{"a":2}')]);
		expect(splitRecords(broken, lines).faults).toMatchObject([{ reason: "The record is not valid UTF-8.", line: 2, index: 1 }]);
		const large = splitRecords(bytes(`{"a":1}\n{"a":"${"x".repeat(1_000)}"}`), lines);
		expect(large.faults).toMatchObject([{ code: "RECORD_TOO_LARGE", line: 2, column: 1 }]);
	});
});

describe("a body of one value", () => {
	it("gives the object, or each object of the array", () => {
		expect(recordsOf(' {"a":1}\n', whole)).toEqual([[0, '{"a":1}']]);
		expect(recordsOf('[ {"a":[1,{"b":2}]} ,\n{"c":"],"}]', whole)).toEqual([
			[0, '{"a":[1,{"b":2}]}'],
			[1, '{"c":"],"}'],
		]);
		expect(recordsOf("[]", whole)).toEqual([]);
	});

	it("is refused whole when it is broken, because nobody knows where the next record begins", () => {
		for (const [body, line, column] of [
			['[{"a":1},\n{"a":}]', 2, 6],
			['{"a":1}{"a":2}', 1, 8],
			["", 1, 1],
			['[{"a":1}', 1, 9],
		] as const) {
			const split = splitRecords(bytes(body), whole);
			expect(split).toMatchObject({ records: [], isBroken: true, faults: [{ code: "RECORD_UNREADABLE", line, column }] });
		}
		const notText = Uint8Array.from([...bytes('{"a":"é'), 0xc3, 0x28, ...bytes('"}')]);
		expect(splitRecords(notText, whole)).toMatchObject({ isBroken: true, faults: [{ reason: "The body is not valid UTF-8.", column: 8 }] });
	});

	it("may be nested 64 deep and no deeper", () => {
		const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
		expect(splitRecords(bytes(nested(64)), whole).faults).toEqual([]);
		expect(splitRecords(bytes(nested(65)), whole).faults).toMatchObject([{ reason: "Values are nested deeper than 64." }]);
		expect(splitRecords(bytes("[".repeat(200_000)), whole).isBroken).toBe(true);
	});

	it("of SenML is one record, although it is an array", () => {
		const pack = '[{"n":"a","v":1},{"n":"b","v":2}]';
		expect(recordsOf(pack, { ...whole, format: "senml" })).toEqual([[0, pack]]);
	});
});
