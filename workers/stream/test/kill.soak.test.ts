import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exchangedFlow, expectedAmounts, expectedMinutes, minuteFlow, type Pumped, pumpStream } from "./pumps.ts";
import { amountsOf, minutesOf } from "./rows.ts";
import { World } from "./world.ts";

/*
 * Real workers, really killed. Seen to fail when the set of dedup is not part of the checkpoint: what is sent again after a death
 * counts twice.
 */

let world: World;
beforeEach(async () => {
	world = await World.open({ sliceMs: 1_000 });
	await world.startControl();
});
afterEach(() => world.close());

describe("a worker that dies", () => {
	it("changes nothing about the rows, however often and wherever", async () => {
		const pumps = pumpStream(11);
		const both = [await world.deploy(minuteFlow()), await world.deploy(exchangedFlow())] as const;
		let workers: ChildProcess[] = [await world.startWorker(), await world.startWorker()];
		const posted: Pumped[] = [];
		const takeovers: number[] = [];
		let repeats = 0;
		for (let death = 0; death < 5; death++) {
			// What was sent before the death is sent again after it: what dedup remembers has to survive too.
			const repeated = posted.slice(-150);
			for (const deployed of both) await world.post(deployed, repeated);
			repeats += repeated.length;
			const some = pumps.take(600);
			posted.push(...some);
			for (let at = 0; at < some.length; at += 100) {
				for (const deployed of both) await world.post(deployed, some.slice(at, at + 100));
				await pause(20 + pumps.random() * 60);
			}
			await pause(pumps.random() * 400);
			const [victim, survivor] = pumps.random() < 0.5 ? workers : [...workers].reverse();
			if (victim === undefined || survivor === undefined) throw new Error("no workers");
			victim.kill("SIGKILL");
			const killedAt = performance.now();
			workers = [survivor, await world.startWorker()];
			const more = pumps.take(100);
			posted.push(...more);
			for (const deployed of both) await world.post(deployed, more);
			await vi.waitFor(
				async () => {
					for (const deployed of both) expect((await world.ledger(deployed)).in).toBe(posted.length + repeats);
				},
				{ timeout: 15_000, interval: 20 },
			);
			takeovers.push(performance.now() - killedAt);
		}
		for (const deployed of both) await world.finish(deployed);
		expect(await minutesOf(world)).toEqual(expectedMinutes(posted));
		expect(await amountsOf(world)).toEqual(expectedAmounts(posted));
		for (const deployed of both) {
			expect(await world.ledger(deployed)).toMatchObject({
				in: posted.length + repeats,
				duplicate: repeats,
				deadLetter: 0,
				inFlight: 0,
				difference: 0,
			});
		}
		console.log(`takeover after kill -9, ms: ${takeovers.map((ms) => ms.toFixed(0)).join(" ")}`);
		expect(Math.max(...takeovers)).toBeLessThan(8_000);
	});
});
