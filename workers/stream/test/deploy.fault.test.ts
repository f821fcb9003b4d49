import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { expectedAmounts, expectedMinutes, type Pumped, pumpStream } from "./pumps.ts";
import { amountsOf, minutesOf } from "./rows.ts";
import { versionsOf } from "./versions.ts";
import { type Deployed, World } from "./world.ts";

/*
 * Seen to fail when the states of nodes are not taken over, when they are taken from the version before the last, when the sources begin anew,
 * when the rows on their way between two stages are forgotten, when keys that go to other tasks are looked for in the task of the same number alone,
 * and when the version before is not fenced; the second, when checkpoints
 * are forgotten that a task of the version after has not yet stored as its own.
 */

let world: World;
beforeEach(async () => {
	world = await World.open({ sliceMs: 2_000 });
	await world.startControl();
});
afterEach(() => world.close());

describe("a flow of which new versions are deployed while records come", () => {
	it("loses nothing, counts nothing twice and closes no window early, also where a worker sleeps through it", async () => {
		const pumps = pumpStream(17);
		const flows = [
			{ versions: versionsOf("per pump"), deployed: [] as Deployed[] },
			{ versions: versionsOf("per amount"), deployed: [] as Deployed[] },
		] as const;
		const newest = () => flows.map(({ deployed }) => deployed.at(-1)).filter((one) => one !== undefined);
		const posted: Pumped[] = [];
		let repeats = 0;
		const post = async (count: number) => {
			// What dedup remembers has to come along: a part is sent again, by the other source.
			const repeated = posted.slice(-count / 4);
			const fresh = pumps.take(count);
			for (const to of newest()) {
				await world.post(to, repeated, 20, "src2");
				await world.post(to, fresh.slice(0, count / 2), 20, "src");
				await world.post(to, fresh.slice(count / 2), 20, "src2");
			}
			posted.push(...fresh);
			repeats += repeated.length;
		};
		const sleeper = await world.startWorker();
		await world.startWorker();
		const handOvers: number[] = [];
		for (let version = 0; version < 7; version++) {
			// Before a version that cannot go on with the rows on their way there are some, because their target does not answer.
			const lock = version === 3 ? await world.lockTable("per_amount") : undefined;
			const [, regrouped] = newest();
			if (lock !== undefined && regrouped !== undefined) {
				await vi.waitFor(
					async () => {
						await post(200);
						expect((await world.ledger(regrouped)).inFlight).toBeGreaterThan(20);
					},
					{ timeout: 20_000, interval: 100 },
				);
			}
			for (const { versions, deployed } of flows) {
				const flow = versions[version];
				// The keys go to other tasks on the way, and back.
				const exchangePartitions = [2, 2, 5, 5, 5, 5, 3][version] ?? 2;
				if (flow !== undefined) deployed.push(await world.deploy(flow, deployed.at(-1), { exchangePartitions }));
			}
			const deployedAt = performance.now();
			await post(100);
			await lock?.release();
			if (version === 4) sleeper.kill("SIGSTOP");
			if (version === 6) sleeper.kill("SIGCONT");
			// Each version really works before the next comes, and is replaced in the middle of it.
			await vi.waitFor(
				async () => {
					await post(100);
					for (const one of newest()) expect((await world.ledger(one)).in).toBeGreaterThan(0);
				},
				{ timeout: 30_000, interval: 100 },
			);
			if (lock === undefined) handOvers.push(performance.now() - deployedAt);
			await pause(pumps.random() * 200);
		}
		for (const one of newest()) await world.finish(one);
		console.log(`from a deploy to the new version's first commit, both flows, ms: ${handOvers.map((ms) => ms.toFixed(0)).join(" ")}`);
		expect(await minutesOf(world)).toEqual(expectedMinutes(posted));
		expect(await amountsOf(world)).toEqual(expectedAmounts(posted));
		for (const { deployed } of flows) {
			let read = 0;
			let duplicates = 0;
			for (const one of deployed) {
				const ledger = await world.ledger(one);
				read += ledger.in;
				duplicates += ledger.duplicate;
			}
			// Every record was read by exactly one version.
			expect({ read, duplicates }).toEqual({ read: posted.length + repeats, duplicates: repeats });
			const last = deployed.at(-1);
			if (last !== undefined) expect(await world.ledger(last)).toMatchObject({ late: 0, deadLetter: 0, inFlight: 0, difference: 0 });
		}
	}, 180_000);

	it("goes on with what the one before the last remembered, where the last never began", async () => {
		const pumps = pumpStream(18);
		const first = pumps.take(300);
		const [flow, ...others] = versionsOf("per pump");
		if (flow === undefined) throw new Error("There is no version.");
		const worker = await world.startWorker();
		const begun = await world.deploy(flow);
		await world.post(begun, first, 20, "src");
		await world.post(begun, first.slice(-50), 20, "src2");
		await vi.waitFor(async () => expect((await world.ledger(begun)).in).toBe(350), { timeout: 20_000, interval: 50 });
		worker.kill("SIGKILL");
		let newest = begun;
		for (const other of others.slice(0, 2)) newest = await world.deploy(other, newest);
		const second = pumps.take(300);
		await world.post(newest, second, 20, "src");
		await world.post(newest, first.slice(-100), 20, "src2");
		await world.startWorker();
		await world.finish(newest);
		expect(await minutesOf(world)).toEqual(expectedMinutes([...first, ...second]));
	}, 90_000);

	it("counts what a worker of the one before committed and could not report, because it died behind the commit", async () => {
		const posted = pumpStream(19).take(300);
		const [flow, other] = versionsOf("per pump");
		if (flow === undefined || other === undefined) throw new Error("There are no versions.");
		const mortal = await world.startWorker({ failpoint: "commit:after@3" });
		const died = new Promise((resolve) => mortal.once("exit", resolve));
		const begun = await world.deploy(flow);
		await world.post(begun, posted, 20, "src");
		await died;
		const next = await world.deploy(other, begun);
		await world.startWorker();
		await world.finish(next);
		const [before, after] = [await world.ledger(begun), await world.ledger(next)];
		expect(before.in).toBeGreaterThan(0);
		expect(before.in + after.in).toBe(300);
		expect([before.difference, after.difference]).toEqual([0, 0]);
	}, 90_000);
});
