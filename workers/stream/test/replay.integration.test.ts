import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { eagerLog, openLog } from "@weir/backends";
import type { Flow } from "@weir/flow";
import { endpointStream } from "@weir/runtime";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { exchangedFlow, expectedMinutes, keptOf, minuteFlow, type Pumped, pumpStream, rawFlow } from "./pumps.ts";
import { replay, replayOf, rewind, untilReplay } from "./replays.ts";
import { amountsOf, minutesOf, numbersOf } from "./rows.ts";
import { type Deployed, PARTITIONS, World } from "./world.ts";

/*
 * Seen to fail when a replay has no end, when it begins at the oldest entry, when its sinks keep the live table, when a rewound flow takes over
 * the states of what ran before, and when what it sets aside has the name that the first reading gave it.
 */

let world: World;
let coldFolder: string;
beforeAll(async () => {
	coldFolder = await mkdtemp(path.join(tmpdir(), "weir-cold-"));
	world = await World.open({ coldFolder });
	await Promise.all([world.startControl(), world.startWorker()]);
});
afterAll(async () => {
	await world.close();
	await rm(coldFolder, { recursive: true, force: true });
});

/** A moment at which nothing is received: what came before it is before it for the log too. */
async function boundary(): Promise<number> {
	await pause(3);
	const now = Date.now();
	await pause(3);
	return now;
}

function upserting(flow: Flow): Flow {
	const keyed = (config: Flow["nodes"][number]["config"]) => ({ ...config, mode: "upsert", keyColumns: ["window_start", "device"] });
	return { ...flow, nodes: flow.nodes.map((node) => (node.id === "out" ? { ...node, config: keyed(node.config) } : node)) };
}

async function untilRead(deployed: Deployed, records: number): Promise<void> {
	await vi.waitFor(async () => expect((await world.ledger(deployed)).in).toBe(records), { timeout: 40_000, interval: 30 });
}

