import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connectRedis, eagerLog, openLog, type Redis } from "@weir/backends";
import { countAtDoor, noteTopics } from "@weir/backends/log";
import type { Flow } from "@weir/flow";
import { endpointStream } from "@weir/runtime";
import { createDatabase } from "@weir/tooling";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { exchangedFlow, pumpStream, rawFlow } from "./pumps.ts";
import { placesOf, type Stores } from "./whatever-is-left.ts";
import { type Deployed, PARTITIONS, World } from "./world.ts";

/*
 * Seen to fail when the tombstone of a task, of a stream or of live reports is not looked for, when the tenant's prefix is not erased, and when
 * the rows go before the streams.
 */

let world: World;
let control: Redis;
let folder: string;
let stores: Stores;
let ownUrl: string;

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-erasing-"));
	world = await World.open({
		coldFolder: folder,
		sliceMs: 10_000,
		limits: { commitEveryMs: 1_000, commitIdleMs: 1_000 },
	});
	const services = inject("services");
	control = connectRedis(services.redisUrl);
	ownUrl = await createDatabase(services.databaseUrl, `own_${randomUUID().slice(0, 8)}`);
	stores = { databases: [...world.databases, ownUrl], redis: [services.redisUrl, services.redisDataUrl], folder };
});

afterEach(async () => {
	await world.close();
	control.disconnect();
	await rm(folder, { recursive: true, force: true });
});

function ending(flow: Flow, kind: string, config: Record<string, unknown>): Flow {
	return { ...flow, nodes: flow.nodes.map((node) => (node.id === "out" ? { ...node, kind, config } : node)) };
}

/** A sink that commits in a database of the tenant's own. */
async function intoOwn(): Promise<Flow> {
	const { hostname, port, pathname, username, password } = new URL(ownUrl);
	const config = { host: hostname, port: Number(port), database: pathname.slice(1), schema: "public", user: username, tls: false };
	const secrets = { password: decodeURIComponent(password) };
	const { id } = await world.tenant.connections.create({ type: "postgres", name: "Own", config, secrets, by: randomUUID() });
	return ending(rawFlow(), "postgres-sink", { table: "mine", connection: id });
}

async function untilRead(deployed: Deployed, records: number): Promise<void> {
	await vi.waitFor(async () => expect((await world.ledger(deployed)).in).toBe(records), { timeout: 20_000, interval: 30 });
}

/** Old records of the flow leave the log for files. */
async function sendToFiles({ endpoint }: Deployed): Promise<void> {
	const log = await openLog({ LOG: "redis", REDIS_DATA_URL: inject("services").redisDataUrl, COLD_FOLDER: folder });
	const stream = endpointStream(world.tenant.id, endpoint);
	for (let partition = 0; partition < PARTITIONS; partition++) {
		const [entries = []] = await log.read([{ stream, partition, after: "" }], { maxBytes: 10_000_000, waitMs: 0 });
		await eagerLog(log).trim(stream, partition, entries.at(-2)?.id ?? "");
	}
	await log.close();
}

describe("a tenant that is deleted while a worker sleeps with its records", () => {
	it("leaves nothing behind, wherever the control worker dies meanwhile, and the sleeper brings nothing back", {
		timeout: 90_000,
	}, async () => {
		const keeper = await world.startControl();
		const sleeper = await world.startWorker();
		const fenced = new Promise<void>((resolve) => {
			sleeper.on("message", (message) => {
				if (typeof message === "object" && message !== null && "fenced" in message) resolve();
			});
		});
		const pumps = pumpStream(5);
		const flows = [exchangedFlow(), ending(rawFlow(), "log-sink", { keep: 50 }), await intoOwn()];
		const deployed: Deployed[] = [];
		for (const flow of flows) deployed.push(await world.deploy(flow));
		const records = [...pumps.take(200), "{broken"];
		await Promise.all(deployed.map((one) => world.post(one, records)));
		for (const one of deployed) await untilRead(one, records.length);
		const [first, ...others] = deployed;
		if (first === undefined) throw new Error("Nothing was deployed.");
		await sendToFiles(first);
		await noteTopics(control, world.tenant.id, ["pumps/1"], Date.now());
		await countAtDoor(control, first.endpoint, new Map([["accepted", 1]]), Date.now());
		const short = world.tenant.id.replaceAll("-", "").slice(0, 20);
		const flowIds = deployed.flatMap(({ flow, job, endpoint }) => [flow, job, endpoint]);
		const ids = [world.tenant.id, short, ...flowIds];
		const before = (await placesOf(ids, stores)).join("\n");
		for (const place of ["file ", ":s:", ":c:", ":l:", "live:", "door:", ":topics", "dead_letter", "weir_checkpoint", "postgres t_"]) {
			expect(before).toContain(place);
		}

		// One flow goes by itself: of it nothing is left, and the tenant's other flows go on.
		const [logged] = others;
		if (logged === undefined) throw new Error("Nothing was deployed.");
		await world.act(first, "stop");
		await world.untilState(first, "stopped");
		await world.tenant.flows.remove(first.flow);
		const ofFirst = [first.flow, first.job, first.endpoint];
		await vi.waitFor(async () => expect(await placesOf(ofFirst, stores)).toEqual([]), { timeout: 20_000, interval: 200 });

		// It has read these and not committed them.
		await Promise.all(others.map((one) => world.post(one, pumps.take(100))));
		await pause(400);
		sleeper.kill("SIGSTOP");
		keeper.kill("SIGKILL");
		const operator = await world.database.asOperator("its owner asked for it");
		expect(await operator.deleteTenant(world.tenant.id)).toBe(true);
		for (const failpoint of ["jobs-ended", "checkpoints-forgotten", "log-erased", "traces-erased", "results-dropped"]) {
			const dying = await world.startControl({ failpoint });
			if (dying.exitCode === null && dying.signalCode === null) await new Promise((ended) => dying.once("exit", ended));
		}
		await world.startControl();
		await vi.waitFor(async () => expect(await operator.tenantIds()).not.toContain(world.tenant.id), { timeout: 20_000, interval: 50 });
		expect(await placesOf(ids, stores)).toEqual([]);

		sleeper.kill("SIGCONT");
		await fenced;
		// Whatever else it had in hand it has tried by then, too.
		const asleep = sleeper.exitCode === null ? new Promise((ended) => sleeper.once("exit", ended)) : undefined;
		sleeper.kill("SIGTERM");
		await asleep;
		expect(await placesOf(ids, stores)).toEqual([]);
		await expect(world.post(logged, pumps.take(20))).rejects.toMatchObject({ code: "STREAM_GONE" });
		expect(await placesOf(ids, stores)).toEqual([]);
	});
});
