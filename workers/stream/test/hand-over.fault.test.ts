import { afterEach, describe, expect, it } from "vitest";
import { Opened, untilRead } from "./opened.ts";
import { expectedMinutes, minuteFlow, pumpStream } from "./pumps.ts";
import { minutesOf } from "./rows.ts";
import { World } from "./world.ts";

const opened = new Opened();
afterEach(() => opened.close());

describe("a worker that is told to go", () => {
	it("hands its tasks to the others itself: nobody has to notice that it is gone", async () => {
		const world = await World.open({ sliceMs: 10_000 });
		opened.add(() => world.close());
		const [control, leaving] = await Promise.all([world.startControl(), world.startWorker()]);
		const pumps = pumpStream(26);
		const deployed = await world.deploy(minuteFlow());
		const posted = pumps.take(300);
		await world.post(deployed, posted);
		await untilRead(world, deployed, 300);
		await world.startWorker();
		// Who would offer silent tasks again is out of the way.
		control.kill("SIGSTOP");
		const from = performance.now();
		const gone = new Promise<number>((resolve) => leaving.once("exit", () => resolve(performance.now() - from)));
		leaving.kill("SIGTERM");
		const more = pumps.take(300);
		posted.push(...more);
		await world.post(deployed, more);
		const ms = await untilRead(world, deployed, 600);
		console.log(`handed over in ${ms.toFixed(0)} ms, gone after ${(await gone).toFixed(0)} ms`);
		control.kill("SIGCONT");
		await world.finish(deployed);
		expect(await minutesOf(world)).toEqual(expectedMinutes(posted));
	});
});
