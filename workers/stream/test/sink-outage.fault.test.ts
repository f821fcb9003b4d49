import { byPort, type Gate } from "@weir/proof";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Opened, untilRead } from "./opened.ts";
import { expectedMinutes, keptOf, minuteFlow, pumpStream, rawFlow } from "./pumps.ts";
import { minutesOf, numbersOf } from "./rows.ts";
import type { World } from "./world.ts";

/*
 * What the sinks write to goes away and comes back. Seen to fail when a task that cannot reach its sink stops, or holds others: the locked table.
 */

const opened = new Opened();
let gate: Gate;
let world: World;
beforeAll(async () => {
	gate = await opened.gateToPostgres();
	world = await opened.world({ workersResultsUrl: (url) => byPort(url, gate.port) });
});
afterAll(() => opened.close());

describe("Postgres", () => {
	it("of the sink may be away: the task pauses, says why, and goes on without doubles", async () => {
		const pumps = pumpStream(22);
		const deployed = await world.deploy(minuteFlow());
		const posted = pumps.take(400);
		await world.post(deployed, posted);
		await untilRead(world, deployed, 400);
		gate.cut();
		const unseen = pumps.take(400);
		posted.push(...unseen);
		await world.post(deployed, unseen);
		await vi.waitFor(
			async () => {
				const reports = await world.reports.ofJob(deployed.job);
				expect(reports.map((report) => report.failure?.code)).toContain("CONNECTION_LOST");
			},
			{ timeout: 15_000, interval: 100 },
		);
		gate.mend();
		const ms = await untilRead(world, deployed, 800);
		expect(ms).toBeLessThan(7_000);
		await world.finish(deployed);
		expect(await minutesOf(world)).toEqual(expectedMinutes(posted));
	});
});

describe("a sink that cannot take anything", () => {
	it("holds back its own place in the stream and nothing else", async () => {
		const pumps = pumpStream(25);
		const flow = rawFlow("quick");
		const slow = { ...rawFlow("stuck").nodes[2], id: "stuck" };
		const deployed = await world.deploy({
			...flow,
			nodes: [...flow.nodes, slow as (typeof flow.nodes)[number]],
			edges: [...flow.edges, { id: "e9", from: { node: "keep", port: "out" }, to: { node: "stuck", port: "in" } }],
		});
		const posted = pumps.take(200);
		await world.post(deployed, posted);
		await vi.waitFor(async () => expect(await numbersOf(world, "stuck")).toEqual(keptOf(posted)), { timeout: 20_000, interval: 100 });
		const blocker = await world.lockTable("stuck");
		opened.add(() => blocker.release());
		const more = pumps.take(2_000);
		posted.push(...more);
		for (let at = 0; at < more.length; at += 200) await world.post(deployed, more.slice(at, at + 200));
		await vi.waitFor(async () => expect(await numbersOf(world, "quick")).toEqual(keptOf(posted)), { timeout: 8_000, interval: 100 });
		// The figures follow the commits a moment later.
		await vi.waitFor(async () => expect((await world.ledger(deployed)).inFlight).toBeGreaterThan(1_000), { timeout: 8_000, interval: 100 });
		await blocker.release();
		await world.finish(deployed);
		expect(await numbersOf(world, "stuck")).toEqual(keptOf(posted));
		expect(await world.ledger(deployed)).toMatchObject({ inFlight: 0, difference: 0 });
	});
});
