import { WeirError } from "@weir/errors";
import pg from "pg";
import { migrationFiles, NO_FILTERS, withSchemaEngine } from "./engine.ts";

/** The one login role the product's processes use: no BYPASSRLS, owner of nothing. */
export const APP_ROLE = "weir_app";

/** Address of the same database for the app role. The password is for servers that listen on loopback only. */
export function appDatabaseUrl(url: string, password = "weir_app"): string {
	const address = new URL(url);
	address.username = APP_ROLE;
	address.password = encodeURIComponent(password);
	return address.href;
}

/**
 * Brings the database at `url` (its owner's address) to the newest schema and lets the role of `appUrl` in.
 * Safe to run in several processes at once. Answers the names of the migrations it applied.
 */
export async function migrate(url: string, appUrl: string = appDatabaseUrl(url)): Promise<readonly string[]> {
	const client = new pg.Client(url);
	await client.connect();
	try {
		// The engine locks its own part; the roles before it need a lock too.
		await client.query("select pg_advisory_lock(7391)");
		await ensureRoles(client, new URL(appUrl));
		const migrationsList = await migrationFiles();
		const applied = await withSchemaEngine(url, (engine) => engine.applyMigrations({ migrationsList, filters: NO_FILTERS }));
		return applied.appliedMigrationNames;
	} finally {
		await client.end();
	}
}

// Roles belong to the whole server, so they cannot be part of a database's migrations.
async function ensureRoles(client: pg.Client, app: URL): Promise<void> {
	if (decodeURIComponent(app.username) !== APP_ROLE) {
		throw new WeirError("DATABASE_UNAVAILABLE", `APP_DATABASE_URL must name the role ${APP_ROLE}; it names "${app.username}".`);
	}
	for (const role of [APP_ROLE, "weir_operator"]) {
		const { rowCount } = await client.query("select 1 from pg_roles where rolname = $1", [role]);
		if (!rowCount) await client.query(`create role ${role} nologin`).catch(ignoreTwin);
	}
	const password = pg.escapeLiteral(decodeURIComponent(app.password));
	await againOnTwin(() => client.query(`alter role ${APP_ROLE} with login password ${password}`));
	await againOnTwin(() => client.query(`grant weir_operator to ${APP_ROLE} with inherit false, set true`));
	// Tenants' roles of the results database live on the same server and have no business here.
	const { rows } = await client.query<{ name: string }>("select current_database() as name");
	const database = client.escapeIdentifier(rows[0]?.name ?? "");
	await againOnTwin(() => client.query(`revoke all on database ${database} from public`));
	await againOnTwin(() => client.query(`grant connect on database ${database} to ${APP_ROLE}`));
}

// Advisory locks are per database: another database of this server may make the same role at the same moment.
function ignoreTwin(error: unknown): void {
	const code = (error as { code?: string }).code;
	if (code !== "42710" && code !== "23505") throw error;
}

// Two databases of one server changing the same role at the same moment: "tuple concurrently updated".
async function againOnTwin(act: () => Promise<unknown>, attempts = 10): Promise<void> {
	try {
		await act();
	} catch (error) {
		if ((error as { code?: string }).code !== "XX000" || attempts === 0) throw error;
		await againOnTwin(act, attempts - 1);
	}
}