describe("a replay", () => {
	it("writes for its range what the flow wrote for it, and touches nothing of the flow's", async () => {
		const pumps = pumpStream(31);
		const [before, inside, after] = [pumps.take(200), pumps.take(600), pumps.take(200)];
		const deployed = await world.deploy(rawFlow("whole"));
		await world.post(deployed, before);
		const fromMs = await boundary();
		await world.post(deployed, [...inside, "{broken"]);
		const toMs = await boundary();
		await world.post(deployed, after);
		await untilRead(deployed, 1_001);
		const { number } = await replay(world, deployed, { fromMs, toMs, flow: rawFlow("whole") });
		await untilReplay(world, deployed, number, "finished");
		expect(await numbersOf(world, `whole_replay_${number}`)).toEqual(keptOf(inside));
		expect(await numbersOf(world, "whole")).toEqual(keptOf([...before, ...inside, ...after]));
		expect((await world.tenant.jobs.newest(deployed.flow))?.id).toBe(deployed.job);
		const groups = await world.tenant.deadLetters.groups(Date.now(), deployed.flow);
		expect(groups).toHaveLength(2);
		for (const replay of [number, undefined]) expect(groups).toContainEqual(expect.objectContaining({ node: "src", count: 1, replay }));
	});

	it("closes its windows at the end of the range as a drained flow does", async () => {
		const records = pumpStream(32).take(1_500);
		const flows = [minuteFlow("closed"), exchangedFlow("closed_amounts")] as const;
		const both = await Promise.all(flows.map((flow) => world.deploy(flow)));
		const fromMs = await boundary();
		for (const deployed of both) await world.post(deployed, records);
		const toMs = await boundary();
		for (const deployed of both) await untilRead(deployed, records.length);
		const [minutes, amounts] = both;
		if (minutes === undefined || amounts === undefined) throw new Error("Nothing was deployed.");
		const [first, second] = await Promise.all([
			replay(world, minutes, { fromMs, toMs, flow: flows[0] }),
			replay(world, amounts, { fromMs, toMs, flow: flows[1] }),
		]);
		await untilReplay(world, minutes, first.number, "finished");
		await untilReplay(world, amounts, second.number, "finished");
		for (const deployed of both) await world.finish(deployed);
		expect(await minutesOf(world, `closed_replay_${first.number}`)).toEqual(await minutesOf(world, "closed"));
		expect(await minutesOf(world, "closed")).toEqual(expectedMinutes(records));
		expect(await amountsOf(world, `closed_amounts_replay_${second.number}`)).toEqual(await amountsOf(world, "closed_amounts"));
	});

	it("reads on where the records have left the log for files, and back", async () => {
		const pumps = pumpStream(36);
		const [first, second, third] = [pumps.take(200), pumps.take(200), pumps.take(200)];
		const deployed = await world.deploy(rawFlow("old"));
		const fromMs = await boundary();
		for (const some of [first, second, third]) await world.post(deployed, some);
		await untilRead(deployed, 600);
		const log = await openLog({ LOG: "redis", REDIS_DATA_URL: inject("services").redisDataUrl, COLD_FOLDER: coldFolder });
		const stream = endpointStream(world.tenant.id, deployed.endpoint);
		for (let partition = 0; partition < PARTITIONS; partition++) {
			const entries = (await log.read([{ stream, partition, after: "" }], { maxBytes: 10_000_000, waitMs: 0 }))[0] ?? [];
			await eagerLog(log).trim(stream, partition, entries.at(-2)?.id ?? "");
			expect(await world.log.tail(stream, partition, 100)).toHaveLength(1);
		}
		await log.close();
		const { number } = await replay(world, deployed, { fromMs, toMs: await boundary(), flow: rawFlow("old") });
		await untilReplay(world, deployed, number, "finished");
		expect(await numbersOf(world, `old_replay_${number}`)).toEqual(await numbersOf(world, "old"));
		expect(await numbersOf(world, "old")).toEqual(keptOf([...first, ...second, ...third]));
	});

	it("is refused with the time from which the log holds all, when its range begins before it", async () => {
		const pumps = pumpStream(33);
		const deployed = await world.deploy(rawFlow("short"));
		const fromMs = await boundary();
		await world.post(deployed, pumps.take(100));
		await untilRead(deployed, 100);
		const stream = endpointStream(world.tenant.id, deployed.endpoint);
		for (let partition = 0; partition < PARTITIONS; partition++) {
			await world.log.trim(stream, partition, (await world.log.state(stream, partition)).last);
		}
		const { number } = await replay(world, deployed, { fromMs, toMs: Date.now(), flow: rawFlow("short") });
		await untilReplay(world, deployed, number, "failed");
		const failure = (await replayOf(world, deployed, number))?.job.failure;
		expect(failure).toMatchObject({ code: "RANGE_FORGOTTEN", message: expect.stringContaining("Begin there or later.") });
		expect((await world.tenant.jobs.newest(deployed.flow))?.state).toBe("running");
	});

	it("ends at once when nothing was received in its range", async () => {
		const deployed = await world.deploy(rawFlow("quiet"));
		await world.untilState(deployed, "running");
		const fromMs = await boundary();
		const { number } = await replay(world, deployed, { fromMs, toMs: await boundary(), flow: rawFlow("quiet") });
		await untilReplay(world, deployed, number, "finished");
		expect(await numbersOf(world, `quiet_replay_${number}`)).toEqual([]);
	});
});

