import { aBatch, createDictionary, type RecordBatch, type RecordSchema, type Row, select, valueAt } from "@weir/records";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, loadParser, parseExpression } from "../index.ts";

const PUMPS: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "integer" },
		{ name: "hours", type: "integer" },
		{ name: "note", type: "text" },
		{ name: "reading", type: "json" },
	],
};

beforeAll(() => loadParser());

function kernelOf(text: string) {
	const { tree, problems } = parseExpression(text, PUMPS);
	if (tree === undefined) throw new Error(JSON.stringify(problems));
	return compile(tree);
}

function pumps(...rows: Partial<Record<"pump" | "litres" | "hours" | "note", string | number | null>>[]): RecordBatch {
	return aBatch(PUMPS, rows as Row[]);
}

function filtered(text: string, batch: RecordBatch) {
	const out = new Int32Array(batch.selected);
	const failures: [number, string][] = [];
	const count = kernelOf(text).filter(batch, out, (row, reason) => failures.push([row, reason]));
	return { rows: [...out.subarray(0, count)], failures };
}

function computed(text: string, batch: RecordBatch) {
	const failures: [number, string][] = [];
	const column = kernelOf(text).compute(batch, (row, reason) => failures.push([row, reason]));
	return { values: Array.from({ length: batch.length }, (_, row) => valueAt(column, row)), failures };
}

describe("filter", () => {
	it("keeps rows that are true; null is not true", () => {
		const batch = pumps({ pump: "a", litres: 5 }, { pump: "a", litres: null }, { pump: null, litres: 9 }, { pump: "b", litres: 7 });
		expect(filtered("litres > 4 and pump = 'a'", batch).rows).toEqual([0]);
		expect(filtered("litres > 4 or pump = 'a'", batch).rows).toEqual([0, 1, 2, 3]);
		expect(filtered("not (pump = 'a')", batch).rows).toEqual([3]);
	});

	it("looks only at rows in play", () => {
		const batch = select(pumps({ litres: 1 }, { litres: 2 }, { litres: 3 }), Int32Array.of(0, 2, 99), 2);
		expect(filtered("litres >= 2", batch).rows).toEqual([2]);
	});

	it("may write over the batch's own selection", () => {
		const selection = Int32Array.of(0, 1, 2, 3);
		const batch = select(pumps({ litres: 1 }, { litres: 20 }, { litres: 3 }, { litres: 40 }), selection, 4);
		expect(kernelOf("litres > 10 and litres < 30").filter(batch, selection, () => {})).toBe(1);
		expect(selection[0]).toBe(1);
	});

	it("leaves out a failed row and says why in a sentence", () => {
		const batch = pumps({ litres: 10, hours: 0 }, { litres: 10, hours: 2 }, { litres: 10, hours: null });
		expect(filtered("litres / hours > 4", batch)).toEqual({ rows: [1], failures: [[0, "Division by zero in `litres / hours`."]] });
	});

	it("does not evaluate the right side where the left side decides", () => {
		const batch = pumps({ litres: 10, hours: 0 }, { litres: 10, hours: 2 });
		expect(filtered("hours <> 0 and litres / hours > 4", batch)).toEqual({ rows: [1], failures: [] });
		expect(filtered("hours = 0 or litres / hours > 4", batch)).toEqual({ rows: [0, 1], failures: [] });
		expect(filtered("case when hours = 0 then false else litres / hours > 4 end", batch)).toEqual({ rows: [1], failures: [] });
	});

	it("finds text by its code in whichever dictionary a batch brings", () => {
		const kernel = kernelOf("pump = 'b' and note like 'ol%'");
		const out = new Int32Array(2);
		for (const first of ["b", "x", "y"]) {
			const batch = pumps({ pump: first, note: "old" }, { pump: "b", note: "older" });
			expect(kernel.filter(batch, out, () => {})).toBe(first === "b" ? 2 : 1);
		}
	});

	it("goes on finding text while one dictionary grows", () => {
		const kernel = kernelOf("note like '%7'");
		const dictionary = createDictionary();
		const out = new Int32Array(1);
		for (let i = 0; i < 2000; i++) {
			const codes = Int32Array.of(dictionary.codeOf(`n${i}`));
			const batch = pumps({ note: "" });
			const columns = batch.columns.map((column, place) => (place === 3 ? { type: "text" as const, codes, dictionary } : column));
			expect(kernel.filter({ ...batch, columns }, out, () => {})).toBe(i % 10 === 7 ? 1 : 0);
		}
	});

	it("tells of a row once, and of rows in order", () => {
		const batch = pumps({ litres: 1, hours: 0 }, { litres: 1, hours: 1 }, { litres: 2, hours: 0 });
		const { failures } = filtered("litres / hours + litres % hours > (case when litres = 2 then 1 / hours else 0 end)", batch);
		expect(failures.map(([row]) => row)).toEqual([0, 2]);
	});

	it("can be used again after a failure and after an exception", () => {
		const kernel = kernelOf("litres / hours > 0");
		const bad = pumps({ litres: 1, hours: 0 });
		const good = pumps({ litres: 1, hours: 1 });
		const out = new Int32Array(1);
		expect(() => kernel.filter({ ...bad, columns: [] }, out, () => {})).toThrow("no column for the field");
		expect(kernel.filter(bad, out, () => {})).toBe(0);
		expect(kernel.filter(good, out, () => {})).toBe(1);
	});

	it("refuses an expression that is no condition", () => {
		expect(() => kernelOf("litres").filter(pumps({ litres: 1 }), new Int32Array(1), () => {})).toThrow("cannot be used as a condition");
	});
});

