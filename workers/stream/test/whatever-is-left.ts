import { readdir } from "node:fs/promises";
import { connectRedis, type Redis } from "@weir/backends";
import pg from "pg";

/** Everywhere that something of a tenant may be. */
export interface Stores {
	/** Owners' addresses of databases. */
	readonly databases: readonly string[];
	readonly redis: readonly string[];
	readonly folder: string;
}

/** Where one of the ids stands in any table, role, schema, key, value or file: all of them are looked through. */
export async function placesOf(ids: readonly string[], stores: Stores): Promise<readonly string[]> {
	const found = await Promise.all([
		...stores.databases.map((url) => inDatabase(url, ids)),
		...stores.redis.map((url) => inRedis(url, ids)),
		inFolder(stores.folder, ids),
	]);
	return found.flat().sort();
}

async function inDatabase(url: string, ids: readonly string[]): Promise<string[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const like = ids.map((id) => `%${id}%`);
		const found: string[] = [];
		const names = await client.query<{ name: string }>(
			"select rolname as name from pg_roles where rolname like any($1) union all select nspname from pg_namespace where nspname like any($1)",
			[like],
		);
		for (const { name } of names.rows) found.push(`postgres ${name}`);
		const tables = await client.query<{ name: string }>(
			`select format('%I.%I', table_schema, table_name) as name from information_schema.tables
			where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
		);
		for (const { name } of tables.rows) {
			// Of an erased tenant the operator's part of the audit log keeps that it was.
			const unless = name === "public.audit" ? "and tenant_id is not null" : "";
			const rows = await client.query<{ row: string }>(
				`select t::text as row from ${name} t where t::text like any($1) ${unless} limit 3`,
				[like],
			);
			for (const { row } of rows.rows) found.push(`postgres ${name}: ${row}`);
		}
		return found;
	} finally {
		await client.end();
	}
}

async function inRedis(url: string, ids: readonly string[]): Promise<string[]> {
	const client = connectRedis(url);
	const found: string[] = [];
	try {
		await new Promise((ready) => client.once("ready", ready));
		for (let cursor = "0", isFirst = true; isFirst || cursor !== "0"; isFirst = false) {
			const [next, keys] = await client.scan(cursor, "COUNT", 1_000);
			cursor = next;
			for (const key of keys) {
				const text = `${key}\n${await storedUnder(client, key)}`;
				if (ids.some((id) => text.includes(id))) found.push(`redis ${key}`);
			}
		}
		return found;
	} finally {
		client.disconnect();
	}
}

/** All that is kept under a key, as text; other tests may take it away meanwhile. */
async function storedUnder(client: Redis, key: string): Promise<string> {
	const read: Record<string, () => Promise<unknown>> = {
		string: () => client.get(key),
		hash: () => client.hgetall(key),
		list: () => client.lrange(key, 0, -1),
		set: () => client.smembers(key),
		zset: () => client.zrange(key, "0", "-1"),
		stream: () => client.xrange(key, "-", "+"),
	};
	return JSON.stringify((await read[await client.type(key)]?.().catch(() => undefined)) ?? "");
}

async function inFolder(folder: string, ids: readonly string[]): Promise<string[]> {
	const files = await readdir(folder, { recursive: true });
	return files.filter((file) => ids.some((id) => file.includes(id))).map((file) => `file ${file}`);
}
