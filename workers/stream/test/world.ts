import { type ChildProcess, fork } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import path from "node:path";
import { createRedisLog, LiveReports } from "@weir/backends";
import { appDatabaseUrl, createSealer, type Database, openDatabase, type TenantStore } from "@weir/db";
import { type Flow, resolve } from "@weir/flow";
import { type Ledger, ledgerOf } from "@weir/jobs";
import { catalogue } from "@weir/nodes/definitions";
import { type Plan, plan } from "@weir/planner";
import { encodeRawFrame, encodeRecord, partitionOf } from "@weir/records";
import { endpointStream, type Log } from "@weir/runtime";
import { createDatabase, WITHOUT_TYPES } from "@weir/tooling";
import pg from "pg";
import { expect, inject, vi } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../../..");

export const PARTITIONS = 4;

/** A flow that runs, and how to feed it. */
export interface Deployed {
	readonly flow: string;
	readonly job: string;
	readonly endpoint: string;
	/** Endpoint by source node. */
	readonly endpoints: Readonly<Record<string, string>>;
	readonly plan: Plan;
}

export interface WorldOptions {
	readonly redisUrl?: string;
	readonly redisDataUrl?: string;
	/** Address that workers use for the control database, e.g. through a proxy. */
	readonly workersDatabaseUrl?: (appUrl: string) => string;
	/** Address that workers use for the results database. */
	readonly workersResultsUrl?: (resultsUrl: string) => string;
	/** Folder for old records. */
	readonly coldFolder?: string;
	readonly limits?: object;
	readonly sliceMs?: number;
}

export interface WorkerOptions {
	/** `<name>@<n>`: dies when it comes to this place the n-th time. */
	readonly failpoint?: string;
	/** A record of 13 litres kills it. */
	readonly isMortal?: boolean;
}

/** A tenant with a database, real services, and worker processes that a test may kill. */
export class World {
	readonly database: Database;
	readonly tenant: TenantStore;
	readonly log: Log;
	readonly reports: LiveReports;
	readonly #env: Record<string, string>;
	readonly #results: pg.Pool;
	readonly #schema: string;
	readonly #ownerUrl: string;
	readonly #owner: string;
	readonly #children = new Set<ChildProcess>();
	readonly #options: WorldOptions;
	#seq = 0;

	private constructor(parts: {
		database: Database;
		tenant: TenantStore;
		owner: string;
		results: pg.Pool;
		schema: string;
		ownerUrl: string;
		env: Record<string, string>;
		options: WorldOptions;
	}) {
		this.database = parts.database;
		this.tenant = parts.tenant;
		this.#owner = parts.owner;
		this.#results = parts.results;
		this.#schema = parts.schema;
		this.#ownerUrl = parts.ownerUrl;
		this.#env = parts.env;
		this.#options = parts.options;
		this.log = createRedisLog(parts.env.REDIS_DATA_URL ?? "");
		this.reports = new LiveReports(parts.env.REDIS_URL ?? "");
	}

	static async open(options: WorldOptions = {}): Promise<World> {
		const services = inject("services");
		const name = `w_${randomUUID().slice(0, 8)}`;
		const ownerUrl = await createDatabase(services.databaseUrl, name, services.templateDatabase);
		const resultsUrl = await createDatabase(services.databaseUrl, `${name}_results`);
		const appUrl = appDatabaseUrl(ownerUrl);
		const masterKey = randomBytes(32).toString("base64");
		const pepper = "pepper of the tests";
		const database = openDatabase({ appUrl, resultsUrl, sealer: createSealer(masterKey), pepper, connections: 2 });
		const made = await database.accounts.signUp({
			name: "Ada",
			email: `${randomUUID()}@example.com`,
			password: "three pumps in a row",
			tenantName: "Pumps",
		});
		if (made === undefined) throw new Error("The e-mail is taken.");
		const results = new pg.Pool({ connectionString: resultsUrl, max: 3 });
		results.on("error", () => {});
		const env = {
			APP_DATABASE_URL: options.workersDatabaseUrl?.(appUrl) ?? appUrl,
			RESULTS_DATABASE_URL: options.workersResultsUrl?.(resultsUrl) ?? resultsUrl,
			REDIS_URL: options.redisUrl ?? services.redisUrl,
			REDIS_DATA_URL: options.redisDataUrl ?? services.redisDataUrl,
			WEIR_MASTER_KEY: masterKey,
			WEIR_PEPPER: pepper,
			METRICS_PORT: "0",
			OUTBOUND_NETWORKS: "127.0.0.1/32",
			QUEUE_PREFIX: name,
			...(options.coldFolder === undefined ? {} : { COLD_FOLDER: options.coldFolder }),
		};
		const schema = `t_${made.tenantId.replaceAll("-", "").slice(0, 20)}`;
		return new World({ database, tenant: database.openTenant(made.tenantId), owner: made.userId, results, schema, ownerUrl, env, options });
	}

