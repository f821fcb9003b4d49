import type { Secret } from "@weir/errors";
import { WeirError } from "@weir/errors";
import pg from "pg";
import * as z from "zod";

const configSchema = z.object({
	host: z.string().min(1),
	port: z.coerce.number().int().min(1).max(65_535).default(5432),
	database: z.string().min(1),
	user: z.string().min(1),
	/** Where tables are made and looked for. */
	schema: z.string().min(1).default("public"),
	tls: z.boolean().default(false),
});

/** A pool of sessions of a tenant's PostgreSQL, and the schema its connection names. */
export interface PostgresConnection {
	readonly pool: pg.Pool;
	readonly schema: string;
}

/** Opens a connection of type `postgres`; nothing is sent before the first query. Throws NODE_CONFIG_INVALID when its settings are no such thing. */
export function openPostgres(
	config: Readonly<Record<string, unknown>>,
	secret: Secret | undefined,
	options: { readonly max: number; readonly settings?: pg.ClientConfig },
): PostgresConnection {
	const found = configSchema.safeParse(config);
	if (!found.success) {
		const fields = found.error.issues.map((issue) => issue.path.join(".")).join(", ");
		throw new WeirError("NODE_CONFIG_INVALID", `The connection to PostgreSQL is not complete: check ${fields}.`);
	}
	const { host, port, database, user, schema, tls } = found.data;
	const pool = new pg.Pool({
		host,
		port,
		database,
		user,
		password: secret?.reveal() ?? "",
		ssl: tls ? { rejectUnauthorized: true, servername: host } : false,
		max: options.max,
		connectionTimeoutMillis: 3_000,
		idleTimeoutMillis: 30_000,
		keepAlive: true,
		application_name: "weir",
		options: `-c search_path=${schema.replaceAll(/[\\ ]/g, "\\$&")}`,
		...options.settings,
	});
	// Without a listener the loss of an idle session would end the process; the next query says what is wrong.
	pool.on("error", () => {});
	return { pool, schema };
}
