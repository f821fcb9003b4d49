import { DuckDBInstance } from "@duckdb/node-api";
import { DOOMED, LEAST_LITRES, type Shape } from "./shapes/index.ts";

/** What an oracle that shares no code with the engine finds, by counting acknowledged records against rows. */
export interface Findings {
	readonly acknowledged: number;
	/** Acknowledged records that should be in `raw` and are not. */
	readonly lost: readonly string[];
	/** Records that are in `raw` more often than they were sent. */
	readonly doubled: readonly string[];
	/** Rows of `raw` that nobody sent. */
	readonly invented: readonly string[];
	/** Records that came into `raw` before one that the same device had sent earlier. */
	readonly reordered: readonly string[];
	/** Windows that differ from what the acknowledged records add up to: `<table> <key> <start>: wanted …, found …`. */
	readonly wrongWindows: readonly string[];
	/** Windows of which the acknowledged records are part. */
	readonly windows: number;
	/** Pairs of joined records that are missing, doubled or made up. */
	readonly wrongPairs: readonly string[];
	readonly pairs: number;
	/** Results that were told again because a record came late. */
	readonly corrections: number;
	/** Records that came again, under a new id or none: what de-duplication must have counted. */
	readonly repeats: number;
}

export interface Evidence {
	/** The clients' own books of acknowledged records, one JSON object a line. */
	readonly readings: readonly string[];
	readonly valves: readonly string[];
	/** Files of what the sinks' tables hold, one JSON object a line, by table. */
	readonly tables: Readonly<Record<string, string>>;
}

const READINGS =
	"{tag: 'varchar', device: 'varchar', n: 'bigint', litres: 'double', 'at': 'bigint', tardy: 'integer', attempt: 'integer', posts: 'integer', old: 'boolean'}";
const VALVES = "{device: 'varchar', n: 'bigint', volts: 'bigint', 'at': 'bigint'}";
const RAW = "{place: 'bigint', tag: 'varchar', device: 'varchar', n: 'bigint'}";
const IS_MEANT = `device not like '${DOOMED.device}%'`;

/** Counts with DuckDB. */
export async function examine(shape: Shape, evidence: Evidence): Promise<Findings> {
	const instance = await DuckDBInstance.create(":memory:");
	const connection = await instance.connect();
	const texts = async (sql: string) => (await connection.runAndReadAll(sql)).getRows().map((row) => String(row[0]));
	const number = async (sql: string) => Number((await texts(sql))[0]);
	const files = (names: readonly string[]) => `[${names.map((name) => `'${name.replaceAll("'", "''")}'`).join(", ")}]`;
	const read = (name: string, names: readonly string[], columns: string, where = "true") =>
		connection.run(
			`create table ${name} as select * from read_json(${files(names)}, format = 'newline_delimited', columns = ${columns}) where ${where}`,
		);
	try {
		await read("sent", evidence.readings, READINGS, IS_MEANT);
		await read("valves", evidence.valves, VALVES, IS_MEANT);
		await read("raw", [evidence.tables.raw ?? ""], RAW, IS_MEANT);
		for (const { name, columns } of shape.tables) {
			const key = columns.includes("device") ? "device" : "key";
			// Windows of a clock that was never set are nobody's.
			const isTold = key === "key" ? "start > 1000000000" : "true";
			await read(
				name,
				[evidence.tables[name] ?? ""],
				columns,
				`${key} not like '${DOOMED.device}%' and ${key} <> '${DOOMED.litres}' and ${isTold}`,
			);
		}
		await connection.run(`create table kept as select * from sent where litres >= ${LEAST_LITRES}`);
		await connection.run(
			`create table once as select device, n, any_value(litres) as litres, any_value("at") as "at", any_value(tardy) as tardy, bool_or(old) as old
			from kept group by device, n`,
		);
		return {
			acknowledged: await number("select (select count(*) from sent) + (select count(*) from valves)"),
			lost: await texts("select tag from kept anti join raw using (tag) order by 1"),
			doubled: await texts("select tag from raw join kept using (tag) group by tag having count(*) > any_value(posts) order by 1"),
			invented: await texts("select tag from raw anti join kept using (tag) order by 1"),
			reordered: await texts(`
				with first as (select tag, device, n, min(place) as place from raw where tag like '%/1' group by all)
				select tag from (
					select tag, n, max(n) over (partition by device order by place rows between unbounded preceding and 1 preceding) as before from first
				) where n < before order by 1`),
			wrongWindows: (await texts(shape.wrongWindows)).sort(),
			windows: await number(
				shape.tables
					.map(({ name, columns }) => (columns.includes("start") ? `(select count(*) from ${name})` : "0"))
					.join(" + ")
					.replace(/^/, "select "),
			),
			wrongPairs: shape.wrongPairs === undefined ? [] : (await texts(shape.wrongPairs)).sort(),
			pairs: shape.wrongPairs === undefined ? 0 : await number("select count(*) from pairs"),
			corrections: shape.corrections === undefined ? 0 : await number(shape.corrections),
			repeats: await number("select (select count(*) from raw) - (select count(*) from once)"),
		};
	} finally {
		connection.closeSync();
	}
}
