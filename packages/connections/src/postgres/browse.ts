import pg from "pg";
import type { BrowseEntry, ConnectOptions } from "../definition.ts";
import { stepTime } from "../steps.ts";
import { clientConfig } from "./client.ts";
import type { PostgresConfig } from "./config.ts";
import { postgresFailure } from "./failure.ts";

const MOST = 500;

/** Schemas; below a schema, the tables that the user may write to, with their columns. What Weir itself keeps there is left out. */
export async function browsePostgres(
	config: PostgresConfig,
	path: readonly string[],
	options: ConnectOptions,
): Promise<readonly BrowseEntry[]> {
	const timeoutMs = stepTime(options);
	const client = new pg.Client(
		clientConfig(config, { max: 1, rules: options.rules, connectionTimeoutMs: timeoutMs, settings: { statement_timeout: timeoutMs } }),
	);
	client.on("error", () => {});
	try {
		await client.connect();
		const [schema] = path;
		return schema === undefined ? await schemas(client) : path.length === 1 ? await tables(client, schema) : [];
	} catch (error) {
		throw postgresFailure(error);
	} finally {
		void client.end().catch(() => {});
	}
}

async function schemas(client: pg.Client): Promise<readonly BrowseEntry[]> {
	const { rows } = await client.query<{ name: string }>(
		`select nspname as name from pg_namespace
		where nspname not like 'pg\\_%' and nspname <> 'information_schema' and has_schema_privilege(oid, 'usage') order by 1 limit $1`,
		[MOST],
	);
	return rows.map(({ name }) => ({ name, kind: "schema", hasChildren: true }));
}

async function tables(client: pg.Client, schema: string): Promise<readonly BrowseEntry[]> {
	const { rows } = await client.query<{ name: string; columns: { name: string; type: string }[] }>(
		`select c.relname as name,
			(select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum), '[]')
			from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and n.nspname = $1 and c.relname not in ('weir_checkpoint', 'weir_checkpoint_part') and has_table_privilege(c.oid, 'insert')
		order by 1 limit $2`,
		[schema, MOST],
	);
	return rows.map(({ name, columns }) => ({ name, kind: "table", hasChildren: false, columns }));
}
