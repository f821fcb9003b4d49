import { copyIn } from "@weir/backends";
import type { PostgresMedium } from "@weir/node-kit";
import { type Column, createDictionary, type FieldType, type RecordBatch, type RecordSchema } from "@weir/records";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { afterAll, beforeEach, expect, inject, it } from "vitest";
import { definition } from "../src/postgres-sink/definition.ts";
import { createSink } from "../src/postgres-sink/operator.ts";

const url = await createDatabase(inject("services").databaseUrl, `copy_${process.pid}`);
const client = new pg.Client({ connectionString: url });
await client.connect();
afterAll(() => client.end());

const FIELDS: readonly FieldType[] = ["number", "integer", "boolean", "text", "timestamp", "json"];
const input: RecordSchema = { fields: FIELDS.map((type) => ({ name: type, type })) };
const encoder = new TextEncoder();

type Values = readonly [number | null, number | null, boolean | null, string | null, number | null, string | null];
type Way = "copied" | "inserted";

let copies = 0;
let refusals: string[] = [];

beforeEach(async () => {
	copies = 0;
	refusals = [];
	await client.query("reset role; drop table if exists copied, inserted");
});

function mediumOf(way: Way): PostgresMedium {
	return {
		query: (text, values) => client.query(text, values === undefined ? undefined : [...values]),
		async copy(text, bytes) {
			await copyIn(client, way === "copied" ? text : text.replace(/COPY .*/su, "SELECT 1 / 0"), bytes);
			copies += 1;
		},
		reject: ({ row, reason }) => refusals.push(`${row} ${reason}`),
	};
}

/** Straight from columns: values that no reader would let in are among them. */
function batchOf(rows: readonly Values[]): RecordBatch {
	const numbers = (field: number) => Float64Array.from(rows, (row) => Number(row[field] ?? 0));
	const valid = (field: number) => ({ valid: Uint8Array.from(rows, (row) => (row[field] === null ? 0 : 1)) });
	const dictionary = createDictionary();
	const texts = rows.map((row) => encoder.encode(row[5] ?? ""));
	const ends = new Int32Array(rows.length);
	let end = 0;
	texts.forEach((text, i) => {
		end += text.length;
		ends[i] = end;
	});
	const columns: Column[] = [
		{ type: "number", values: numbers(0), ...valid(0) },
		{ type: "integer", values: numbers(1), ...valid(1) },
		{ type: "boolean", values: Uint8Array.from(rows, (row) => (row[2] === true ? 1 : 0)), ...valid(2) },
		{ type: "text", codes: Int32Array.from(rows, (row) => dictionary.codeOf(row[3] ?? "")), dictionary, ...valid(3) },
		{ type: "timestamp", values: numbers(4), ...valid(4) },
		{ type: "json", slab: Buffer.concat(texts), starts: ends.map((at, i) => at - (texts[i]?.length ?? 0)), ends, ...valid(5) },
	];
	const times = new Float64Array(rows.length);
	return {
		schema: input,
		length: rows.length,
		columns,
		selected: rows.length,
		keys: undefined,
		eventTimes: times,
		ingestTimes: times,
		watermarks: times,
	};
}

function sinkOf(table: string, config: Record<string, unknown> = {}) {
	const context = { seed: 1, input, outputs: {}, count: () => {}, reject: () => {} };
	return createSink(definition.config.parse({ table, ...config }), context);
}

async function commit(sink: ReturnType<typeof sinkOf>, way: Way, batches: readonly RecordBatch[]): Promise<void> {
	for (const batch of batches) sink.onBatch(batch);
	await client.query("begin");
	await sink.write(mediumOf(way));
	await client.query("commit");
}

/** To the bit. */
async function rowsOf(table: string): Promise<unknown[]> {
	const { rows } = await client.query({
		text: `select float8send("number"), "integer", "boolean", "text", timestamptz_send("timestamp"), "timestamp"::text, "json"::text from ${table} order by nth`,
		rowMode: "array",
	});
	return rows;
}

