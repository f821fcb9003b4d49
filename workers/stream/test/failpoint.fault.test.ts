import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exchangedFlow, expectedAmounts, expectedMinutes, minuteFlow, type Pumped, pumpStream } from "./pumps.ts";
import { amountsOf, minutesOf } from "./rows.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
	world = await World.open({ sliceMs: 1_000 });
	await world.startControl();
});
afterEach(() => world.close());

describe("a worker that dies at a known place", () => {
	it("changes nothing when one dies before and after it took a task, between write and commit, and after the commit", async () => {
		const pumps = pumpStream(12);
		const posted: Pumped[] = [];
		const both = [await world.deploy(minuteFlow()), await world.deploy(exchangedFlow())] as const;
		for (const failpoint of ["acquire:before@2", "acquire:after@2", "commit:written@2", "commit:after@2", "commit:written@5"]) {
			const mortal = await world.startWorker({ failpoint });
			const died = mortal.signalCode !== null ? Promise.resolve() : new Promise<void>((resolve) => mortal.once("exit", () => resolve()));
			const some = pumps.take(400);
			for (const deployed of both) await world.post(deployed, [...posted.slice(-100), ...some]);
			posted.push(...some);
			await died;
		}
		await world.startWorker();
		for (const deployed of both) await world.untilState(deployed, "running");
		for (const deployed of both) await world.finish(deployed);
		expect(await minutesOf(world)).toEqual(expectedMinutes(posted));
		expect(await amountsOf(world)).toEqual(expectedAmounts(posted));
	});
});