describe("a flow that is rewound", () => {
	it("comes to equal rows in a sink that replaces, however often", async () => {
		const pumps = pumpStream(34);
		const posted: Pumped[] = pumps.take(800);
		let deployed = await world.deploy(upserting(minuteFlow("again")));
		const fromMs = await boundary();
		await world.post(deployed, posted);
		for (let time = 0; time < 2; time++) {
			await untilRead(deployed, posted.length);
			deployed = await rewind(world, deployed, fromMs);
			const more = pumps.take(200);
			posted.push(...more);
			await world.post(deployed, more);
		}
		await untilRead(deployed, posted.length);
		await world.finish(deployed);
		expect(await minutesOf(world, "again")).toEqual(expectedMinutes(posted));
		expect(await world.ledger(deployed)).toMatchObject({ in: posted.length, duplicate: 0, difference: 0 });
	});

	it("writes again what came since in a sink that appends, and sets aside again what it could not read", async () => {
		const pumps = pumpStream(35);
		const [early, late] = [pumps.take(100), pumps.take(100)];
		const deployed = await world.deploy(rawFlow("twice"));
		await world.post(deployed, early);
		await untilRead(deployed, 100);
		const fromMs = await boundary();
		await world.post(deployed, [...late, "{broken"]);
		await untilRead(deployed, 201);
		const again = await rewind(world, deployed, fromMs);
		await untilRead(again, 101);
		const kept = keptOf(late);
		expect(await numbersOf(world, "twice")).toEqual([...keptOf(early), ...kept, ...kept].sort((a, b) => a - b));
		expect((await world.tenant.deadLetters.page({ flow: deployed.flow }, undefined, 10)).records).toHaveLength(2);
	});
});

describe("a new version that is filled up beside the one that runs", () => {
	it("takes over once it has caught up, with every record since its beginning, while records come", async () => {
		const pumps = pumpStream(37);
		const posted = pumps.take(600);
		const before = await world.deploy(rawFlow("was"));
		const fromMs = await boundary();
		await world.post(before, posted);
		await untilRead(before, posted.length);
		const { number, job } = await replay(world, before, { fromMs, flow: rawFlow("is_now") });
		const isLive = async () => (await world.tenant.jobs.newest(before.flow))?.id === job.id;
		for (let batch = 0; batch < 200 && !(await isLive()); batch++) {
			const some = pumps.take(20);
			posted.push(...some);
			await world.post(before, some);
			await pause(50);
		}
		await vi.waitFor(async () => expect(await isLive()).toBe(true), { timeout: 60_000, interval: 50 });
		const after = pumps.take(100);
		await world.post(before, after);
		await vi.waitFor(async () => expect((await world.tenant.jobs.tasks(before.job)).every(({ state }) => state === "done")).toBe(true));
		expect(await world.tenant.flows.get(before.flow)).toMatchObject({ liveVersion: 2, job: { id: job.id, version: 2 } });
		expect(await replayOf(world, before, number)).toBeUndefined();
		await untilRead({ ...before, job: job.id }, posted.length + after.length);
		expect(await numbersOf(world, "is_now")).toEqual(keptOf([...posted, ...after]));
		// What the old version wrote it wrote once, and it wrote no more.
		const old = await numbersOf(world, "was");
		expect(new Set(old).size).toBe(old.length);
		expect(old.length).toBeLessThan(keptOf([...posted, ...after]).length);
	});

	it("waits while the flow is paused, can be given up, and lets nothing else be deployed meanwhile", async () => {
		const pumps = pumpStream(38);
		const before = await world.deploy(rawFlow("stays"));
		const fromMs = await boundary();
		await world.post(before, pumps.take(100));
		await untilRead(before, 100);
		await world.act(before, "pause");
		await world.untilState(before, "stopped");
		const { number } = await replay(world, before, { fromMs, flow: rawFlow("given_up") });
		await vi.waitFor(async () => expect(await numbersOf(world, "given_up")).not.toEqual([]), { timeout: 40_000, interval: 50 });
		await expect(world.deploy(rawFlow("third"), before)).rejects.toMatchObject({ code: "FLOW_RUNNING" });
		await expect(rewind(world, before, fromMs)).rejects.toMatchObject({ code: "FLOW_RUNNING" });
		expect((await world.tenant.jobs.newest(before.flow))?.id).toBe(before.job);
		await world.tenant.replays.stop(before.flow, number, before.flow);
		await untilReplay(world, before, number, "stopped");
		expect((await world.deploy(rawFlow("third"), before)).job).not.toBe(before.job);
	});
});
