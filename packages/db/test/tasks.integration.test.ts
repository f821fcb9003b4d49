import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorkers, type WorkerStore } from "../src/index.ts";
import { aFlow, anEndpoint, aPlan, openRig, type Rig } from "./support.ts";

let rig: Rig;
let workers: WorkerStore;

beforeAll(async () => {
	rig = await openRig();
	workers = openWorkers({ appUrl: rig.appUrl, resultsUrl: rig.ownerUrl, sealer: rig.sealer });
});

afterAll(() => Promise.all([rig.close(), workers.close()]));

test("a task that goes from worker to worker was never restarted; one that is taken up after a silence was", async () => {
	const { owner, store } = await rig.newTenant();
	const flow = await store.flows.create({ name: "Pumps", template: undefined, content: aFlow(), by: owner });
	const deployed = await store.deploys.deploy(flow, {
		rev: 1,
		flow: aFlow(),
		plan: aPlan,
		endpoints: [anEndpoint],
		fresh: [],
		note: "",
		by: owner,
		byName: "Ada",
	});
	const place = { job: deployed.jobId, stage: "s", partition: 0 };
	const job = await workers.job(deployed.jobId);
	if (job === undefined) throw new Error("The job is missing.");
	await workers.ensureTasks(job, [place]);
	const restarts = async () => (await store.jobs.tasks(deployed.jobId)).map((task) => task.restarts);
	for (const worker of ["w1", "w2", "w1"]) await workers.lease(place, worker);
	expect(await restarts()).toEqual([0]);
	const owning = new pg.Client({ connectionString: rig.ownerUrl });
	await owning.connect();
	await owning.query("update task set heartbeat_at = now() - interval '10 seconds'");
	await owning.end();
	await workers.lease(place, "w2");
	await workers.lease(place, "w2");
	expect(await restarts()).toEqual([1]);
});
