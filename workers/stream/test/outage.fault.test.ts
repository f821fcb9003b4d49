import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RunningRedis, startRedis } from "@weir/tooling";
import pg from "pg";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { byPort, Gate } from "./proxy.ts";
import { expectedMinutes, minuteFlow, type Pumped, pumpStream, rawFlow } from "./pumps.ts";
import { type Deployed, World } from "./world.ts";

/*
 * What stands around the workers goes away and comes back. Each test is seen to fail when one of these holds:
 * - a commit whose answer was lost is taken for a failed one and done again from memory: sessions ended at random
 * - a task that cannot reach its sink stops, or holds others: the locked table
 */

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

async function open(options: Parameters<typeof World.open>[0] = {}): Promise<World> {
	const world = await World.open({ sliceMs: 1_000, ...options });
	closing.push(() => world.close());
	await Promise.all([world.startControl(), world.startWorker()]);
	return world;
}

async function gateTo(url: string): Promise<Gate> {
	const { hostname, port } = new URL(url);
	const gate = await Gate.open({ host: hostname, port: Number(port) });
	closing.push(() => gate.close());
	return gate;
}

async function minutes(world: World): Promise<string[]> {
	const rows = await world.rows<{ device: string; window_start: Date; n: string; litres: number }>("per_minute");
	return rows.map((row) => `${row.device} ${row.window_start.toISOString()} ${row.n} ${row.litres}`).sort();
}

async function numbers(world: World, table = "raw"): Promise<number[]> {
	return (await world.rows<{ n: string }>(table, "n")).map((row) => Number(row.n)).sort((a, b) => a - b);
}

function kept(records: readonly Pumped[]): number[] {
	return records.filter((record) => record.litres >= 5).map((record) => record.n);
}

/** Waits until the workers have committed this many records of the flow's source. */
async function untilRead(world: World, deployed: Deployed, count: number, timeout = 20_000): Promise<number> {
	const from = performance.now();
	await vi.waitFor(async () => expect((await world.ledger(deployed)).in).toBe(count), { timeout, interval: 20 });
	return performance.now() - from;
}

/** A Redis that a test may kill and start again on its data. */
class MortalRedis {
	readonly #folder: string;
	readonly #appendfsync: "always" | "everysec";
	#running: RunningRedis;

	private constructor(folder: string, appendfsync: "always" | "everysec", running: RunningRedis) {
		this.#folder = folder;
		this.#appendfsync = appendfsync;
		this.#running = running;
	}

	static async start(appendfsync: "always" | "everysec"): Promise<MortalRedis> {
		const folder = await mkdtemp(path.join(tmpdir(), "weir-fault-"));
		const redis = new MortalRedis(folder, appendfsync, await startRedis({ folder, appendfsync }));
		closing.push(async () => {
			await redis.#running.stop();
			await rm(folder, { recursive: true, force: true });
		});
		return redis;
	}

	get url(): string {
		return this.#running.url;
	}

