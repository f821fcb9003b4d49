import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RecordSchema } from "@weir/records";
import { encodeRecord, valueAt } from "@weir/records";
import { describe, expect, it } from "vitest";
import { ColumnStore } from "../src/column-store.ts";
import { type LoopOptions, type Tier, TieredRows } from "../src/json/rows.ts";
import { MAX_DEPTH } from "../src/json/scan.ts";
import { parseTimestamp } from "../src/timestamp.ts";

const schema: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "seq", type: "integer" },
		{ name: "open", type: "boolean" },
		{ name: "at", type: "timestamp" },
		{ name: "extra", type: "json" },
		{ name: "größe", type: "number" },
	],
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What must come out, by `JSON.parse` alone: a row, or the code of the failure. */
function oracle(bytes: Uint8Array): Record<string, unknown> | string {
	let value: unknown;
	try {
		value = JSON.parse(decoder.decode(bytes));
	} catch {
		return "RECORD_UNREADABLE";
	}
	if (depthOf(value) > MAX_DEPTH) return "RECORD_UNREADABLE";
	if (typeof value !== "object" || value === null || Array.isArray(value)) return "RECORD_SCHEMA_MISMATCH";
	const row: Record<string, unknown> = {};
	for (const { name, type } of schema.fields) {
		const found = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : null;
		// Half a surrogate pair is no character: it becomes the replacement character.
		row[name] = type === "text" && typeof found === "string" ? found.toWellFormed() : found;
		if (found === null || type === "json") continue;
		if (type === "timestamp" && typeof found === "string") {
			const time = parseTimestamp(found);
			if (time === undefined) return "RECORD_SCHEMA_MISMATCH";
			row[name] = time;
			continue;
		}
		const fits =
			type === "text"
				? typeof found === "string"
				: type === "boolean"
					? typeof found === "boolean"
					: type === "integer"
						? Number.isSafeInteger(found)
						: Number.isFinite(found);
		if (!fits) return "RECORD_SCHEMA_MISMATCH";
	}
	return row;
}

function depthOf(value: unknown): number {
	let depth = 0;
	for (let level = [value]; level.some((item) => typeof item === "object" && item !== null); depth++) {
		level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
	}
	return depth;
}

class Under {
	readonly #store = new ColumnStore(schema, undefined);
	readonly #rows: TieredRows;
	readonly tiers: Record<Tier, number>;

	constructor(tiers: Record<Tier, number> = { loop: 0, layout: 0, scan: 0, parse: 0 }, loop?: LoopOptions) {
		this.tiers = tiers;
		this.#rows = new TieredRows(this.#store, loop);
	}

