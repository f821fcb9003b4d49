import { setTimeout as pause } from "node:timers/promises";
import { byPort } from "@weir/proof";
import { afterEach, describe, expect, it } from "vitest";
import { Opened, untilRead } from "./opened.ts";
import { expectedMinutes, minuteFlow, pumpStream } from "./pumps.ts";
import { minutesOf } from "./rows.ts";

const opened = new Opened();
afterEach(() => opened.close());

describe("Postgres of control", () => {
	it("may be away for 30 s: what runs goes on, and what is wanted is done afterwards", async () => {
		const gate = await opened.gateToPostgres();
		const world = await opened.world({ workersDatabaseUrl: (url) => byPort(url, gate.port) });
		const pumps = pumpStream(24);
		const deployed = await world.deploy(minuteFlow());
		const posted = pumps.take(300);
		await world.post(deployed, posted);
		await untilRead(world, deployed, 300);
		gate.cut();
		const until = performance.now() + 30_000;
		let count = 300;
		while (performance.now() < until) {
			const some = pumps.take(100);
			posted.push(...some);
			count += 100;
			await world.post(deployed, some);
			await untilRead(world, deployed, count);
			await pause(2_000);
		}
		gate.mend();
		await world.finish(deployed);
		expect(await minutesOf(world)).toEqual(expectedMinutes(posted));
	});
});
