import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LiveReports, openLog } from "@weir/backends";
import { appDatabaseUrl, createSealer, migrate, openDatabase } from "@weir/db";
import { type Flow, resolve } from "@weir/flow";
import { type Ledger, ledgerOf } from "@weir/jobs";
import { catalogue } from "@weir/nodes/definitions";
import { type Plan, plan } from "@weir/planner";
import type { Log } from "@weir/runtime";
import { createDatabase, freePort, startPostgres, startRedis } from "@weir/tooling";
import pg from "pg";

const ROOT = path.resolve(import.meta.dirname, "../..");

export interface InstallationOptions {
	readonly folder: string;
	/** What the log's Redis may hold; as Redis writes it. */
	readonly logMemory: string;
}

/** A flow that was deployed. */
export interface DeployedFlow {
	readonly id: string;
	readonly job: string;
	readonly endpoint: string;
	readonly plan: Plan;
}

/** One tenant with a control worker and one stream worker, as they are started in earnest; records are read as soon as they are in the log, and then forgotten. */
export async function startInstallation({ folder, logMemory }: InstallationOptions) {
	const [postgres, control, data] = await Promise.all([
		startPostgres({ folder: path.join(folder, "postgres"), settings: { max_wal_size: "8GB" } }),
		startRedis({ folder: path.join(folder, "control") }),
		startRedis({ folder: path.join(folder, "data"), appendfsync: "always", settings: { maxmemory: logMemory } }),
	]);
	const ownerUrl = await createDatabase(postgres.url, "bench_control");
	const resultsUrl = await createDatabase(postgres.url, "bench_results");
	await migrate(ownerUrl);
	const masterKey = randomBytes(32).toString("base64");
	const pepper = randomBytes(24).toString("base64");
	const appUrl = appDatabaseUrl(ownerUrl);
	const database = openDatabase({ appUrl, resultsUrl, sealer: createSealer(masterKey), pepper, connections: 2 });
	const password = randomBytes(16).toString("base64");
	const made = await database.accounts.signUp({ name: "Bench", email: `${randomUUID()}@example.com`, password, tenantName: "Bench" });
	if (made === undefined) throw new Error("The tenant could not be made.");
	const tenant = database.openTenant(made.tenantId);
	const env = {
		PATH: process.env.PATH ?? "",
		APP_DATABASE_URL: appUrl,
		RESULTS_DATABASE_URL: resultsUrl,
		REDIS_URL: control.url,
		REDIS_DATA_URL: data.url,
		WEIR_MASTER_KEY: masterKey,
		WEIR_PEPPER: pepper,
		WEIR_RETENTION_MS: "0",
		LOG_LEVEL: "error",
	};
	const children: ChildProcess[] = [];
	const start = async (folder: string): Promise<number> => {
		const port = await freePort();
		const child = spawn(
			process.execPath,
			["--import", path.join(ROOT, "scripts/strip-types.mjs"), path.join(ROOT, folder, "src/main.ts")],
			{ cwd: ROOT, env: { ...env, METRICS_PORT: String(port) }, stdio: ["ignore", "inherit", "inherit"] },
		);
		children.push(child);
		while (child.exitCode === null) {
			const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
			if (answer?.status === 200) return child.pid ?? 0;
			await pause(50);
		}
		throw new Error(`The process in ${folder} ended before it was ready.`);
	};
	await start("workers/control");
	const workerPid = await start("workers/stream");
	const log: Log = await openLog({ LOG: "redis", REDIS_DATA_URL: data.url });
	const reports = new LiveReports(control.url);
	const results = new pg.Pool({ connectionString: resultsUrl, max: 1 });
	return {
		tenant: made.tenantId,
		log,
		workerPid,
		redisPid: data.pid,
		async deploy(flow: Flow, partitions: number): Promise<DeployedFlow> {
			const { resolved, problems } = resolve(flow, catalogue);
			if (resolved === undefined) throw new Error(problems.map(({ message }) => message).join(" "));
			const planned = plan(resolved, { sourcePartitions: partitions, exchangePartitions: 4 });
			const by = made.userId;
			const id = await tenant.flows.create({ name: "Bench", content: flow, by });
			const endpoints = [{ node: "source", protocol: "http", settings: { format: "json", maxRecordBytes: 10_000 } }] as const;
			const { rev } = (await tenant.flows.get(id)).draft;
			const { jobId } = await tenant.deploys.deploy(id, { rev, flow, plan: planned, endpoints, note: "", by, byName: "Bench" });
			const [endpoint] = await tenant.endpoints.ofFlow(id);
			if (endpoint === undefined) throw new Error("The flow has no endpoint.");
			return { id, job: jobId, endpoint: endpoint.id, plan: planned };
		},
		async ledger(flow: DeployedFlow): Promise<Ledger> {
			return ledgerOf(await reports.ofJob(flow.job), flow.plan);
		},
		/** Rows of a table of the tenant's built-in Postgres. */
		async rows(table: string): Promise<number> {
			const schema = `t_${made.tenantId.replaceAll("-", "").slice(0, 20)}`;
			const { rows } = await results.query<{ n: string }>(`select count(*) as n from "${schema}"."${table}"`);
			return Number(rows[0]?.n);
		},
		async stop(): Promise<void> {
			const ended = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
			for (const child of children) child.kill("SIGTERM");
			await Promise.all(ended);
			await Promise.all([log.close(), reports.close(), database.close(), results.end()]);
			await Promise.all([postgres.stop(), control.stop(), data.stop()]);
		},
	};
}
