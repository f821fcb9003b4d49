import type pg from "pg";
import { postgresFailure } from "./failure.ts";

export interface BrowsedTable {
	readonly schema: string;
	readonly name: string;
	readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const MOST_TABLES = 500;

/** Tables that the user may write to, with their columns. */
export async function browsePostgres(pool: pg.Pool): Promise<readonly BrowsedTable[]> {
	try {
		const { rows } = await pool.query<{ schema: string; name: string; columns: { name: string; type: string }[] }>(
			`select n.nspname as schema, c.relname as name,
				(select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum), '[]')
				from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
				and has_table_privilege(c.oid, 'insert')
			order by 1, 2 limit $1`,
			[MOST_TABLES],
		);
		return rows;
	} catch (error) {
		throw postgresFailure(error);
	}
}
