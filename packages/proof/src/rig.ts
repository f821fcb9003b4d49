import { type ChildProcess, execFile, fork, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { LiveReports } from "@weir/backends";
import { appDatabaseUrl, createSealer, type Database, migrate, openDatabase, type TenantStore } from "@weir/db";
import { type Flow, resolve } from "@weir/flow";
import { type Ledger, ledgerOf } from "@weir/jobs";
import { catalogue } from "@weir/nodes/definitions";
import { type Plan, plan } from "@weir/planner";
import { createDatabase, freePort, type RunningPostgres, type RunningRedis, startPostgres, startRedis } from "@weir/tooling";
import pg from "pg";
import { ENV } from "./env.ts";
import { provenFlow } from "./flow.ts";
import { byPort, Gate } from "./gate.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const MUTATE = path.join(import.meta.dirname, "mutate.ts");
const SLICE_MS = 2_000;

export type WorkerName = "stream-1" | "stream-2";
export type RedisName = "control" | "data";

export interface RigOptions {
	/** Name of the mutant that the product's processes run with. */
	readonly mutant?: string;
	/** Where the services keep their data. */
	readonly folder: string;
	/** A PostgreSQL that runs already, with a migrated database to copy; absent: one of its own is started. */
	readonly postgres?: { readonly url: string; readonly template: string };
}

/** The product on services of its own: doors, control worker and two stream workers as processes, any of which may be broken. */
export class Rig {
	readonly tenant: TenantStore;
	readonly resultsGate: Gate;
	/** The gateway's way to the log. */
	readonly logGate: Gate;
	/** Commits of a worker that another had replaced, refused. */
	fencedCommits = 0;
	readonly #owner: string;
	readonly #database: Database;
	readonly #results: pg.Pool;
	readonly #schema: string;
	readonly #reports: LiveReports;
	readonly #postgres: RunningPostgres | undefined;
	readonly #redis: Record<RedisName, RunningRedis>;
	readonly #folder: string;
	readonly #env: Readonly<Record<string, string>>;
	readonly #processes = new Map<string, ChildProcess>();
	#deployed: { readonly flow: string; readonly versions: { readonly job: string; readonly plan: Plan }[] } | undefined;

	private constructor(parts: {
		readonly tenant: TenantStore;
		readonly owner: string;
		readonly database: Database;
		readonly results: pg.Pool;
		readonly schema: string;
		readonly resultsGate: Gate;
		readonly logGate: Gate;
		readonly postgres: RunningPostgres | undefined;
		readonly redis: Record<RedisName, RunningRedis>;
		readonly folder: string;
		readonly env: Readonly<Record<string, string>>;
	}) {
		this.tenant = parts.tenant;
		this.resultsGate = parts.resultsGate;
		this.logGate = parts.logGate;
		this.#owner = parts.owner;
		this.#database = parts.database;
		this.#results = parts.results;
		this.#schema = parts.schema;
		this.#postgres = parts.postgres;
		this.#redis = parts.redis;
		this.#folder = parts.folder;
		this.#env = parts.env;
		this.#reports = new LiveReports(parts.redis.control.url);
	}

	static async open({ folder, mutant, postgres: given }: RigOptions): Promise<Rig> {
		const own = given === undefined ? await startPostgres({ folder: path.join(folder, "postgres") }) : undefined;
		const adminUrl = given?.url ?? own?.url ?? "";
		const name = `proof_${randomUUID().slice(0, 8)}`;
		const [ownerUrl, resultsUrl, control, data] = await Promise.all([
			createDatabase(adminUrl, name, given?.template),
			createDatabase(adminUrl, `${name}_results`),
			startRedis({ folder: path.join(folder, "redis-control"), appendfsync: "everysec" }),
			startRedis({ folder: path.join(folder, "redis-data"), appendfsync: "always" }),
		]);
		if (given === undefined) await migrate(ownerUrl);
		const masterKey = randomBytes(32).toString("base64");
		const pepper = randomBytes(24).toString("base64");
		const appUrl = appDatabaseUrl(ownerUrl);
		const database = openDatabase({ appUrl, resultsUrl, sealer: createSealer(masterKey), pepper, connections: 2 });
		const made = await database.accounts.signUp({
			name: "Proof",
			email: `${randomUUID()}@example.com`,
			password: randomBytes(16).toString("base64"),
			tenantName: "Proof",
		});
		if (made === undefined) throw new Error("The tenant could not be made.");
		const { hostname, port } = new URL(adminUrl);
		const resultsGate = await Gate.open({ host: hostname, port: Number(port) });
		const logGate = await Gate.open({ host: "127.0.0.1", port: data.port });
		const results = new pg.Pool({ connectionString: resultsUrl, max: 3 });
		results.on("error", () => {});
		const [httpPort, mqttPort, healthPort] = [await freePort(), await freePort(), await freePort()];
		const env = {
			PATH: ENV.path,
			TEST_LOG_LEVEL: ENV.logLevel,
			LOG_LEVEL: ENV.logLevel,
			APP_DATABASE_URL: appUrl,
			RESULTS_DATABASE_URL: byPort(resultsUrl, resultsGate.port),
			REDIS_URL: control.url,
			REDIS_DATA_URL: data.url,
			DRILL_URL: resultsUrl,
			WEIR_MASTER_KEY: masterKey,
			WEIR_PEPPER: pepper,
			QUEUE_PREFIX: name,
			GATEWAY_HOST: "127.0.0.1",
			GATEWAY_HTTP_PORT: String(httpPort),
			GATEWAY_MQTT_PORT: String(mqttPort),
			GATEWAY_HEALTH_PORT: String(healthPort),
			...(mutant === undefined ? {} : { WEIR_MUTANT: mutant, NODE_OPTIONS: `--import ${pathToFileURL(MUTATE).href}` }),
		};
		const schema = `t_${made.tenantId.replaceAll("-", "").slice(0, 20)}`;
		const tenant = database.openTenant(made.tenantId);
		const rig = new Rig({
			tenant,
			owner: made.userId,
			database,
			results,
			schema,
			resultsGate,
			logGate,
			postgres: own,
			redis: { control, data },
			folder,
			env,
		});
		try {
			await Promise.all([rig.startGateway(), rig.startControl(), rig.startWorker("stream-1"), rig.startWorker("stream-2")]);
			return rig;
		} catch (error) {
			await rig.close();
			throw error;
		}
	}

	/** Saves the drawing, or its next draft, and deploys it. */
	async #deploy(flow: Flow): Promise<void> {
		const { resolved, problems } = resolve(flow, catalogue);
		if (resolved === undefined) throw new Error(problems.map((problem) => problem.message).join(" "));
		const planned = plan(resolved);
		const endpoints = resolved.nodes.flatMap(({ id, definition, config }) =>
			definition.door === undefined ? [] : [{ node: id, protocol: definition.door.protocol, settings: definition.door.settings(config) }],
		);
		const id = this.#deployed?.flow ?? (await this.tenant.flows.create({ name: "Proof", content: flow, by: this.#owner }));
		let { rev, layoutRev } = (await this.tenant.flows.get(id)).draft;
		if (this.#deployed !== undefined) {
			const saved = await this.tenant.drafts.save(id, { baseRev: rev, baseLayoutRev: layoutRev, flow, endpoints, by: this.#owner });
			({ rev, layoutRev } = saved.draft);
		}
		const { jobId } = await this.tenant.deploys.deploy(id, {
			rev,
			flow,
			plan: planned,
			endpoints,
			note: "",
			by: this.#owner,
			byName: "Proof",
		});
		this.#deployed ??= { flow: id, versions: [] };
		this.#deployed.versions.push({ job: jobId, plan: planned });
	}

	/** Deploys the proven flow, each time as a new version. */
	deployNext(): Promise<void> {
		return this.#deploy(provenFlow((this.#deployed?.versions.length ?? 0) + 1));
	}

	/** Address and token of a new device that may post to the flow's source. */
	async device(name: string): Promise<{ readonly address: string; readonly token: string }> {
		const [endpoint] = await this.tenant.endpoints.ofFlow(this.#flow.flow);
		if (endpoint === undefined) throw new Error("The flow has no endpoint.");
		const { token } = await this.tenant.devices.create(name, this.#owner);
		return { address: `http://127.0.0.1:${this.#env.GATEWAY_HTTP_PORT}/v1/${endpoint.key}`, token };
	}

	get #flow() {
		if (this.#deployed === undefined) throw new Error("Nothing is deployed.");
		return this.#deployed;
	}

	/** Makes a table where the sinks write, as the tenant's own. */
	async makeTable(table: string, columns: string): Promise<void> {
		await this.#results.query(`create table "${this.#schema}"."${table}" (${columns})`);
		await this.#results.query(`alter table "${this.#schema}"."${table}" owner to "${this.#schema}"`);
	}

	/** Rows of a table that a sink writes; none while it is not there, or its database is away. */
	async rows<Row extends pg.QueryResultRow>(select: string, table: string, rest = ""): Promise<Row[]> {
		try {
			return (await this.#results.query<Row>(`select ${select} from "${this.#schema}"."${table}" ${rest}`)).rows;
		} catch {
			return [];
		}
	}

	/** Tries each fence of a commit alone; answers those that do not hold. */
	async drillFences(): Promise<string[]> {
		const args = [path.join(import.meta.dirname, "fences.ts"), this.#env.DRILL_URL ?? "", this.#env.REDIS_DATA_URL ?? ""];
		const { stdout } = await promisify(execFile)(process.execPath, args, { env: this.#env });
		return stdout.split("\n").filter((line) => line !== "");
	}

	/** Ends every session that the workers have at the results database, in whatever they are. */
	async terminateSessions(): Promise<void> {
		const database = new URL(this.#env.RESULTS_DATABASE_URL ?? "").pathname.slice(1);
		await this.#results.query(
			"select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'weir' and pid <> pg_backend_pid()",
			[database],
		);
	}

	/** Holds a table for a while so that nobody can write to it. */
	async holdTable(table: string, ms: number): Promise<void> {
		const session = await this.#results.connect();
		try {
			await session.query("begin");
			await session.query(`lock table "${this.#schema}"."${table}" in exclusive mode`);
			await pause(ms);
		} finally {
			await session.query("rollback").catch(() => undefined);
			session.release();
		}
	}

	/** What became of the records, over all versions. */
	async ledger(): Promise<Pick<Ledger, "deadLetter" | "duplicate" | "difference">> {
		const sum = { deadLetter: 0, duplicate: 0, difference: 0 };
		for (const { job, plan: planned } of this.#flow.versions) {
			const ledger = ledgerOf(await this.#reports.ofJob(job), planned);
			sum.deadLetter += ledger.deadLetter;
			sum.duplicate += ledger.duplicate;
			sum.difference += Math.abs(ledger.difference);
		}
		return sum;
	}

	/** Waits until every task of the flow has begun. */
	async untilRunning(): Promise<void> {
		if (!(await this.#untilState("running", 60_000))) throw new Error("The flow did not start within 60 s.");
	}

	/** Drains the flow and waits until all of it is out; false when that took too long. */
	async drain(limitMs: number): Promise<boolean> {
		await this.tenant.jobs.act(this.#flow.flow, "drain", this.#owner);
		return this.#untilState("finished", limitMs);
	}

	async #untilState(state: string, limitMs: number): Promise<boolean> {
		const until = performance.now() + limitMs;
		while (performance.now() < until) {
			if ((await this.tenant.jobs.newest(this.#flow.flow))?.state === state) return true;
			await pause(50);
		}
		return false;
	}

	async startGateway(): Promise<void> {
		const healthPort = this.#env.GATEWAY_HEALTH_PORT ?? "0";
		const child = spawn(process.execPath, [...process.execArgv, path.join(ROOT, "apps/gateway/src/main.ts")], {
			cwd: ROOT,
			env: { ...this.#env, METRICS_PORT: healthPort, REDIS_DATA_URL: byPort(this.#redis.data.url, this.logGate.port) },
			stdio: ["ignore", "ignore", "inherit"],
		});
		this.#note("gateway", child);
		while (child.exitCode === null && child.signalCode === null) {
			const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined);
			if (answer?.status === 200) return;
			await pause(20);
		}
		throw new Error(`The gateway ended before it was ready (${child.signalCode ?? child.exitCode}).`);
	}

	startControl(): Promise<void> {
		return this.#fork("control", "workers/control/test/worker-main.ts", {});
	}

	/** `failpoint` is `<place>@<n>`: when it comes to that place the n-th time, it dies, or sends itself another signal. */
	startWorker(name: WorkerName, failpoint?: string, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
		return this.#fork(name, "workers/stream/test/worker-main.ts", {
			WORKER_NAME: name,
			WORKER_SLICE_MS: String(SLICE_MS),
			...(failpoint === undefined ? {} : { WEIR_FAILPOINT: failpoint, WEIR_FAILPOINT_SIGNAL: signal }),
		});
	}

	/** Waits until a process stands still; false when it did not within the time. */
	async isStopped(name: string, limitMs: number): Promise<boolean> {
		const pid = this.#processes.get(name)?.pid ?? 0;
		const until = performance.now() + limitMs;
		while (performance.now() < until) {
			const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
			if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("T")) return true;
			await pause(20);
		}
		return false;
	}

	/** Sends a signal to one of the product's processes. */
	signal(name: string, signal: NodeJS.Signals): void {
		this.#processes.get(name)?.kill(signal);
	}

	/** Resolves when the process has ended. */
	async ended(name: string): Promise<void> {
		const child = this.#processes.get(name);
		if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, "exit");
	}

	isRunning(name: string): boolean {
		const child = this.#processes.get(name);
		return child !== undefined && child.exitCode === null && child.signalCode === null;
	}

	/** `kill -9` of a Redis; its data stays on disk. */
	async killRedis(name: RedisName): Promise<void> {
		const gone = once(this.#redis[name].process, "exit");
		process.kill(this.#redis[name].pid, "SIGKILL");
		await gone;
	}

	async reviveRedis(name: RedisName): Promise<void> {
		this.#redis[name] = await startRedis({
			folder: path.join(this.#folder, `redis-${name}`),
			appendfsync: name === "data" ? "always" : "everysec",
			port: this.#redis[name].port,
		});
	}

	async close(): Promise<void> {
		for (const child of this.#processes.values()) {
			child.kill("SIGCONT");
			child.kill("SIGKILL");
		}
		this.resultsGate.close();
		this.logGate.close();
		await Promise.all([this.#reports.close(), this.#database.close(), this.#results.end()]);
		await Promise.all([this.#redis.control.stop(), this.#redis.data.stop(), this.#postgres?.stop()]);
	}

	#note(name: string, child: ChildProcess): void {
		this.#processes.set(name, child);
		child.on("message", (message) => {
			if (typeof message === "object" && message !== null && "fenced" in message) this.fencedCommits += 1;
		});
	}

	async #fork(name: string, file: string, env: Readonly<Record<string, string>>): Promise<void> {
		const child = fork(path.join(ROOT, file), {
			cwd: ROOT,
			env: { ...this.#env, METRICS_PORT: "0", ...env },
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		this.#note(name, child);
		await new Promise<void>((ready, failed) => {
			child.once("message", () => ready());
			child.once("exit", (code, signal) =>
				// One that is meant to die may do so before it could say that it was ready.
				signal === "SIGKILL" ? ready() : failed(new Error(`${name} ended before it was ready (${signal ?? code}).`)),
			);
		});
	}
}
