import { randomBytes, randomUUID } from "node:crypto";
import { appDatabaseUrl, createSealer, openWorkers } from "@weir/db";
import pg from "pg";
import { DRILL } from "../env.ts";

/* Generations only grow: a task that is taken twice gets a greater one, and one that is taken afterwards too. */

const tasks = [0, 1].map((partition) => ({ job: randomUUID(), stage: "s", partition }));
const owner = new pg.Client({ connectionString: DRILL.controlUrl });
await owner.connect();
const store = openWorkers({
	appUrl: appDatabaseUrl(DRILL.controlUrl),
	resultsUrl: DRILL.resultsUrl,
	sealer: createSealer(randomBytes(32).toString("base64")),
});
try {
	await owner.query("begin");
	// These tasks are of no job.
	await owner.query("set local session_replication_role = replica");
	for (const { job, stage, partition } of tasks)
		await owner.query("insert into task (tenant_id, job_id, stage, partition) values ($1, $2, $3, $4)", [
			randomUUID(),
			job,
			stage,
			partition,
		]);
	await owner.query("commit");
	const drawn: (number | undefined)[] = [];
	for (const task of [...tasks, ...tasks]) drawn.push(await store.lease(task, "drill"));
	const isGrowing = drawn.every((generation, i) => generation !== undefined && generation > (drawn[i - 1] ?? 0));
	if (!isGrowing) console.log(`Of two tasks taken twice in turn the generations were ${drawn.join(", ")}.`);
} finally {
	await owner.query("delete from task where job_id = any($1::uuid[])", [tasks.map(({ job }) => job)]);
	await Promise.all([owner.end(), store.close()]);
}
