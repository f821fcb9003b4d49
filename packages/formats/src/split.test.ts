import { describe, expect, it } from "vitest";
import { RecordSplitter, type SplitBody } from "./split.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
const lines = { format: "json", lines: true, maxRecordBytes: 1_000 } as const;
const whole = { ...lines, lines: false } as const;

interface Options {
	readonly format: "json" | "senml";
	readonly lines: boolean;
	readonly maxRecordBytes: number;
}

function splitRecords(body: Uint8Array, options: Options, fields: readonly string[] = []): SplitBody {
	return new RecordSplitter({ ...options, fields }).split(body, options.lines);
}

const recordsOf = (body: string, options: Options) =>
	splitRecords(bytes(body), options).records.map(({ index, start, end }) => [index, text(bytes(body).subarray(start, end))]);

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

describe("the fields that are looked for", () => {
	it("are found however a record is written, and the last one counts where a name stands twice", () => {
		const body = [
			'{"id":"a","n":1}',
			'{"id":"b","n":2}',
			'{ "n" : -1.5e3 , "id" : "c" }',
			'{"\\u0069d":"d"}',
			'{"id":"e\\"","n":null}',
			'{"id":"f","id":"ü"}',
			'{"id":{"n":1},"n":[2]}',
			'{"other":{"id":"g"}}',
		].join("\n");
		const splitter = new RecordSplitter({ format: "json", maxRecordBytes: 1_000, fields: ["id", "n"] });
		const valuesOf = (sent: string, isLines: boolean) =>
			splitter
				.split(bytes(sent), isLines)
				.records.map(({ places = [] }) =>
					[0, 2].map((at) => ((places[at] ?? -1) < 0 ? undefined : text(bytes(sent).subarray(places[at], places[at + 1])))),
				);
		const expected = [
			['"a"', "1"],
			['"b"', "2"],
			['"c"', "-1.5e3"],
			['"d"', undefined],
			['"e\\""', undefined],
			['"ü"', undefined],
			['{"n":1}', "[2]"],
			[undefined, undefined],
		];
		expect(valuesOf(body, true)).toEqual(expected);
		expect(valuesOf(`[${body.split("\n").join(",")}]`, false)).toEqual(expected);
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
