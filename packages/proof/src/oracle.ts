import { DuckDBInstance } from "@duckdb/node-api";
import { LEAST_LITRES, WINDOW_MS } from "./flow.ts";

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
	/** Records that came again, under a new id or none: what de-duplication must have counted. */
	readonly repeats: number;
}

export interface Evidence {
	/** The clients' own files of acknowledged records, one JSON object a line. */
	readonly acknowledged: readonly string[];
	/** Files of what the sinks' tables hold, one JSON object a line. */
	readonly raw: string;
	readonly byDevice: string;
	readonly byLitres: string;
}

const SENT = "{tag: 'varchar', device: 'varchar', n: 'bigint', litres: 'double', 'at': 'bigint', attempt: 'integer', posts: 'integer'}";
const RAW = "{place: 'bigint', tag: 'varchar', device: 'varchar', n: 'bigint'}";
const WINDOWS = "{key: 'varchar', start: 'bigint', records: 'bigint', total: 'bigint'}";

/** Counts with DuckDB. */
export async function examine(evidence: Evidence): Promise<Findings> {
	const instance = await DuckDBInstance.create(":memory:");
	const connection = await instance.connect();
	const texts = async (sql: string) => (await connection.runAndReadAll(sql)).getRows().map((row) => String(row[0]));
	const files = (names: readonly string[]) => `[${names.map((name) => `'${name.replaceAll("'", "''")}'`).join(", ")}]`;
	const read = (name: string, names: readonly string[], columns: string) =>
		connection.run(`create table ${name} as select * from read_json(${files(names)}, format = 'newline_delimited', columns = ${columns})`);
	try {
		await read("sent", evidence.acknowledged, SENT);
		await read("raw", [evidence.raw], RAW);
		await read("by_device", [evidence.byDevice], WINDOWS);
		await read("by_litres", [evidence.byLitres], WINDOWS);
		await connection.run(`create table kept as select * from sent where litres >= ${LEAST_LITRES}`);
		await connection.run(
			'create table once as select device, n, any_value(litres) as litres, any_value("at") as "at" from kept group by device, n',
		);
		const wrong = (table: string, key: string) => `
			with wanted as (
				select cast(${key} as varchar) as key, ("at" // ${WINDOW_MS}) * ${WINDOW_MS} as start, count(*) as records, cast(sum(n) as bigint) as total
				from once group by all
			)
			select '${table} ' || coalesce(w.key, f.key) || ' ' || coalesce(w.start, f.start) || ': wanted ' || coalesce(w.records || '/' || w.total, 'no window')
				|| ', found ' || coalesce(f.records || '/' || f.total, 'no window')
			from wanted w full outer join ${table} f on w.key = f.key and w.start = f.start
			where w.records is distinct from f.records or w.total is distinct from f.total order by 1`;
		return {
			acknowledged: Number((await texts("select count(*) from sent"))[0]),
			lost: await texts("select tag from kept anti join raw using (tag) order by 1"),
			doubled: await texts("select tag from raw join kept using (tag) group by tag having count(*) > any_value(posts) order by 1"),
			invented: await texts("select tag from raw anti join kept using (tag) order by 1"),
			reordered: await texts(`
				with first as (select tag, device, n, min(place) as place from raw where tag like '%/1' group by all)
				select tag from (
					select tag, n, max(n) over (partition by device order by place rows between unbounded preceding and 1 preceding) as before from first
				) where n < before order by 1`),
			wrongWindows: [...(await texts(wrong("by_device", "device"))), ...(await texts(wrong("by_litres", "cast(litres as bigint)")))],
			repeats: Number((await texts("select (select count(*) from raw) - (select count(*) from once)"))[0]),
		};
	} finally {
		connection.closeSync();
	}
}
