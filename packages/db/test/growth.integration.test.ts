import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorkers, type WorkerStore } from "../src/index.ts";
import { aFlow, anEndpoint, openRig, type Rig } from "./support.ts";

let rig: Rig;
let workers: WorkerStore;
let owning: pg.Client;

beforeAll(async () => {
	rig = await openRig();
	workers = openWorkers({ appUrl: rig.appUrl, resultsUrl: rig.ownerUrl, sealer: rig.sealer });
	owning = new pg.Client({ connectionString: rig.ownerUrl });
	await owning.connect();
});

afterAll(() => Promise.all([owning.end(), rig.close(), workers.close()]));

/** A stream that was to get 32 partitions, by a server that died a minute ago. */
async function stuck() {
	const { owner, store, id: tenant } = await rig.newTenant();
	const flow = await store.flows.create({ name: "Pumps", content: aFlow(), by: owner });
	await store.drafts.ensureEndpoints(flow, [anEndpoint]);
	const [endpoint] = await store.endpoints.ofFlow(flow);
	if (endpoint === undefined) throw new Error("The flow has no endpoint.");
	await store.growth.begin(flow, endpoint.id, 32);
	await owning.query("update endpoint set growing_since = now() - interval '1 minute' where id = $1", [endpoint.id]);
	const growth = (await workers.stuckGrowth(20_000)).find((one) => one.tenant === tenant);
	if (growth === undefined) throw new Error("Nothing is stuck.");
	const finish = () =>
		store.growth.finish(flow, { endpoint: endpoint.id, from: endpoint.partitions, to: 32, reader: undefined, byName: "Ada" });
	const now = async () => {
		const text = `select partitions, earlier_partitions as earlier, growing_to as "to", growing_since as since from endpoint where id = $1`;
		return (await owning.query(text, [endpoint.id])).rows[0];
	};
	return { growth, finish, now, begin: () => store.growth.begin(flow, endpoint.id, 32), partitions: endpoint.partitions };
}

test("a stream that does not get its partitions in time keeps those it has, and may be given more again", async () => {
	const { growth, now, begin, partitions } = await stuck();
	expect(growth).toMatchObject({ partitions, generation: 1 });
	await expect(begin()).rejects.toMatchObject({ code: "STORAGE_REFUSED" });
	let unsealed = 0;
	await workers.takeBackGrowth(growth, async () => {
		unsealed += 1;
	});
	expect(unsealed).toBe(1);
	expect(await now()).toEqual({ partitions, earlier: [], to: null, since: null });
	await begin();
});

test("what is taken back is unsealed while nobody can finish it, and a failure to unseal leaves it to the next look", async () => {
	const { growth, finish, now, partitions } = await stuck();
	await expect(workers.takeBackGrowth(growth, () => Promise.reject(new Error("the log is away")))).rejects.toThrow("the log is away");
	expect(await now()).toMatchObject({ partitions, to: 32 });
	let finishing: Promise<unknown> = Promise.resolve();
	await workers.takeBackGrowth(growth, async () => {
		finishing = finish().catch((error: unknown) => error);
		const waits = "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
		// The server that was thought dead comes to its end right now.
		for (const until = performance.now() + 10_000; performance.now() < until; ) if ((await owning.query(waits)).rows[0].n > 0) break;
	});
	expect(await finishing).toMatchObject({ code: "STORAGE_REFUSED" });
	expect(await now()).toEqual({ partitions, earlier: [], to: null, since: null });
});

test("a stream that got its partitions meanwhile is left alone", async () => {
	const { growth, finish, now, partitions } = await stuck();
	await finish();
	await workers.takeBackGrowth(growth, () => Promise.reject(new Error("nothing of it may be unsealed")));
	expect(await now()).toEqual({ partitions: 32, earlier: [partitions], to: null, since: null });
	expect((await workers.stuckGrowth(0)).filter(({ tenant }) => tenant === growth.tenant)).toEqual([]);
});
