import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { expectedMinutes, minuteFlow, pumpStream } from "./pumps.ts";
import { minutesOf } from "./rows.ts";
import { World } from "./world.ts";

/*
 * Seen to fail when a commit looks neither at the generation nor at the position: the zombie's rows count twice. Each fence alone, and
 * the position in a transaction of its own, are held by the conformance suite of commit authorities.
 */

let world: World;
afterEach(() => world.close());

describe("a worker that is paused for longer than its lease", () => {
	it("cannot commit when it wakes, and the other one's rows stand", async () => {
		world = await World.open({ sliceMs: 10_000, limits: { commitEveryMs: 1_500, commitIdleMs: 1_500 } });
		await world.startControl();
		const pumps = pumpStream(13);
		const deployed = await world.deploy(minuteFlow());
		const sleeper = await world.startWorker();
		const fenced = new Promise<void>((resolve) => {
			sleeper.on("message", (message) => {
				if (typeof message === "object" && message !== null && "fenced" in message) resolve();
			});
		});
		await world.untilState(deployed, "running");
		const posted = pumps.take(400);
		await world.post(deployed, posted);
		await vi.waitFor(async () => expect((await world.ledger(deployed)).in).toBe(400), { timeout: 10_000, interval: 50 });
		const unseen = pumps.take(400);
		await world.post(deployed, unseen);
		// It has read these and not committed them.
		await pause(700);
		sleeper.kill("SIGSTOP");
		await world.startWorker();
		await vi.waitFor(async () => expect((await world.ledger(deployed)).in).toBe(800), { timeout: 20_000, interval: 50 });
		sleeper.kill("SIGCONT");
		await fenced;
		const last = pumps.take(200);
		await world.post(deployed, last);
		await world.finish(deployed);
		expect(await minutesOf(world)).toEqual(expectedMinutes([...posted, ...unseen, ...last]));
		expect(await world.ledger(deployed)).toMatchObject({ in: 1_000, difference: 0 });
	});
});
