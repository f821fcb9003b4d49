import type { RecordSchema, Row, RowValue } from "@weir/records";
import type { Random } from "./random.ts";

/** Two fields of each kind that can be compared, one json. */
export const PROBE: RecordSchema = {
	fields: [
		{ name: "n", type: "number" },
		{ name: "m", type: "number" },
		{ name: "i", type: "integer" },
		{ name: "k", type: "integer" },
		{ name: "s", type: "text" },
		{ name: "t", type: "text" },
		{ name: "b", type: "boolean" },
		{ name: "c", type: "boolean" },
		{ name: "at", type: "timestamp" },
		{ name: "on", type: "timestamp" },
		{ name: "j", type: "json" },
	],
};

const NUMBERS = [
	0, 1, -1, 0.5, 1.5, 2.5, -2.5, 0.1, 0.3, 100, -37.25, 1e10, 1e-7, 123456.789, 2.675, 1e15, 1e300, -1e-300, 99.995, 2251799813685248.5,
];
const INTEGERS = [0, 1, -1, 2, 3, 7, -7, 10, 100, 86400, 9007199254740991, -9007199254740991, 4503599627370496];
const TEXTS = [
	"",
	"ok",
	"OK",
	" ok ",
	"größe",
	"GRÖSSE ß",
	"😀x😀",
	"a_b",
	"a%b",
	"12",
	"3.5",
	" 7 ",
	"-4e2",
	"true",
	"F",
	"2026-11-24 06:10:56.25+01",
	"pump-1/site-2/ok",
	"b\\c",
	"\uffeez",
	"ok ok ok",
	"0x1F",
];
const TIMES = [
	0, 1, -1, 1764000000123, -86400000.5, 951782400000, 1735689599999.123, 1230768000000, 4102444800000, -2208988800000, 1609459200000,
];
const DOCUMENTS: readonly RowValue[] = [
	{ a: 1, b: "x", c: null },
	{ a: { b: [10, "elf", { c: true }] } },
	[1, "zwei", null, { a: 4.5 }],
	{ "": 0, a: "ok", 'q"': "ü" },
	"text",
	17,
	true,
	{},
	[],
	{ a: [] },
];

/** Rows that visit edges, repeat values and hold nulls. */
export function probeRows(random: Random, count: number): Row[] {
	const value = <T extends RowValue>(from: readonly T[]): RowValue => (random.chance(0.12) ? null : random.pick(from));
	const number = () => (random.chance(0.5) ? value(NUMBERS) : value([Math.round(random.next() * 2e5 - 1e5) / 100]));
	const integer = () => (random.chance(0.6) ? value(INTEGERS) : value([random.below(2000) - 1000]));
	return Array.from({ length: count }, () => ({
		n: number(),
		m: number(),
		i: integer(),
		k: integer(),
		s: value(TEXTS),
		t: value(TEXTS),
		b: value([true, false]),
		c: value([true, false]),
		at: value(TIMES),
		on: value(TIMES),
		j: value(DOCUMENTS),
	}));
}
