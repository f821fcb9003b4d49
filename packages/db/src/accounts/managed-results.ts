import { randomBytes } from "node:crypto";
import pg from "pg";

// Any number will do, as long as all processes use the same.
const RIGHTS_LOCK = 7_305_922;

/** Where a tenant's own results live when it brings no database: config of a connection of type `postgres`, and its secret. */
export interface ManagedResults {
	/** The server's own address is not stored: it may move between two starts (`withResultsPlace`). */
	readonly config: { readonly user: string; readonly schema: string };
	readonly password: string;
}

/** A stored config with the address of the results database put in where Weir keeps the connection itself. */
export function withResultsPlace(
	config: Readonly<Record<string, unknown>>,
	managed: boolean,
	resultsUrl: string,
): Readonly<Record<string, unknown>> {
	if (!managed) return config;
	const url = new URL(resultsUrl);
	return {
		...config,
		host: url.hostname,
		port: Number(url.port === "" ? "5432" : url.port),
		database: decodeURIComponent(url.pathname.slice(1)),
		tls: /sslmode=(require|verify)/.test(url.search),
	};
}

/** Makes the tenant's role and schema in the results database. The role sees its own schema and nothing else there. */
export async function makeManagedResults(resultsUrl: string, tenantId: string): Promise<ManagedResults> {
	const name = placeOf(tenantId);
	const password = randomBytes(24).toString("base64url");
	const client = new pg.Client({ connectionString: resultsUrl, connectionTimeoutMillis: 5_000 });
	await client.connect();
	try {
		// PostgreSQL refuses two that change the rights of one database at the same moment. The lock goes with the session.
		await client.query("select pg_advisory_lock($1)", [RIGHTS_LOCK]);
		const database = (await client.query<{ name: string }>("select current_database() as name")).rows[0]?.name ?? "";
		const role = client.escapeIdentifier(name);
		await client.query(
			`create role ${role} login nosuperuser nocreatedb nocreaterole password ${client.escapeLiteral(password)} connection limit 40`,
		);
		await client.query(`revoke all on database ${client.escapeIdentifier(database)} from public`);
		await client.query("revoke all on schema public from public");
		await client.query(`grant connect on database ${client.escapeIdentifier(database)} to ${role}`);
		await client.query(`create schema ${role}`);
		await client.query(`grant all on schema ${role} to ${role}`);
		await client.query(`alter role ${role} set search_path = ${role}`);
		return { config: { user: name, schema: name }, password };
	} finally {
		await client.end();
	}
}

/** Drops what `makeManagedResults` made, with all tables in it; whoever is signed in there is cut off. Safe to repeat. */
export async function dropManagedResults(resultsUrl: string, tenantId: string): Promise<void> {
	const name = placeOf(tenantId);
	const client = new pg.Client({ connectionString: resultsUrl, connectionTimeoutMillis: 5_000 });
	await client.connect();
	try {
		await client.query("select pg_advisory_lock($1)", [RIGHTS_LOCK]);
		const role = client.escapeIdentifier(name);
		const isThere = (await client.query("select 1 from pg_roles where rolname = $1", [name])).rows.length > 0;
		if (isThere) {
			await client.query(`alter role ${role} nologin`);
			await client.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = $1", [name]);
		}
		await client.query(`drop schema if exists ${role} cascade`);
		if (!isThere) return;
		const database = (await client.query<{ name: string }>("select current_database() as name")).rows[0]?.name ?? "";
		await client.query(`revoke all on database ${client.escapeIdentifier(database)} from ${role}`);
		await client.query(`drop role ${role}`);
	} finally {
		await client.end();
	}
}

/** Name of a tenant's role and of its schema. */
function placeOf(tenantId: string): string {
	return `t_${tenantId.replaceAll("-", "").slice(0, 20)}`;
}