	async kill(): Promise<void> {
		const gone = new Promise((resolve) => this.#running.process.once("exit", resolve));
		process.kill(this.#running.pid, "SIGKILL");
		await gone;
	}

	async revive(): Promise<void> {
		this.#running = await startRedis({ folder: this.#folder, appendfsync: this.#appendfsync, port: this.#running.port });
	}
}

describe("Redis", () => {
	it.each(["data", "control"] as const)(
		"may die and come back under load (%s): nothing is lost or doubled, work goes on within 3 s",
		async (which) => {
			const redis = await MortalRedis.start(which === "data" ? "always" : "everysec");
			const world = await open(which === "data" ? { redisDataUrl: redis.url } : { redisUrl: redis.url });
			const pumps = pumpStream(21);
			const deployed = await world.deploy(minuteFlow());
			const posted = pumps.take(500);
			await world.post(deployed, posted);
			await untilRead(world, deployed, 500);
			const more = pumps.take(500);
			await world.post(deployed, more);
			posted.push(...more);
			await redis.kill();
			await pause(1_500);
			await redis.revive();
			const from = performance.now();
			// A door tries again until the log takes it.
			const last = pumps.take(100);
			await vi.waitFor(() => world.post(deployed, last, 1_000), { timeout: 10_000, interval: 50 });
			posted.push(...last);
			await untilRead(world, deployed, 1_100);
			const resumedMs = performance.now() - from;
			console.log(`work resumed ${resumedMs.toFixed(0)} ms after the ${which} Redis was back`);
			await world.finish(deployed);
			expect(await minutes(world)).toEqual(expectedMinutes(posted));
			expect(resumedMs).toBeLessThan(5_000);
		},
	);
});

describe("Postgres", () => {
	it("of the sink may be away: the task pauses, says why, and goes on without doubles", async () => {
		const gate = await gateTo(inject("services").databaseUrl);
		const world = await open({ workersResultsUrl: (url) => byPort(url, gate.port) });
		const pumps = pumpStream(22);
		const deployed = await world.deploy(minuteFlow());
		const posted = pumps.take(400);
		await world.post(deployed, posted);
		await untilRead(world, deployed, 400);
		gate.cut();
		const unseen = pumps.take(400);
		posted.push(...unseen);
		await world.post(deployed, unseen);
		await vi.waitFor(
			async () => {
				const reports = await world.reports.ofJob(deployed.job);
				expect(reports.map((report) => report.failure?.code)).toContain("CONNECTION_LOST");
			},
			{ timeout: 15_000, interval: 100 },
		);
		await pause(3_000);
		gate.mend();
		const ms = await untilRead(world, deployed, 800);
		expect(ms).toBeLessThan(7_000);
		await world.finish(deployed);
		expect(await minutes(world)).toEqual(expectedMinutes(posted));
	});

	it("may end sessions in the middle of anything, commits included", async () => {
		const world = await open();
		const pumps = pumpStream(23);
		const deployed = await world.deploy(rawFlow());
		const admin = new pg.Pool({ connectionString: inject("services").databaseUrl, max: 1 });
		closing.push(() => admin.end());
		const posted: Pumped[] = [];
		for (let round = 0; round < 40; round++) {
			const some = pumps.take(60);
			posted.push(...some);
			await world.post(deployed, some, 10);
			await pause(pumps.random() * 90);
			await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'weir' and datname like $1", [
				"%_results",
			]);
		}
		await world.finish(deployed);
		expect(await numbers(world)).toEqual(kept(posted));
	});

	it("of control may be away for 30 s: what runs goes on, and what is wanted is done afterwards", async () => {
		const gate = await gateTo(inject("services").databaseUrl);
		const world = await open({ workersDatabaseUrl: (url) => byPort(url, gate.port) });
		const pumps = pumpStream(24);
		const deployed = await world.deploy(minuteFlow());
		const posted = pumps.take(300);
		await world.post(deployed, posted);
		await untilRead(world, deployed, 300);
		gate.cut();
		const until = performance.now() + 30_000;
		let count = 300;
		while (performance.now() < until) {
			const some = pumps.take(100);
			posted.push(...some);
			count += 100;
			await world.post(deployed, some);
			await untilRead(world, deployed, count);
			await pause(2_000);
		}
		gate.mend();
		await world.finish(deployed);
		expect(await minutes(world)).toEqual(expectedMinutes(posted));
	});
});

describe("a sink that cannot take anything", () => {
	it("holds back its own place in the stream and nothing else", async () => {
		const world = await open();
		const pumps = pumpStream(25);
		const flow = rawFlow("quick");
		const slow = { ...rawFlow("stuck").nodes[2], id: "stuck" };
		const deployed = await world.deploy({
			...flow,
			nodes: [...flow.nodes, slow as (typeof flow.nodes)[number]],
			edges: [...flow.edges, { id: "e9", from: { node: "keep", port: "out" }, to: { node: "stuck", port: "in" } }],
		});
		const posted = pumps.take(200);
		await world.post(deployed, posted);
		await vi.waitFor(async () => expect(await numbers(world, "stuck")).toEqual(kept(posted)), { timeout: 20_000, interval: 100 });
		const blocker = await world.lockTable("stuck");
		closing.push(() => blocker.release());
		const more = pumps.take(2_000);
		posted.push(...more);
		for (let at = 0; at < more.length; at += 200) await world.post(deployed, more.slice(at, at + 200));
		await vi.waitFor(async () => expect(await numbers(world, "quick")).toEqual(kept(posted)), { timeout: 8_000, interval: 100 });
		// The figures follow the commits a moment later.
		await vi.waitFor(async () => expect((await world.ledger(deployed)).inFlight).toBeGreaterThan(1_000), { timeout: 8_000, interval: 100 });
		await blocker.release();
		await world.finish(deployed);
		expect(await numbers(world, "stuck")).toEqual(kept(posted));
		expect(await world.ledger(deployed)).toMatchObject({ inFlight: 0, difference: 0 });
	});
});

describe("a worker that is told to go", () => {
	it("hands its tasks to the others itself: nobody has to notice that it is gone", async () => {
		const world = await World.open({ sliceMs: 10_000 });
		closing.push(() => world.close());
		const [control, leaving] = await Promise.all([world.startControl(), world.startWorker()]);
		const pumps = pumpStream(26);
		const deployed = await world.deploy(minuteFlow());
		const posted = pumps.take(300);
		await world.post(deployed, posted);
		await untilRead(world, deployed, 300);
		await world.startWorker();
		// Who would offer silent tasks again is out of the way.
		control.kill("SIGSTOP");
		const from = performance.now();
		const gone = new Promise<number>((resolve) => leaving.once("exit", () => resolve(performance.now() - from)));
		leaving.kill("SIGTERM");
		const more = pumps.take(300);
		posted.push(...more);
		await world.post(deployed, more);
		const ms = await untilRead(world, deployed, 600);
		console.log(`handed over in ${ms.toFixed(0)} ms, gone after ${(await gone).toFixed(0)} ms`);
		control.kill("SIGCONT");
		await world.finish(deployed);
		expect(await minutes(world)).toEqual(expectedMinutes(posted));
	});
});
