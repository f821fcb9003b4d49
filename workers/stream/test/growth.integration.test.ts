import { setTimeout as pause } from "node:timers/promises";
import { resolve } from "@weir/flow";
import { catalogue } from "@weir/nodes/definitions";
import { plan } from "@weir/planner";
import { encodeRawFrame, encodeRecord, partitionOf } from "@weir/records";
import { endpointStream } from "@weir/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectedMinutes, minuteFlow, type Pumped, pumpStream } from "./pumps.ts";
import { replay, untilReplay } from "./replays.ts";
import { minutesOf } from "./rows.ts";
import { type Deployed, PARTITIONS, World } from "./world.ts";

/* Seen to fail when a new generation is read before the one before it, when a task takes the keys of others, and when the new version begins anew. */

let world: World;
beforeAll(async () => {
	// Small bites, so that a task is in the midst of what is there when more comes.
	world = await World.open({ limits: { readBytes: 4_000 } });
	await world.startControl();
});
afterAll(() => world.close());

const TABLE = "grown_minutes";

/** A moment at which nothing is received. */
async function boundary(): Promise<number> {
	await pause(3);
	const now = Date.now();
	await pause(3);
	return now;
}

/** Windows per pump behind a guard that refuses whatever comes out of order. */
function guardedFlow() {
	const flow = minuteFlow(TABLE);
	const guard = { id: "guard", kind: "sequence-guard", version: 1, label: "guard", position: { x: 0, y: 0 } };
	const config = { keys: ["device"], sequence: "n", window: 1 };
	const enters = { id: "enters", from: { node: "src", port: "out" }, to: { node: "guard", port: "in" } };
	const edges = flow.edges.map((edge) => (edge.from.node === "src" ? { ...edge, from: { node: "guard", port: "out" } } : edge));
	return { ...flow, nodes: [...flow.nodes, { ...guard, config }], edges: [enters, ...edges] };
}

it("goes on in order and with all that it remembers while its stream gets more partitions, twice", { timeout: 150_000 }, async () => {
	const pumps = pumpStream(71);
	const flow = guardedFlow();
	const batches = [pumps.take(300), pumps.take(300), pumps.take(300)];
	let deployed = await world.deploy(flow);
	const generations = [PARTITIONS];
	const times = [await boundary()];
	await post(deployed, batches[0] ?? [], generations);
	times.push(await boundary());
	for (const batch of batches.slice(1)) {
		// At the first time nothing of what is there was read yet.
		deployed = await grow(deployed, generations);
		await post(deployed, batch, generations);
		times.push(await boundary());
		if (generations.length === 2) await world.startWorker();
	}
	await world.finish(deployed, 100_000);
	expect(await minutesOf(world, TABLE)).toEqual(expectedMinutes(batches.flat()));
	const ledger = await world.ledger(deployed);
	expect(ledger).toMatchObject({ late: 0, inFlight: 0, difference: 0 });

	// What lies in several generations is read again as it came; so is what lies in one between others.
	const [first = 0, second = 0, third = 0] = times;
	for (const { fromMs, toMs, of } of [
		{ fromMs: first, toMs: Date.now(), of: batches.flat() },
		{ fromMs: second, toMs: third, of: batches[1] ?? [] },
	]) {
		const { number } = await replay(world, deployed, { fromMs, toMs, flow, streams: { src: generations } });
		await untilReplay(world, deployed, number, "finished");
		expect(await minutesOf(world, `${TABLE}_replay_${number}`)).toEqual(expectedMinutes(of));
	}

	/** As the server does it. */
	async function grow(before: Deployed, all: number[]): Promise<Deployed> {
		const [from = 0, to = 0] = [all.at(-1), (all.at(-1) ?? 0) * 2];
		const endpoint = (await world.tenant.endpoints.ofFlow(before.flow))[0];
		const { resolved } = resolve(flow, catalogue);
		if (endpoint === undefined || resolved === undefined) throw new Error("There is nothing to grow.");
		await world.tenant.growth.begin(before.flow, endpoint.id, to);
		const stream = endpointStream(world.tenant.id, endpoint.id, all.length);
		for (let partition = 0; partition < from; partition++) await world.log.seal(stream, partition);
		all.push(to);
		const next = plan(resolved, { sourcePartitions: PARTITIONS, exchangePartitions: 2, streams: { src: all } });
		const reader = { job: before.job, plan: next };
		const job = await world.tenant.growth.finish(before.flow, {
			endpoint: endpoint.id,
			from: endpoint.partitions,
			to,
			reader,
			byName: "Ada",
		});
		return { ...before, job: job ?? "", plan: next };
	}

	async function post(to: Deployed, records: readonly Pumped[], all: readonly number[]): Promise<void> {
		const stream = endpointStream(world.tenant.id, to.endpoint, all.length);
		const parts = Map.groupBy(records, ({ device }) => partitionOf(device, all.at(-1) ?? 1));
		for (const [partition, some] of parts) {
			for (let at = 0; at < some.length; at += 10) {
				const packed = some
					.slice(at, at + 10)
					.map((record) => encodeRecord({ key: record.device, topic: "", payload: Buffer.from(JSON.stringify(record)) }));
				await world.log.append(stream, partition, encodeRawFrame(Date.now(), packed), packed.length, { id: `${all.length}`, seq: at + 1 });
			}
		}
	}
});