	read(record: Uint8Array): Record<string, unknown> | string {
		// Somewhere in a larger slab, with bytes around it that a reader must not look at.
		const slab = new Uint8Array(record.length + 20).fill(0x31);
		const packed = encodeRecord({ key: "", topic: "", payload: record });
		const start = 3 + packed.length - record.length;
		slab.set(packed, 3);
		this.#store.room();
		const row = this.#store.rows;
		const place = { at: 3, row, record: 0, end: 3 + packed.length, capacity: 0 };
		this.#rows.run(slab, place);
		const failed = place.record === 1 ? undefined : this.#rows.read(slab, start, start + record.length);
		this.tiers[this.#rows.lastTier] += 1;
		if (failed !== undefined) return failed.code;
		this.#store.rows = row + 1;
		this.#store.resolve(slab, row);
		if (row > 1_000) this.#store.rows = 0;
		const columns = this.#store.cells.map((cells) => cells.column(slab));
		return Object.fromEntries(
			schema.fields.map((field, i) => [
				field.name,
				// Validity is left out of a column while no row of the batch is null.
				columns[i] === undefined ? null : valueAt(columns[i], row),
			]),
		);
	}
}

/** mulberry32: small, seeded, good enough to shuffle. */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const TEXTS = [
	'"north"',
	'""',
	'"süd"',
	'"a\\"b"',
	'"\\u00e9"',
	'"\\ud83d"',
	'"日本"',
	'"tab\\t"',
	'"2026-05-01T10:00:00Z"',
	'"2024-02-29 23:59:59.999"',
	'"2026-02-30"',
	'"2026-04-31T00:00:00Z"',
	'"bad\u0001"',
	'"\ufeff"',
];
const NUMBERS = [
	"0",
	"-0",
	"1",
	"-1",
	"21.5",
	"0.1",
	"1e3",
	"1E-7",
	"123456789012345",
	"1234567890123456",
	"12345678901234567890",
	"0.1234567890123456789",
	"9007199254740991",
	"9007199254740993",
	"1.7976931348623157e308",
	"1e999",
	"-1e-400",
	"5e-324",
	"01",
	"1.",
	".5",
	"-",
	"+1",
	"1e",
	"0x10",
	"NaN",
	"1.0",
	"100.00",
	"1777629600000",
	"3.14159",
];
const OTHERS = ["true", "false", "null", "{}", "[]", '{"a":[1,{"b":null}]}', "[1,2,", "tru", "nulll", '{"a"}', '["ü"]'];
const NAMES = [
	"pump",
	"litres",
	"seq",
	"open",
	"at",
	"extra",
	"größe",
	"other",
	"pum",
	"pumps",
	"p\\u0075mp",
	"",
	"__proto__",
	"constructor",
];

/** Values as devices mostly write them. */
const PLAIN: Readonly<Record<string, string>> = {
	pump: '"pump-0017"',
	litres: "-21.503",
	seq: "123456",
	open: "true",
	at: "1777629600000",
	extra: '{"a":[1]}',
	größe: "1",
	other: "12345.5",
	pum: '"ok"',
	constructor: "null",
};

function plainOf(name: string): string | undefined {
	return Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
}

function pickFrom<T>(from: readonly T[], random: () => number): T {
	return from[Math.floor(random() * from.length)] as T;
}

function recordText(random: () => number): string {
	const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
	const space = () => (random() < 0.1 ? pick([" ", "\n", "\t ", "\r\n"]) : "");
	const fitting: Readonly<Record<string, () => string>> = {
		pump: () => pick(TEXTS),
		litres: () => pick(NUMBERS),
		seq: () => String(Math.floor(random() * 1e6)),
		open: () => pick(["true", "false"]),
		at: () => pick(['"2026-05-01T10:00:00Z"', '"2026-05-31 23:59:59"', "1777629600000"]),
		extra: () => pick([...OTHERS, ...TEXTS]),
		größe: () => pick(["1", "2.5"]),
	};
	const members = Array.from({ length: Math.floor(random() * 8) }, () => {
		const name = pick(NAMES);
		const value =
			random() < 0.85
				? ((Object.hasOwn(fitting, name) ? fitting[name] : undefined) ?? (() => pick([...TEXTS, ...NUMBERS, ...OTHERS])))()
				: pick([...TEXTS, ...NUMBERS, ...OTHERS]);
		return `${space()}"${name}"${space()}:${space()}${value}${space()}`;
	});
	return `${space()}{${members.join(",")}}${space()}`;
}

function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
	const copy = bytes.slice();
	const at = Math.floor(random() * copy.length);
	if (random() < 0.3) return copy.subarray(0, at);
	copy[at] = Math.floor(random() * 256);
	return copy;
}

/** JSON writes −0 as 0. */
function sameZeros(came: Record<string, unknown> | string, wanted: Record<string, unknown> | string): boolean {
	return (
		typeof came === "string" ||
		typeof wanted === "string" ||
		Object.keys(wanted).every(
			(name) =>
				schema.fields.find((field) => field.name === name)?.type === "json" ||
				typeof wanted[name] !== "number" ||
				Object.is(came[name], wanted[name]),
		)
	);
}

