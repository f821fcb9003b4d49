import pg from "pg";
import { GuardedSocket, type OutboundRules, PUBLIC_ONLY } from "../outbound/guard.ts";
import { tlsOptions } from "../outbound/tls.ts";
import { readConnection, type Secrets } from "../read.ts";
import { type PostgresConfig, postgresConfigSchema } from "./config.ts";

export interface PostgresOptions {
	/** Connections at once. */
	readonly max: number;
	/** Where it may lead. Default: the public internet only. */
	readonly rules?: OutboundRules;
	/** Limits of the session, in milliseconds. */
	readonly settings?: {
		readonly statement_timeout?: number;
		readonly lock_timeout?: number;
		readonly idle_in_transaction_session_timeout?: number;
	};
	readonly connectionTimeoutMs?: number;
}

export interface OpenedPostgres {
	readonly pool: pg.Pool;
	/** Where tables go that name no schema. */
	readonly schema: string;
}

/** A pool for a stored connection. Nothing is connected before the first query. Throws NODE_CONFIG_INVALID when the config cannot be read. */
export function openPostgres(stored: Readonly<Record<string, unknown>>, secrets: Secrets, options: PostgresOptions): OpenedPostgres {
	const config = readConnection({ title: "PostgreSQL", config: postgresConfigSchema }, stored, secrets);
	const pool = new pg.Pool(clientConfig(config, options));
	// A session that breaks while idle, or between two statements, says so here; without a listener it would end the process.
	pool.on("error", () => {});
	pool.on("connect", (client) => client.on("error", () => {}));
	return { pool, schema: config.schema };
}

/** Settings of one client. */
export function clientConfig(config: PostgresConfig, options: PostgresOptions): pg.PoolConfig {
	return {
		host: config.host,
		port: config.port,
		database: config.database,
		user: config.user,
		password: config.password?.reveal() ?? "",
		ssl: config.tls ? tlsOptions(config, config.host) : false,
		options: `-c search_path=${quoted(config.schema).replace(/[\\ ]/g, "\\$&")}`,
		stream: () => new GuardedSocket(options.rules ?? PUBLIC_ONLY),
		max: options.max,
		connectionTimeoutMillis: options.connectionTimeoutMs ?? 5_000,
		idleTimeoutMillis: 30_000,
		application_name: "weir",
		...options.settings,
	};
}

function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}