describe("compute", () => {
	it("bounds integers at 2^53 − 1", () => {
		const batch = pumps({ litres: 9007199254740991, hours: 1 }, { litres: 9007199254740990, hours: 1 });
		expect(computed("litres + hours", batch)).toEqual({
			values: [9007199254740992, 9007199254740991],
			failures: [[0, "An integer beyond 9007199254740991 came out in `litres + hours`."]],
		});
	});

	it("names the text that cannot be cast", () => {
		const batch = pumps({ note: "12" }, { note: "twelve" }, { note: null });
		const { values, failures } = computed("note::integer * 2", batch);
		expect([values[0], values[2]]).toEqual([24, null]);
		expect(failures).toEqual([[1, "'twelve' cannot be read as integer in `note::integer`."]]);
	});

	it("keeps its result while other kernels run", () => {
		const batch = pumps({ litres: 1, hours: 10 }, { litres: 2, hours: 20 });
		const sum = kernelOf("litres + hours").compute(batch, () => {});
		kernelOf("litres * hours * 100").compute(batch, () => {});
		expect([valueAt(sum, 0), valueAt(sum, 1)]).toEqual([11, 22]);
	});

	it("reaches into json without changing what it finds", () => {
		const batch = aBatch(PUMPS, [{ reading: { a: [1, { b: "x" }] } }, { reading: null }, { reading: [] }] as Row[]);
		expect(computed("reading -> 'a' -> 1 ->> 'b'", batch).values).toEqual(["x", null, null]);
		const bytes = new TextEncoder().encode('{ "a" : 12345678901234567890.10 , "a\\u0062": {"deep" : [ 1 ,2]} }');
		const json = { type: "json", slab: bytes, starts: Int32Array.of(0), ends: Int32Array.of(bytes.length) } as const;
		const one = { ...aBatch(PUMPS, [{}]), columns: batch.columns.map((column, i) => (i === 4 ? json : column)) };
		expect(computed("reading ->> 'a'", one).values).toEqual(["12345678901234567890.10"]);
		expect(computed("reading ->> 'ab'", one).values).toEqual(['{"deep" : [ 1 ,2]}']);
	});

	it("bounds the length of a computed text", () => {
		const batch = pumps({ note: "x".repeat(40_000) });
		expect(computed("note || note", batch).failures).toEqual([[0, "A text of more than 65536 characters came out in `note || note`."]]);
	});

	it("gives dictionaries up before they grow without end", () => {
		const kernel = kernelOf("pump || '-' || litres");
		let largest = 0;
		for (let round = 0; round < 24; round++) {
			const batch = pumps(...Array.from({ length: 4096 }, (_, i) => ({ pump: "p", litres: round * 4096 + i })));
			const column = kernel.compute(batch, () => {});
			if (column.type === "text") largest = Math.max(largest, column.dictionary.size);
			expect(valueAt(column, 4095)).toBe(`p-${round * 4096 + 4095}`);
		}
		expect(largest).toBeLessThan(80_000);
	}, 60_000);

	it("looks up a zone row by row, and names one that is none", () => {
		const batch = pumps({ pump: "Europe/Zurich", litres: 0 }, { pump: "Mars/Base", litres: 0 }, { pump: null, litres: 0 });
		const { values, failures } = computed("to_char(to_timestamp(litres) at time zone pump, 'HH24:MI')", batch);
		expect([values[0], values[2]]).toEqual(["01:00", null]);
		expect(failures).toEqual([[1, "'Mars/Base', which is no time zone, was met in `(to_timestamp(litres) at time zone pump)`."]]);
	});

	it("names a pattern out of a field that cannot be read", () => {
		const batch = pumps({ pump: "a1", note: "\\d" }, { pump: "a1", note: "(" });
		expect(computed("regexp_substr(pump, note)", batch)).toEqual({
			values: ["1", ""],
			failures: [[1, "A pattern cannot be read (A group begins here with ( but has no end) in `regexp_substr(pump, note)`."]],
		});
	});

	it("builds json that can be reached into again", () => {
		const batch = pumps({ pump: "a", litres: 3 }, { pump: null, litres: null });
		expect(computed("json_build_object('id', pump, 'l', array[litres, 4]) #>> '{l,1}'", batch).values).toEqual(["4", "4"]);
		expect(computed("json_build_object('id', pump, 'l', litres)", batch).values).toEqual([
			{ id: "a", l: 3 },
			{ id: null, l: null },
		]);
	});
});
