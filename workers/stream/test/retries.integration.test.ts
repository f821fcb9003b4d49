import { retryPlace } from "@weir/runtime";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { keptOf, pumpStream, rawFlow } from "./pumps.ts";
import { numbersOf } from "./rows.ts";
import { type Deployed, World } from "./world.ts";

/* Seen to fail when how far a task has come with its retries is not part of its checkpoint. */

let world: World;
beforeAll(async () => {
	world = await World.open();
	await world.startControl();
});
afterAll(() => world.close());

async function retryAll({ flow, job, plan }: Deployed): Promise<number> {
	const open = await world.tenant.deadLetters.open({ flow }, 1_000);
	const placed = open.flatMap((letter) => {
		const place = retryPlace(plan, letter);
		return place === undefined ? [] : [{ id: letter.id, ...place }];
	});
	return world.tenant.deadLetters.retry(flow, job, placed);
}

it("gives dead letters to the node that had refused them, once, also where a worker dies over it", async () => {
	const records = pumpStream(41).take(400);
	const refused = keptOf(records.filter((record) => record.litres === 7));
	const deployed = await world.deploy(rawFlow("picky"));
	const first = await world.startWorker();
	await world.untilState(deployed, "running");
	await world.post(deployed, records.slice(0, 1));
	await vi.waitFor(async () => expect((await world.ledger(deployed)).in).toBe(1), { timeout: 30_000, interval: 50 });
	await world.sql("alter table {schema}.picky add constraint no_seven check (litres <> 7)");
	await world.post(deployed, [...records.slice(1), "not json"]);
	const count = async () => (await world.tenant.deadLetters.groups(Date.now(), deployed.flow)).reduce((sum, group) => sum + group.count, 0);
	await vi.waitFor(async () => expect(await count()).toBe(refused.length + 1), { timeout: 30_000, interval: 50 });
	await world.sql("alter table {schema}.picky drop constraint no_seven");

	// The only worker left dies between the commit that holds some of them and telling that they are through.
	first.kill("SIGKILL");
	const mortal = await world.startWorker({ failpoint: "commit:after@1" });
	const died = new Promise((resolve) => mortal.once("exit", resolve));
	expect(await retryAll(deployed)).toBe(refused.length + 1);
	await died;
	await world.startWorker();
	// What cannot be read stays what it is: it is set aside anew.
	await vi.waitFor(async () => expect(await count()).toBe(1), { timeout: 30_000, interval: 50 });
	expect((await world.tenant.deadLetters.page({ flow: deployed.flow }, undefined, 10)).records[0]).toMatchObject({
		node: "src",
		state: "open",
	});
	await world.finish(deployed);
	expect(await numbersOf(world, "picky")).toEqual(keptOf(records));
	expect(await world.ledger(deployed)).toMatchObject({ retried: refused.length, deadLetter: refused.length + 2, difference: 0 });
}, 90_000);
