import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, inject, it } from "vitest";
import { Opened } from "./opened.ts";
import { keptOf, type Pumped, pumpStream, rawFlow } from "./pumps.ts";
import { numbersOf } from "./rows.ts";

/* Seen to fail when a commit whose answer was lost is taken for a failed one and done again from memory. */

const opened = new Opened();
afterEach(() => opened.close());

describe("Postgres", () => {
	it("may end sessions in the middle of anything, commits included", async () => {
		const world = await opened.world();
		const pumps = pumpStream(23);
		const deployed = await world.deploy(rawFlow());
		const admin = new pg.Pool({ connectionString: inject("services").databaseUrl, max: 1 });
		opened.add(() => admin.end());
		const posted: Pumped[] = [];
		for (let round = 0; round < 40; round++) {
			const some = pumps.take(60);
			posted.push(...some);
			await world.post(deployed, some, 10);
			await pause(pumps.random() * 90);
			await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'weir' and datname = $1", [
				world.resultsDatabase,
			]);
		}
		await world.finish(deployed);
		expect(await numbersOf(world)).toEqual(keptOf(posted));
	});
});