describe("the tiers", () => {
	it("give the rows and the refusals of JSON.parse, for records whole and damaged", () => {
		const random = randomOf(20260501);
		const tiers: Record<Tier, number> = { loop: 0, layout: 0, scan: 0, parse: 0 };
		let under = new Under(tiers);
		for (let i = 0; i < 12_000; i++) {
			if (i % 10 === 0) under = new Under(tiers);
			const whole = encoder.encode(recordText(random));
			const record = random() < 0.25 ? damaged(whole, random) : whole;
			const wanted = oracle(record);
			// The second time the layout of the first is known.
			for (let again = 0; again < 2; again++) {
				const came = under.read(record);
				if (JSON.stringify(came) !== JSON.stringify(wanted))
					expect({ record: new TextDecoder().decode(record), came }).toEqual({ record: "", came: wanted });
			}
		}
		expect(Math.min(tiers.layout, tiers.scan, tiers.parse)).toBeGreaterThan(2_000);
	}, 60_000);

	it("read changing values in an unchanging layout by the layout, exactly", () => {
		const random = randomOf(7);
		const under = new Under();
		for (let i = 0; i < 5_000; i++) {
			const number = (random() - 0.5) * 10 ** Math.floor(random() * 12 - 4);
			const text = `{"pump":"p-${i}","litres":${number.toFixed(Math.floor(random() * 6))},"seq":${i},"open":${i % 2 === 0},"skip":[${number}]}`;
			expect(under.read(encoder.encode(text))).toEqual(oracle(encoder.encode(text)));
		}
		// Some numbers are too long for the loop.
		expect(under.tiers.layout + under.tiers.loop).toBe(4_999);
		expect(under.tiers.loop).toBeGreaterThan(3_000);
	});

	it("read by a layout's own loop what JSON.parse reads, and nothing else", () => {
		const random = randomOf(11);
		const tiers: Record<Tier, number> = { loop: 0, layout: 0, scan: 0, parse: 0 };
		for (let i = 0; i < 250; i++) {
			const under = new Under(tiers, { hitsBeforeLoop: 1, recordsOfRest: 0 });
			const names = NAMES.filter((name) => name !== "p\\u0075mp" && random() < 0.5);
			const plain = encoder.encode(`{${names.map((name) => `"${name}":${plainOf(name) ?? '"as it was"'}`).join(",")}}`);
			for (let again = 0; again < 40; again++) {
				const other = names.map(
					(name) => `"${name}":${random() < 0.7 ? (plainOf(name) ?? "7") : pickFrom([...TEXTS, ...NUMBERS, ...OTHERS], random)}`,
				);
				const changed = encoder.encode(`{${other.join(",")}}`);
				const record = again < 3 ? plain : random() < 0.5 ? damaged(random() < 0.5 ? plain : changed, random) : changed;
				const came = under.read(record);
				const wanted = oracle(record);
				if (JSON.stringify(came) !== JSON.stringify(wanted) || !sameZeros(came, wanted))
					expect({ record: new TextDecoder().decode(record), came }).toEqual({ record: "", came: wanted });
			}
		}
		expect(tiers.loop).toBeGreaterThan(500);
	}, 60_000);

	it("hold a record that is nearly in the known layout to all of JSON", () => {
		const good = '{"pump":"north","litres":3,"other":"x"}';
		const near = [
			`${good} `,
			`${good}}`,
			`${good},`,
			good.slice(0, -1),
			good.replace("3", "03"),
			good.replace("3", "3."),
			good.replace("3", "3e5"),
			good.replace("3", "-3"),
			good.replace("3", "null"),
			good.replace("3", '"3"'),
			good.replace("north", 'no"rth'),
			good.replace("north", "no\nrth"),
			good.replace('"x"', "truE"),
			good.replace('"x"', "1e"),
			good.replace("other", "othes"),
		];
		const broken = ["north", "x"].map((word) => {
			const bytes = encoder.encode(good.replace(word, "\u0001"));
			bytes[bytes.indexOf(1)] = 0xff;
			return bytes;
		});
		for (const record of [...near.map((text) => encoder.encode(text)), ...broken]) {
			const under = new Under(undefined, { hitsBeforeLoop: 1, recordsOfRest: 0 });
			for (let again = 0; again < 3; again++) under.read(encoder.encode(good));
			expect(under.tiers.loop).toBe(1);
			expect(under.read(record)).toEqual(oracle(record));
		}
	});

	it("follow a few devices that write in different ways", () => {
		const under = new Under();
		const ways = ['{"pump":"a","seq":%}', '{"seq":%,"pump":"a"}', '{ "pump" : "a", "seq" : % }'];
		for (let i = 0; i < 300; i++) under.read(encoder.encode((ways[i % 3] ?? "").replace("%", String(i))));
		expect(under.tiers).toEqual({ loop: 0, layout: 297, scan: 3, parse: 0 });
	});

	it("do not learn for ever from who never writes the same way twice", () => {
		const under = new Under();
		for (let i = 0; i < 2_000; i++) expect(under.read(encoder.encode(`{"n${i}":1,"seq":${i}}`))).toMatchObject({ seq: i });
		expect(under.tiers.scan).toBe(2_000);
	});
});

describe("the JSON test suite", () => {
	const folder = fileURLToPath(new URL("data/json-test-suite", import.meta.url));
	const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

	it("has all its files", () => {
		expect(files).toHaveLength(318);
	});

	it.each(files)("%s", (file) => {
		const bytes = new Uint8Array(readFileSync(`${folder}/${file}`));
		const under = new Under();
		const came = under.read(bytes);
		expect(came).toEqual(oracle(bytes));
		if (file.startsWith("n_")) expect(came).toBe("RECORD_UNREADABLE");
		if (file.startsWith("y_")) expect(came).not.toBe("RECORD_UNREADABLE");
		// The same value inside a record, where nobody wants it: it is checked all the same.
		const inside = Uint8Array.from([...encoder.encode('{"seq":1,"other":'), ...bytes, ...encoder.encode("}")]);
		expect(under.read(inside)).toEqual(oracle(inside));
		expect(under.read(inside)).toEqual(oracle(inside));
	});
});
