import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { aBatch, type RecordSchema, type Row, select } from "@weir/records";
import avsc from "avsc";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFileWriter, FILE_COMPRESSIONS, type FileCompression, type FileFormat } from "../src/index.ts";

/* What we write is read by programs that are not ours: DuckDB, hyparquet and avsc. */

const schema: RecordSchema = {
	fields: [
		{ name: "pump", type: "text" },
		{ name: "litres", type: "number" },
		{ name: "seq", type: "integer" },
		{ name: "open", type: "boolean" },
		{ name: "at", type: "timestamp" },
		{ name: 'extra, "raw"', type: "json" },
	],
};

const START_MS = Date.parse("1969-12-31T23:59:58.001Z");
/** As large as avsc takes it; of negative ones it takes only smaller ones. */
const LARGE = 2 ** 53 - 2;
const NASTY = ["", "north", 'say "hi", pump', "line\r\nbreak", "Zürich 🚰", ",", "0042", "null"];

const rows: Row[] = Array.from({ length: 3_000 }, (_, i) => {
	if (i % 7 === 3) return {};
	return {
		pump: NASTY[i % NASTY.length] ?? "",
		litres: i === 9 ? -1.5e300 : i / 8,
		seq: i === 11 ? -(2 ** 52) : i === 12 ? LARGE : i - 1_500,
		open: i % 2 === 0,
		at: new Date(START_MS + i * 37).toISOString(),
		'extra, "raw"': { n: i, text: 'a "b"' },
	};
});

let folder = "";
let duckdb: Awaited<ReturnType<DuckDBInstance["connect"]>>;

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), "weir-writers-"));
	duckdb = await (await DuckDBInstance.create()).connect();
});

afterAll(() => {
	duckdb.closeSync();
	rmSync(folder, { recursive: true, force: true });
});

/** A file of all rows, written in several batches, some of whose rows are not in play. */
async function written(format: FileFormat, compression: FileCompression): Promise<{ readonly file: string; readonly bytes: Uint8Array }> {
	const writer = createFileWriter(format, schema, compression);
	for (let from = 0; from < rows.length; from += 1_000) {
		const some = rows.slice(from, from + 1_000).flatMap((row) => [row, { pump: "not in play" }]);
		writer.add(
			select(
				aBatch(schema, some),
				Int32Array.from({ length: 1_000 }, (_, i) => i * 2),
				1_000,
			),
		);
	}
	expect(writer.rows).toBe(rows.length);
	expect(writer.bytes).toBeGreaterThan(0);
	const { bytes, extension } = await writer.finish();
	const file = path.join(folder, `${format}-${compression}.${extension}`);
	writeFileSync(file, bytes);
	return { file, bytes };
}

const wanted = rows.map((row) => [
	row.pump ?? null,
	row.litres ?? null,
	row.seq === undefined ? null : String(row.seq),
	row.open ?? null,
	row.at === undefined ? null : String(Date.parse(String(row.at)) * 1_000),
	row['extra, "raw"'] === undefined ? null : JSON.stringify(row['extra, "raw"']),
]);

async function readByDuckdb(from: string) {
	const seen = await duckdb.runAndReadAll(`SELECT pump, litres, seq::text, open, epoch_us("at")::text, "extra, ""raw""" FROM ${from}`);
	return seen.getRows();
}

it.each(FILE_COMPRESSIONS.parquet)("writes Parquet with %s that DuckDB and hyparquet read to the last bit", async (compression) => {
	const { file, bytes } = await written("parquet", compression);
	expect(await readByDuckdb(`'${file}'`)).toEqual(wanted);
	const types = await duckdb.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${file}')`);
	expect(types.getRows().map(([, type]) => type)).toEqual([
		"VARCHAR",
		"DOUBLE",
		"BIGINT",
		"BOOLEAN",
		"TIMESTAMP WITH TIME ZONE",
		"VARCHAR",
	]);
	const meta = await duckdb.runAndReadAll(
		`SELECT path_in_schema, stats_null_count, stats_min_value, stats_max_value FROM parquet_metadata('${file}') WHERE path_in_schema IN ('seq', 'litres')`,
	);
	const nulls = BigInt(rows.filter((row) => row.seq === undefined).length);
	expect(meta.getRows()).toEqual([
		["litres", nulls, "-1.5e+300", "374.75"],
		["seq", nulls, String(-(2 ** 52)), String(LARGE)],
	]);
	if (compression === "zstd") return;
	const buffer = bytes.slice().buffer;
	expect(parquetMetadata(buffer).num_rows).toBe(BigInt(rows.length));
	if (compression === "gzip") return;
	const objects = await parquetReadObjects({ file: buffer });
	expect(objects.map((row) => [row.pump, row.litres, row.seq === null ? null : String(row.seq), row.open])).toEqual(
		wanted.map((row) => row.slice(0, 4)),
	);
});

