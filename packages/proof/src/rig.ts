import { appendFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { LiveReports } from "@weir/backends";
import type { Database, TenantStore } from "@weir/db";
import { type Flow, resolve } from "@weir/flow";
import { type Ledger, ledgerOf } from "@weir/jobs";
import { catalogue } from "@weir/nodes/definitions";
import { type Plan, plan } from "@weir/planner";
import type { RunningPostgres } from "@weir/tooling";
import type pg from "pg";
import type { DrillPlaces } from "./drill.ts";
import type { Gate } from "./gate.ts";
import type { Processes } from "./processes.ts";
import type { Mortal, MortalKafka, MortalRedis } from "./services.ts";
import type { Shape } from "./shapes/index.ts";

const ROWS_AT_ONCE = 20_000;

export interface RigParts {
	readonly shape: Shape;
	readonly tenant: TenantStore;
	readonly owner: string;
	readonly database: Database;
	readonly results: pg.Pool;
	readonly schema: string;
	/** The ways of the product to the database that its sinks write to, and to its own. */
	readonly resultsGate: Gate;
	readonly controlGate: Gate;
	/** The gateway's way to a Redis that holds the log. */
	readonly logGate: Gate | undefined;
	readonly postgres: RunningPostgres | undefined;
	readonly control: MortalRedis;
	/** What holds the log: one of the two. */
	readonly data: MortalRedis | undefined;
	readonly kafka: MortalKafka | undefined;
	readonly processes: Processes;
	/** Where the drills try what they try. */
	readonly drill: DrillPlaces;
	readonly ports: { readonly http: number; readonly mqtt: number };
}

/** A flow that was deployed, version by version. */
export interface DeployedFlow {
	readonly id: string;
	readonly versions: { readonly job: string; readonly plan: Plan }[];
}

/** A dead letter as a person sees it. */
export interface FoundLetter {
	readonly raw: string;
	readonly code: string;
	readonly reason: string;
	readonly position: string | undefined;
}

/** The product on services of its own, any part of which may be broken. */
export class Rig {
	readonly parts: RigParts;
	readonly processes: Processes;
	readonly #reports: LiveReports;
	#deployed: DeployedFlow | undefined;

	constructor(parts: RigParts) {
		this.parts = parts;
		this.processes = parts.processes;
		this.#reports = new LiveReports(parts.control.url);
	}

	/** What holds the log. */
	get log(): Mortal {
		const log = this.parts.data ?? this.parts.kafka;
		if (log === undefined) throw new Error("There is no log.");
		return log;
	}

	/** The Redis that holds the log. */
	get data(): MortalRedis {
		if (this.parts.data === undefined) throw new Error("The log is not in a Redis.");
		return this.parts.data;
	}

	get logGate(): Gate {
		if (this.parts.logGate === undefined) throw new Error("The log is not in a Redis.");
		return this.parts.logGate;
	}

	/** The proven flow. */
	get flow(): DeployedFlow {
		if (this.#deployed === undefined) throw new Error("Nothing is deployed.");
		return this.#deployed;
	}

	/** Saves a drawing, or the next draft of a flow, and deploys it. */
	async deploy(flow: Flow, before?: DeployedFlow): Promise<DeployedFlow> {
		const { tenant, owner: by } = this.parts;
		const { resolved, problems } = resolve(flow, catalogue);
		if (resolved === undefined) throw new Error(problems.map((problem) => problem.message).join(" "));
		const planned = plan(resolved);
		const endpoints = resolved.nodes.flatMap(({ id, definition, config }) =>
			definition.door === undefined ? [] : [{ node: id, protocol: definition.door.protocol, settings: definition.door.settings(config) }],
		);
		const id = before?.id ?? (await tenant.flows.create({ name: "Proof", content: flow, by }));
		let { rev, layoutRev } = (await tenant.flows.get(id)).draft;
		if (before !== undefined) {
			const saved = await tenant.drafts.save(id, { baseRev: rev, baseLayoutRev: layoutRev, flow, endpoints, by });
			({ rev, layoutRev } = saved.draft);
		}
		const { jobId } = await tenant.deploys.deploy(id, { rev, flow, plan: planned, endpoints, note: "", by, byName: "Proof" });
		const deployed = before ?? { id, versions: [] };
		deployed.versions.push({ job: jobId, plan: planned });
		return deployed;
	}

	/** Deploys the proven flow, each time as a new version. */
	async deployNext(): Promise<void> {
		this.#deployed = await this.deploy(this.parts.shape.flow((this.#deployed?.versions.length ?? 0) + 1), this.#deployed);
	}

	/** Addresses and token of a new device that may post to a flow's sources. */
	async device(
		name: string,
		flow = this.flow,
	): Promise<{ readonly readings: string; readonly valves: string | undefined; readonly token: string }> {
		const { tenant, owner, ports } = this.parts;
		const endpoints = await tenant.endpoints.ofFlow(flow.id);
		const addressOf = (node: string) => {
			const endpoint = endpoints.find((one) => one.node === node);
			return endpoint === undefined ? undefined : `http://127.0.0.1:${ports.http}/v1/${endpoint.key}`;
		};
		const readings = addressOf("src");
		if (readings === undefined) throw new Error("The flow has no endpoint.");
		const { token } = await tenant.devices.create(name, owner);
		return { readings, valves: addressOf("valves"), token };
	}

	/** Makes a table where the sinks write, as the tenant's own. */
	async makeTable(table: string, columns: string): Promise<void> {
		const { results, schema } = this.parts;
		await results.query(`create table "${schema}"."${table}" (${columns})`);
		await results.query(`alter table "${schema}"."${table}" owner to "${schema}"`);
	}

	/** Rows of a table that a sink writes; none while it is not there, or its database is away. */
	async rows<Row extends pg.QueryResultRow>(select: string, table: string, rest = ""): Promise<Row[]> {
		try {
			return (await this.parts.results.query<Row>(`select ${select} from "${this.parts.schema}"."${table}" ${rest}`)).rows;
		} catch {
			return [];
		}
	}

	/** Writes what a table holds into a file, one JSON object a line. */
	async exportTable(select: string, table: string, file: string): Promise<void> {
		writeFileSync(file, "");
		if ((await this.rows("1", table, "limit 1")).length === 0) return;
		const session = await this.parts.results.connect();
		try {
			await session.query("begin");
			await session.query(`declare told cursor for select ${select} from "${this.parts.schema}"."${table}"`);
			for (;;) {
				const { rows } = await session.query(`fetch ${ROWS_AT_ONCE} from told`);
				if (rows.length === 0) break;
				appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
			}
		} finally {
			await session.query("rollback").catch(() => undefined);
			session.release();
		}
	}

	/** How many rows a table has. */
	async countOf(table: string): Promise<number> {
		const [row] = await this.rows<{ n: string }>("count(*) as n", table);
		return Number(row?.n ?? 0);
	}

	/** Ends every session that the workers have at the results database, in whatever they are. */
	async terminateSessions(): Promise<void> {
		await this.parts.results.query(
			"select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'weir' and pid <> pg_backend_pid()",
		);
	}

	/** Holds a table for a while so that nobody can write to it. */
	async holdTable(table: string, ms: number): Promise<void> {
		const session = await this.parts.results.connect();
		try {
			await session.query("begin");
			await session.query(`lock table "${this.parts.schema}"."${table}" in exclusive mode`);
			await pause(ms);
		} finally {
			await session.query("rollback").catch(() => undefined);
			session.release();
		}
	}

	/** What became of the records, over all versions: once every task has told of its last commit, or when that took too long. */
	async settledLedger(limitMs: number): Promise<Omit<Ledger, "carried">> {
		const until = performance.now() + limitMs;
		for (;;) {
			const ledger = await this.ledger();
			if (ledger.inFlight === 0 && ledger.waiting === 0 && ledger.difference === 0) return ledger;
			if (performance.now() > until) return ledger;
			await pause(50);
		}
	}

	/** What became of the records, over all versions, as far as tasks have told. */
	async ledger(): Promise<Omit<Ledger, "carried">> {
		const sum: Record<string, number> = {};
		const newest = this.flow.versions.at(-1);
		for (const { job, plan: planned } of this.flow.versions) {
			const { waiting, inFlight, carried: _, ...past } = ledgerOf(await this.#reports.ofJob(job), planned);
			// What waited for a version or was on its way in it when it was replaced is the next one's.
			const ledger = job === newest?.job ? { ...past, waiting, inFlight } : past;
			for (const [name, count] of Object.entries(ledger)) sum[name] = (sum[name] ?? 0) + (name === "difference" ? Math.abs(count) : count);
		}
		return sum as unknown as Omit<Ledger, "carried">;
	}

	/** All dead letters of the flow. */
	async deadLetters(): Promise<readonly FoundLetter[]> {
		const found: FoundLetter[] = [];
		for (let cursor: string | undefined; ; ) {
			const { records, nextCursor } = await this.parts.tenant.deadLetters.page({ flow: this.flow.id }, cursor, 100);
			for (const { raw, code, reason, position } of records) found.push({ raw: Buffer.from(raw).toString(), code, reason, position });
			if (nextCursor === undefined) return found;
			cursor = nextCursor;
		}
	}

	/** Lines of the flow's event log of a kind, newest first. */
	async eventsOf(kind: string): Promise<readonly string[]> {
		const events = await this.parts.tenant.jobs.events(this.flow.id, undefined, 200);
		return events.filter((event) => event.kind === kind).map((event) => event.text);
	}

	/** Waits until every task of a flow has begun. */
	async untilRunning(flow = this.flow): Promise<void> {
		if (!(await this.untilState("running", 90_000, flow))) throw new Error("The flow did not start within 90 s.");
	}

	/** Drains the flow and waits until all of it is out; false when that took too long. */
	async drain(limitMs: number): Promise<boolean> {
		await this.parts.tenant.jobs.act(this.flow.id, "drain", this.parts.owner);
		return this.untilState("finished", limitMs);
	}

	/** Waits until the newest version of a flow is in a state; false when that took too long. */
	async untilState(state: string, limitMs: number, flow = this.flow): Promise<boolean> {
		const until = performance.now() + limitMs;
		while (performance.now() < until) {
			if ((await this.parts.tenant.jobs.newest(flow.id))?.state === state) return true;
			await pause(50);
		}
		return false;
	}

	/** How the newest version stands, for whoever wants to know why it does not get on. */
	async standing(): Promise<string> {
		const job = await this.parts.tenant.jobs.newest(this.flow.id);
		if (job === undefined) return "no job";
		const tasks = await this.parts.tenant.jobs.tasks(job.id);
		const reports = await this.#reports.ofJob(job.id);
		const lines = tasks
			.filter((task) => task.state !== "done")
			.map((task) => {
				const report = reports.find((one) => one.stage === task.stage && one.partition === task.partition);
				const silentMs = task.heartbeatAtMs === undefined ? "never" : `${Date.now() - task.heartbeatAtMs} ms ago`;
				return `${task.stage}/${task.partition} ${task.state} of ${task.owner ?? "nobody"}, heard ${silentMs}, ${report?.lagRecords ?? "?"} behind, ${report?.failure?.message ?? "no failure"}`;
			});
		return `job ${job.state}, wanted ${job.wanted}: ${lines.join(" · ")}`;
	}

	async close(): Promise<void> {
		const { processes, resultsGate, controlGate, logGate, database, results, control, data, kafka, postgres } = this.parts;
		processes.close();
		resultsGate.close();
		controlGate.close();
		logGate?.close();
		await Promise.all([this.#reports.close(), database.close(), results.end()]);
		await Promise.all([control.stop(), data?.stop(), kafka?.stop(), postgres?.stop()]);
	}
}