/** Writes the same both ways; answers what was written and refused. */
async function bothWays(batches: readonly RecordBatch[]): Promise<{ rows: unknown[]; refused: string[] }> {
	const written = [];
	for (const way of ["inserted", "copied"] as const) {
		refusals = [];
		const sink = sinkOf(way);
		await sink.prepare?.(mediumOf(way));
		await client.query(`alter table ${way} add column nth bigserial`);
		await commit(sink, way, batches);
		written.push({ rows: await rowsOf(way), refused: refusals.map((text) => text.replace(`"${way}_`, '"')) });
	}
	const [inserted = { rows: [], refused: [] }, copied] = written;
	expect(copied?.refused).toEqual(inserted.refused);
	// Texts of great length make a difference of all rows unreadable.
	expect(copied?.rows.length).toBe(inserted.rows.length);
	copied?.rows.forEach((row, i) => {
		expect(row).toEqual(inserted.rows[i]);
	});
	return inserted;
}

const plain: Values = [1, 1, true, "a", 0, "1"];
const at = (text: string) => Date.parse(text);

const NUMBERS = [
	0,
	-0,
	0.1,
	-1e-7,
	5e-324,
	Number.MAX_VALUE,
	-Number.MAX_VALUE,
	Number.NaN,
	Number.POSITIVE_INFINITY,
	-Number.POSITIVE_INFINITY,
];
const INTEGERS = [0, -0, 1, -1, 2 ** 31, 2 ** 32, -(2 ** 32), -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
const TEXTS = [
	"",
	" ",
	"a",
	"x".repeat(48),
	"x".repeat(49),
	"grün",
	"北京 \u{1f600}",
	"\ud800",
	'{"a"\\,}',
	"NULL",
	"\u0001\n\r\t",
	"ü".repeat(30_000),
];
const TIMES = [
	0,
	0.5,
	-0.0005,
	0.0015,
	-1,
	at("2000-01-01T00:00:00Z"),
	at("1999-12-31T23:59:59.999Z"),
	at("2026-05-01T10:00:00.123Z") + 1 / 3,
	at("0001-01-01T00:00:00Z"),
	at("-000044-03-15T00:00:00Z"),
	at("-004000-01-01T00:00:00Z") + 0.4321,
	8.64e15,
];
const JSONS = ["null", "1", "-0", '"ü"', '{"a": [1, {"b": "\\"x\\""}], "a": 2}', `"${"y".repeat(50_000)}"`, " [ ] "];

it("COPY writes what an INSERT writes, of every type and to the bit", async () => {
	let state = 7;
	const under = (n: number) => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		return Math.floor((state / 2 ** 32) * n);
	};
	const pick = <T>(from: readonly T[], other: () => T): T | null => {
		const which = under(8);
		return which === 0 ? null : which < 4 ? (from[under(from.length)] ?? null) : other();
	};
	const random = (): Values => [
		pick(NUMBERS, () => (under(2 ** 31) - 2 ** 30) / (1 + under(1_000))),
		pick(INTEGERS, () => (under(2 ** 31) - 2 ** 30) * (1 + under(2 ** 21))),
		pick([true, false], () => under(2) === 1),
		pick(TEXTS, () => String.fromCharCode(...Array.from({ length: under(60) }, () => 1 + under(0xd7fe)))),
		pick(TIMES, () => (under(2 ** 31) - 2 ** 30) * 1_000 + under(1_000_000) / 997),
		pick(JSONS, () => JSON.stringify({ n: under(100), text: String.fromCharCode(32 + under(2_000)) })),
	];
	const each: Values[] = Array.from({ length: 12 }, (_, i) => [
		NUMBERS[i] ?? null,
		INTEGERS[i] ?? null,
		i % 3 === 0 ? null : i % 2 === 0,
		TEXTS[i] ?? null,
		TIMES[i] ?? null,
		JSONS[i] ?? null,
	]);
	const batches = [batchOf(each), batchOf(Array.from({ length: 400 }, random)), batchOf([])];
	const { rows, refused } = await bothWays(batches);
	expect([rows.length, refused, copies]).toEqual([412, [], 1]);
});

it("writes a commit of many rows in several pieces, each row once", async () => {
	const sink = sinkOf("copied");
	await sink.prepare?.(mediumOf("copied"));
	const rows = Array.from({ length: 12_345 }, (_, i): Values => [i, i, true, i % 4_000 === 0 ? "z".repeat(2_000_000) : "a", i, "1"]);
	await commit(sink, "copied", [batchOf(rows.slice(0, 5_000)), batchOf(rows.slice(5_000))]);
	const { rows: came } = await client.query('select "integer"::int as n, length("text") as length from copied order by "integer"');
	expect(came).toEqual(rows.map((row, n) => ({ n, length: row[3]?.length })));
	expect(copies).toBeGreaterThan(1);
});

