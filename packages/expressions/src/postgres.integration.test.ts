import { aBatch, type Column, type FieldType, type RecordBatch, valueAt } from "@weir/records";
import type { TestServices } from "@weir/tooling";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type Generated, Generator } from "../test/generate.ts";
import { Random } from "../test/random.ts";
import { PROBE, probeRows } from "../test/rows.ts";
import { compile, loadParser, parseExpression } from "./index.ts";

const SEED = Number(process.env.WEIR_SEED ?? 20261124);
const EXPRESSIONS = 2400;
const ROWS = 24;
const DATABASE = `weir_expressions_${process.pid}`;

const COLUMN_TYPES: Readonly<Record<FieldType, string>> = {
	number: "double precision",
	integer: "bigint",
	boolean: "boolean",
	text: "text",
	timestamp: "timestamp with time zone",
	json: "json",
};

const { databaseUrl }: TestServices = inject("services");
const admin = new pg.Client(databaseUrl);
const url = new URL(databaseUrl);
url.pathname = DATABASE;
const client = new pg.Client(url.href);
let batch: RecordBatch;

beforeAll(async () => {
	await loadParser();
	await admin.connect();
	// The same order of texts and the same case mapping as ours, on every machine.
	await admin.query(
		`create database ${DATABASE} template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`,
	);
	await client.connect();
	await client.query("set timezone to 'UTC'");
	const columns = PROBE.fields.map(({ name, type }) => `"${name}" ${COLUMN_TYPES[type]}`);
	await client.query(`create table probe (id integer primary key, ${columns.join(", ")})`);
	await client.query(
		`create function texts_of(json) returns text[] language sql strict as 'select array(select json_array_elements_text($1))'`,
	);
	// One row at a time, so that a row that fails does not take the others with it.
	await client.query(`
		create function each_row(expression text) returns table (id integer, value text, failure text) language plpgsql as $$
		begin
			for id in select probe.id from probe order by probe.id loop
				value := null; failure := null;
				begin
					execute 'select (' || expression || ')::text from probe where id = $1' into value using id;
				exception when others then failure := sqlerrm;
				end;
				return next;
			end loop;
		end $$`);
	const rows = probeRows(new Random(SEED), ROWS);
	batch = aBatch(PROBE, rows);
	for (const [id, row] of rows.entries()) {
		const values = PROBE.fields.map(({ name, type }) => {
			const value = row[name];
			if (value === null || value === undefined) return null;
			return type === "json" ? JSON.stringify(value) : type === "timestamp" ? Number(value) : value;
		});
		const places = PROBE.fields.map(({ type }, i) => (type === "timestamp" ? `to_timestamp($${i + 2}::float8 / 1000)` : `$${i + 2}`));
		await client.query(`insert into probe values ($1, ${places.join(", ")})`, [id, ...values]);
	}
});

afterAll(async () => {
	await client.end();
	await admin.query(`drop database if exists ${DATABASE}`);
	await admin.end();
});

/** What a row gave: its value as PostgreSQL writes it, or that it failed. */
type Outcome = { readonly value: string | number | null } | { readonly failure: string };

async function postgresOutcomes(type: FieldType, expression: string): Promise<Outcome[]> {
	const shown = type === "timestamp" ? `(extract(epoch from (${expression})) * 1000)` : `(${expression})`;
	try {
		const { rows } = await client.query<{ value: string | null }>(`select ${shown}::text as value from probe order by id`);
		return rows.map(({ value }) => ({ value }));
	} catch {
		const { rows } = await client.query<{ value: string | null; failure: string | null }>("select * from each_row($1)", [shown]);
		return rows.map(({ value, failure }) => (failure === null ? { value } : { failure }));
	}
}

function ourOutcomes(type: FieldType, text: string): Outcome[] {
	const { tree, problems } = parseExpression(text, PROBE);
	expect(problems, text).toEqual([]);
	if (tree === undefined) throw new Error(`There is no tree for ${text}.`);
	expect(tree.type, text).toBe(type);
	const failures = new Map<number, string>();
	const column = compile(tree).compute(batch, (row, reason) => failures.set(row, reason));
	return Array.from({ length: ROWS }, (_, row) => {
		const failure = failures.get(row);
		return failure === undefined ? { value: shownValue(column, row) } : { failure };
	});
}

function shownValue(column: Column, row: number): string | number | null {
	if (column.type === "json" && column.valid?.[row] !== 0) {
		return new TextDecoder().decode(column.slab.subarray(column.starts[row], column.ends[row]));
	}
	const value = valueAt(column, row);
	return typeof value === "boolean" ? String(value) : typeof value === "number" || typeof value === "string" ? value : null;
}

function areAlike(type: FieldType, ours: Outcome, theirs: Outcome): boolean {
	if ("failure" in ours) return "failure" in theirs || isOurBound(ours.failure);
	if ("failure" in theirs) return false;
	if (typeof ours.value !== "number" || theirs.value === null) return ours.value === theirs.value;
	const other = Number(theirs.value);
	if (type === "integer") return ours.value === other;
	// Microseconds are kept exactly between 1684 and 2255.
	if (type === "timestamp") return Math.abs(ours.value - other) <= 0.0015 + Math.abs(other) * 2 ** -52;
	return Math.abs(ours.value - other) <= 1e-9 * Math.max(1e-3, Math.abs(ours.value), Math.abs(other));
}

/** Integers end at 2^53 − 1 here and at 2^63 − 1 there, years at 9999 and at 294276. */
function isOurBound(failure: string): boolean {
	return (
		failure.includes("9007199254740991") ||
		failure.includes("years 1 to 9999") ||
		failure.includes("out of the range of an integer") ||
		failure.includes("out of the range of integer")
	);
}

it(`agrees with PostgreSQL on ${EXPRESSIONS} expressions, their nulls and their failures`, async () => {
	const random = new Random(SEED);
	const generator = new Generator(random);
	const disagreements: string[] = [];
	const seen = { values: 0, nulls: 0, failures: 0, bounds: 0 };
	for (let i = 0; i < EXPRESSIONS; i++) {
		const type = random.pick(["number", "integer", "boolean", "boolean", "text", "text", "timestamp", "json"] as const);
		const generated: Generated = generator.expression(type, 1 + random.below(4));
		const ours = ourOutcomes(type, generated.ours);
		const theirs = await postgresOutcomes(type, generated.postgres);
		ours.forEach((outcome, row) => {
			const other = theirs[row] ?? { failure: "There is no such row." };
			if (!areAlike(type, outcome, other)) {
				disagreements.push(
					`${generated.ours}\n  row ${row}: ours ${JSON.stringify(outcome)}, PostgreSQL ${JSON.stringify(other)}\n  ${generated.postgres}`,
				);
			} else if ("failure" in outcome) seen["failure" in other ? "failures" : "bounds"] += 1;
			else seen[outcome.value === null ? "nulls" : "values"] += 1;
		});
	}
	expect(disagreements.slice(0, 20), `${disagreements.length} disagreements, seed ${SEED}`).toEqual([]);
	// A generator that only made failures, or only nulls, would prove nothing.
	expect(seen.values).toBeGreaterThan(EXPRESSIONS * ROWS * 0.5);
	expect(seen.nulls).toBeGreaterThan(EXPRESSIONS);
	expect(seen.failures).toBeGreaterThan(EXPRESSIONS);
	expect(seen.bounds).toBeLessThan(EXPRESSIONS * ROWS * 0.05);
}, 120_000);
