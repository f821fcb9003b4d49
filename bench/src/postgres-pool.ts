import { POSTGRES_AUTHORITY_SETTINGS } from "@weir/backends";
import pg from "pg";

/** Sessions with the settings that a commit authority asks for. */
export function postgresPool(url: string, max: number): pg.Pool {
	const pool = new pg.Pool({ connectionString: url, max, ...POSTGRES_AUTHORITY_SETTINGS });
	pool.on("error", () => {});
	pool.on("connect", (client) => client.on("error", () => {}));
	return pool;
}