	/** Saves a drawing, deploys it and answers where its first source is fed. */
	async deploy(
		flow: Flow,
		before?: Deployed,
		{ fresh = [], exchangePartitions = 2 }: { readonly fresh?: readonly string[]; readonly exchangePartitions?: number } = {},
	): Promise<Deployed> {
		const resolution = resolve(flow, catalogue);
		if (resolution.resolved === undefined) throw new Error(resolution.problems.map((problem) => problem.message).join(" "));
		const planned = plan(resolution.resolved, { sourcePartitions: PARTITIONS, exchangePartitions });
		const id = before?.flow ?? (await this.tenant.flows.create({ name: "Pumps", content: flow, by: this.#owner }));
		const endpoints = flow.nodes
			.filter((node) => node.kind === "http-source")
			.map((node) => ({ node: node.id, protocol: "http", settings: { format: "json", maxRecordBytes: 10_000 } }) as const);
		const draft = await this.tenant.flows.get(id);
		let { rev } = draft.draft;
		if (before !== undefined) {
			const saved = await this.tenant.drafts.save(id, {
				baseRev: rev,
				baseLayoutRev: draft.draft.layoutRev,
				flow,
				endpoints,
				by: this.#owner,
			});
			rev = saved.draft.rev;
		}
		const { jobId } = await this.tenant.deploys.deploy(id, {
			rev,
			flow,
			plan: planned,
			endpoints,
			fresh,
			note: "",
			by: this.#owner,
			byName: "Ada",
		});
		const made = await this.tenant.endpoints.ofFlow(id);
		const [endpoint] = made;
		if (endpoint === undefined) throw new Error("The flow has no endpoint.");
		return {
			flow: id,
			job: jobId,
			endpoint: endpoint.id,
			endpoints: Object.fromEntries(made.map(({ node, id }) => [node, id])),
			plan: planned,
		};
	}

	act(deployed: Deployed, action: "pause" | "resume" | "drain" | "stop") {
		return this.tenant.jobs.act(deployed.flow, action, this.#owner);
	}

	/** Appends records as the doors do, to the first source or the named one: keyed by device, packed into frames of up to `perFrame`. */
	async post(
		deployed: Deployed,
		records: readonly (Readonly<Record<string, unknown>> | string)[],
		perFrame = 20,
		source?: string,
	): Promise<void> {
		const byPartition = new Map<number, Uint8Array[]>();
		for (const record of records) {
			const key = typeof record === "string" ? "broken" : String(record.device);
			const payload = Buffer.from(typeof record === "string" ? record : JSON.stringify(record));
			const partition = partitionOf(key, PARTITIONS);
			const packed = byPartition.get(partition) ?? [];
			packed.push(encodeRecord({ key, topic: "", payload }));
			byPartition.set(partition, packed);
		}
		const stream = endpointStream(this.tenant.id, deployed.endpoints[source ?? ""] ?? deployed.endpoint);
		await Promise.all(
			[...byPartition].map(async ([partition, packed]) => {
				for (let at = 0; at < packed.length; at += perFrame) {
					const some = packed.slice(at, at + perFrame);
					const producer = { id: "world", seq: ++this.#seq };
					await this.log.append(stream, partition, encodeRawFrame(Date.now(), some), some.length, {
						...producer,
						id: `world-${partition}`,
					});
				}
			}),
		);
	}

	/** `failpoint`: where it dies while it erases something. */
	async startControl({ failpoint }: { readonly failpoint?: string } = {}): Promise<ChildProcess> {
		return this.#start("workers/control/test/worker-main.ts", failpoint === undefined ? {} : { WEIR_FAILPOINT: failpoint });
	}

	async startWorker({ failpoint, isMortal }: WorkerOptions = {}): Promise<ChildProcess> {
		return this.#start("workers/stream/test/worker-main.ts", {
			WORKER_LIMITS: JSON.stringify(this.#options.limits ?? {}),
			WORKER_SLICE_MS: String(this.#options.sliceMs ?? 2_000),
			WORKER_NAME: `worker-${randomUUID().slice(0, 4)}`,
			...(failpoint === undefined ? {} : { WEIR_FAILPOINT: failpoint }),
			...(isMortal === true ? { WEIR_KILLER: "13" } : {}),
		});
	}

	/** Owners' addresses of the control database and of the one for results. */
	get databases(): readonly string[] {
		return [this.#ownerUrl, this.#env.RESULTS_DATABASE_URL ?? ""];
	}

	/** Name of the database of the tenant's built-in Postgres. */
	get resultsDatabase(): string {
		return new URL(this.#env.RESULTS_DATABASE_URL ?? "").pathname.slice(1);
	}

	/** Rows of a table of the tenant's built-in Postgres; empty while it is not there. */
	async rows<Row extends pg.QueryResultRow>(table: string, columns = "*"): Promise<Row[]> {
		const { rows } = await this.#results
			.query<Row>(`select ${columns} from "${this.#schema}"."${table}"`)
			.catch(() => ({ rows: [] as Row[] }));
		return rows;
	}

	/** Runs a statement in the tenant's built-in Postgres; `{schema}` stands for its schema. */
	async sql(text: string): Promise<void> {
		await this.#results.query(text.replaceAll("{schema}", `"${this.#schema}"`));
	}

	/** Holds the table so that nobody can write to it, until it is let go. */
	async lockTable(table: string): Promise<{ release(): Promise<void> }> {
		const session = await this.#results.connect();
		await session.query("begin");
		await session.query(`lock table "${this.#schema}"."${table}" in exclusive mode`);
		let isHeld = true;
		return {
			async release() {
				if (!isHeld) return;
				isHeld = false;
				await session.query("rollback");
				session.release();
			},
		};
	}

	async ledger(deployed: Deployed): Promise<Ledger> {
		return ledgerOf(await this.reports.ofJob(deployed.job), deployed.plan);
	}

	/** Waits until the job is in a state. */
	async untilState(deployed: Deployed, state: string, timeout = 30_000): Promise<void> {
		const look = async () => expect((await this.tenant.jobs.newest(deployed.flow))?.state).toBe(state);
		await vi.waitFor(look, { timeout, interval: 50 }).catch(async (error: unknown) => {
			const tasks = (await this.tenant.jobs.tasks(deployed.job)).map(({ stage, partition, state, owner, heartbeatAtMs }) => ({
				stage,
				partition,
				state,
				owner,
				silentMs: Date.now() - (heartbeatAtMs ?? 0),
			}));
			const reports = (await this.reports.ofJob(deployed.job)).map(({ stage, partition, failure, lagRecords }) => ({
				stage,
				partition,
				failure,
				lagRecords,
			}));
			throw new Error(`The job did not become ${state}: ${JSON.stringify({ tasks, reports })}`, { cause: error });
		});
	}

	/** Drains the flow and waits until all of it is out. */
	async finish(deployed: Deployed, timeout = 40_000): Promise<void> {
		await this.act(deployed, "drain");
		await this.untilState(deployed, "finished", timeout);
	}

	async close(): Promise<void> {
		for (const child of this.#children) {
			child.kill("SIGCONT");
			child.kill("SIGKILL");
		}
		await Promise.all([this.log.close(), this.reports.close(), this.database.close(), this.#results.end()]);
	}

	async #start(file: string, env: Record<string, string>): Promise<ChildProcess> {
		const child = fork(path.join(ROOT, file), {
			cwd: ROOT,
			execArgv: [...WITHOUT_TYPES],
			env: { PATH: process.env.PATH ?? "", TEST_LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "error", ...this.#env, ...env },
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		this.#children.add(child);
		child.once("exit", () => this.#children.delete(child));
		await new Promise<void>((ready, failed) => {
			child.once("message", () => ready());
			// One that is meant to die may do so before it could say that it was ready.
			child.once("exit", (code, signal) =>
				signal === "SIGKILL" ? ready() : failed(new Error(`A worker ended before it was ready (${signal ?? code}).`)),
			);
		});
		return child;
	}
}