it.each<[string, Values]>([
	["a text with a zero", [1, 1, true, "bad\u0000name", 0, "1"]],
	["JSON with a zero", [1, 1, true, "a", 0, '"\\u0000"']],
	["JSON that is none", [1, 1, true, "a", 0, "{"]],
	["a time before all of PostgreSQL's", [1, 1, true, "a", at("-005000-01-01T00:00:00Z"), "1"]],
	["a time that is no number", [1, 1, true, "a", Number.NaN, "1"]],
	["the greatest bigint and one", [1, 2 ** 63, true, "a", 0, "1"]],
	["a fraction among integers", [1, 1.5, true, "a", 0, "1"]],
])("refuses the same row with the same words: %s", async (_what, bad) => {
	const { rows, refused } = await bothWays([batchOf([plain, plain, bad, plain])]);
	expect([rows.length, refused.length]).toEqual([3, 1]);
});

it.each<[string, Values]>([
	["2^53", [1, 2 ** 53, true, "a", 0, "1"]],
	["a great whole number", [1, 2 ** 60, true, "a", 0, "1"]],
	["a time without end", [1, 1, true, "a", Number.POSITIVE_INFINITY, "1"]],
])("writes what only an INSERT can among what it copies: %s", async (_what, odd) => {
	const { rows, refused } = await bothWays([batchOf([plain, odd, plain])]);
	expect([rows.length, refused, copies]).toEqual([3, [], 1]);
});

it("finds every broken constraint and writes all other rows", async () => {
	for (const way of ["copied", "inserted"]) {
		await client.query(
			`create table ${way} ("number" float8, "integer" int8 primary key, "boolean" bool, "text" text, "timestamp" timestamptz, "json" jsonb)`,
		);
	}
	const numbers = [1, 2, 2, 3, 4, 4, 5];
	const { rows, refused } = await bothWays([batchOf(numbers.map((n) => [n, n, true, "a", 0, "1"]))]);
	expect([rows.length, refused.length]).toEqual([5, 2]);
});

it.each([
	["in place", 'alter table copied alter column "integer" type float8'],
	["by another column of its name", 'alter table copied drop column "integer", add column "integer" float8'],
	[
		"with its table",
		'drop table copied; create table copied ("integer" float8, "number" float8, "boolean" bool, "text" text, "timestamp" timestamptz, "json" jsonb)',
	],
])("writes the right value into a column whose type was changed while the flow ran, %s", async (_how, change) => {
	const sink = sinkOf("copied");
	await sink.prepare?.(mediumOf("copied"));
	await client.query(change);
	await commit(sink, "copied", [batchOf([[1, 42, true, "a", 0, "1"]])]);
	await commit(sink, "copied", [batchOf([[1, 43, true, "a", 0, "1"]])]);
	expect((await client.query('select "integer" as n from copied order by n')).rows).toEqual([{ n: 42 }, { n: 43 }]);
	expect(copies).toBe(0);
});

it.each([
	[
		"columns of other types",
		'create table copied ("number" numeric, "integer" int, "boolean" bool, "text" varchar(9), "timestamp" timestamp, "json" json)',
	],
	[
		"a rule",
		`create table copied ("number" float8, "integer" int8, "boolean" bool, "text" text, "timestamp" timestamptz, "json" jsonb);
		create rule once as on insert to copied where new.integer < 0 do instead nothing`,
	],
	[
		"row-level security",
		`create table copied ("number" float8, "integer" int8, "boolean" bool, "text" text, "timestamp" timestamptz, "json" jsonb);
		alter table copied enable row level security; create policy all_of_it on copied using (true);
		create role copies_${process.pid}; grant all on copied to copies_${process.pid}; set role copies_${process.pid}`,
	],
])("inserts into a table with %s", async (_what, make) => {
	await client.query(make);
	const sink = sinkOf("copied");
	await sink.prepare?.(mediumOf("copied"));
	await commit(sink, "copied", [batchOf([plain])]);
	expect((await client.query("select count(*)::int as n from copied")).rows).toEqual([{ n: 1 }]);
	expect(copies).toBe(0);
});

it("copies again into a table that was dropped and is made again", async () => {
	const sink = sinkOf("copied");
	await sink.prepare?.(mediumOf("copied"));
	await client.query("drop table copied");
	await commit(sink, "copied", [batchOf([plain])]);
	expect(copies).toBe(0);
	await commit(sink, "copied", [batchOf([plain])]);
	expect(copies).toBe(1);
	expect((await client.query("select count(*)::int as n from copied")).rows).toEqual([{ n: 2 }]);
});