it("cuts Parquet into row groups, so that a reader may leave out what it does not want", async () => {
	const small: RecordSchema = { fields: [{ name: "n", type: "integer" }] };
	const writer = createFileWriter("parquet", small, "snappy");
	for (let from = 0; from < 120_000; from += 10_000)
		writer.add(
			aBatch(
				small,
				Array.from({ length: 10_000 }, (_, i) => ({ n: from + i })),
			),
		);
	const file = path.join(folder, "groups.parquet");
	writeFileSync(file, (await writer.finish()).bytes);
	const groups = await duckdb.runAndReadAll(`SELECT row_group_num_rows, stats_min_value, stats_max_value FROM parquet_metadata('${file}')`);
	expect(groups.getRows()).toEqual([
		[50_000n, "0", "49999"],
		[50_000n, "50000", "99999"],
		[20_000n, "100000", "119999"],
	]);
});

it.each(FILE_COMPRESSIONS.ndjson)("writes lines of JSON with %s", async (compression) => {
	const { file } = await written("ndjson", compression);
	const columns = `{pump: 'VARCHAR', litres: 'DOUBLE', seq: 'BIGINT', open: 'BOOLEAN', "at": 'TIMESTAMPTZ', "extra, ""raw""": 'JSON'}`;
	expect(await readByDuckdb(`read_json('${file}', format = 'newline_delimited', columns = ${columns})`)).toEqual(wanted);
});

it.each(FILE_COMPRESSIONS.csv)("writes CSV with %s in which nothing and an empty text are two things", async (compression) => {
	const { file } = await written("csv", compression);
	const types = "{pump: 'VARCHAR', litres: 'DOUBLE', seq: 'BIGINT', open: 'BOOLEAN', 'at': 'TIMESTAMPTZ', 'extra, \"raw\"': 'VARCHAR'}";
	const options = `header = true, quote = '"', escape = '"', delim = ',', columns = ${types}, allow_quoted_nulls = false, new_line = '\\r\\n'`;
	expect(await readByDuckdb(`read_csv('${file}', ${options})`)).toEqual(wanted);
});

it.each(FILE_COMPRESSIONS.avro)("writes an Avro container with %s that avsc reads", async (compression) => {
	const { bytes } = await written("avro", compression);
	const seen: unknown[][] = [];
	const codecs = {
		snappy: (data: Buffer, done: (error: Error | null, bytes?: Buffer) => void) => done(null, unsnapped(data.subarray(0, -4))),
		zstandard: (data: Buffer, done: (error: Error | null, bytes?: Buffer) => void) => done(null, zstdDecompressSync(data)),
	};
	await new Promise<void>((resolve, reject) => {
		const decoder = new avsc.streams.BlockDecoder({ codecs: { ...avsc.streams.BlockDecoder.defaultCodecs(), ...codecs } });
		decoder.on("data", (row: Record<string, unknown>) => seen.push([row.pump, row.litres, row.seq, row.open, row.at, row.extra___raw_]));
		decoder.on("error", reject).on("end", resolve);
		decoder.end(bytes);
	});
	expect(seen).toEqual(
		rows.map((row) => [
			row.pump ?? null,
			row.litres ?? null,
			row.seq ?? null,
			row.open ?? null,
			row.at === undefined ? null : Date.parse(String(row.at)),
			row['extra, "raw"'] === undefined ? null : JSON.stringify(row['extra, "raw"']),
		]),
	);
});

/** Snappy's raw form: literals and copies. */
function unsnapped(data: Buffer): Buffer {
	let at = 0;
	let length = 0;
	for (let shift = 0; ; shift += 7) {
		const byte = data[at++] ?? 0;
		length |= (byte & 0x7f) << shift;
		if (byte < 128) break;
	}
	const out = Buffer.alloc(length);
	let to = 0;
	while (at < data.length) {
		const tag = data[at++] ?? 0;
		const kind = tag & 3;
		if (kind === 0) {
			let size = tag >> 2;
			if (size >= 60) {
				const extra = size - 59;
				size = data.readUIntLE(at, extra);
				at += extra;
			}
			data.copy(out, to, at, at + size + 1);
			at += size + 1;
			to += size + 1;
			continue;
		}
		const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
		const wide = kind === 1 ? 1 : kind === 2 ? 2 : 4;
		const offset = kind === 1 ? ((tag >> 5) << 8) | (data[at] ?? 0) : data.readUIntLE(at, wide);
		at += wide;
		for (let i = 0; i < size; i++, to++) out[to] = out[to - offset] ?? 0;
	}
	return out;
}
