import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchangedFlow, expectedAmounts, expectedMinutes, minuteFlow, pumpStream, rawFlow } from "./pumps.ts";
import { World } from "./world.ts";

let world: World;
beforeAll(async () => {
	world = await World.open();
	await Promise.all([world.startControl(), world.startWorker()]);
});
afterAll(() => world.close());

describe("a deployed flow", () => {
	it("writes rows, and its ledger balances", async () => {
		const pumps = pumpStream(1);
		const records = pumps.take(500);
		const deployed = await world.deploy(rawFlow());
		await world.post(deployed, [...records, "{broken"]);
		await world.untilState(deployed, "running");
		await world.act(deployed, "drain");
		await world.untilState(deployed, "finished");
		const rows = await world.rows<{ n: string }>("raw");
		expect(rows.map((row) => Number(row.n)).sort((a, b) => a - b)).toEqual(records.filter((r) => r.litres >= 5).map((r) => r.n));
		expect(await world.ledger(deployed)).toMatchObject({ in: 501, delivered: rows.length, deadLetter: 1, difference: 0 });
		const letters = await world.tenant.deadLetters.page({ flow: deployed.flow }, undefined, 10);
		expect(letters.records).toMatchObject([{ node: "src", code: "RECORD_UNREADABLE" }]);
	});

	it("sums up windows by pump in one stage", async () => {
		const records = pumpStream(2).take(3_000);
		const deployed = await world.deploy(minuteFlow());
		expect(deployed.plan.stages).toHaveLength(1);
		await world.post(deployed, records);
		await world.untilState(deployed, "running");
		await world.act(deployed, "drain");
		await world.untilState(deployed, "finished");
		const rows = await world.rows<{ device: string; window_start: Date; n: string; litres: number }>("per_minute");
		expect(rows.map((row) => `${row.device} ${row.window_start.toISOString()} ${row.n} ${row.litres}`).sort()).toEqual(
			expectedMinutes(records),
		);
	});

	it("regroups records between stages", async () => {
		const records = pumpStream(3).take(3_000);
		const deployed = await world.deploy(exchangedFlow());
		expect(deployed.plan.stages.length).toBeGreaterThan(1);
		await world.post(deployed, records);
		await world.untilState(deployed, "running");
		await world.act(deployed, "drain");
		await world.untilState(deployed, "finished");
		const rows = await world.rows<{ litres: number; window_start: Date; n: string }>("per_amount");
		expect(rows.map((row) => `${row.litres} ${row.window_start.toISOString()} ${row.n}`).sort()).toEqual(expectedAmounts(records));
		expect(await world.ledger(deployed)).toMatchObject({ in: 3_000, inFlight: 0, difference: 0 });
	});
});

describe("a flow that is changed while records come", () => {
	it("has each record processed by exactly one version", async () => {
		const pumps = pumpStream(4);
		const posted = pumps.take(300);
		let deployed = await world.deploy(rawFlow("versions"));
		await world.post(deployed, posted);
		for (let version = 2; version <= 4; version++) {
			const flow = rawFlow("versions");
			const nodes = flow.nodes.map((node) =>
				node.id === "keep" ? { ...node, config: { condition: `litres >= 5 and n > -${version}` } } : node,
			);
			const before = deployed;
			deployed = await world.deploy({ ...flow, nodes }, before);
			expect(deployed.job).not.toBe(before.job);
			const some = pumps.take(300);
			posted.push(...some);
			await world.post(deployed, some);
		}
		await world.finish(deployed);
		const rows = await world.rows<{ n: string }>("versions", "n");
		expect(rows.map((row) => Number(row.n)).sort((a, b) => a - b)).toEqual(posted.filter((r) => r.litres >= 5).map((r) => r.n));
	});

	it("has each record processed once when versions follow one another before they began", async () => {
		const pumps = pumpStream(7);
		const posted = pumps.take(200);
		let deployed = await world.deploy(rawFlow("hasty"));
		await world.post(deployed, posted);
		await world.untilState(deployed, "running");
		for (let version = 2; version <= 5; version++) {
			const flow = rawFlow("hasty");
			const nodes = flow.nodes.map((node) =>
				node.id === "keep" ? { ...node, config: { condition: `litres >= 5 and n > -${version}` } } : node,
			);
			deployed = await world.deploy({ ...flow, nodes }, deployed);
		}
		await world.finish(deployed);
		const rows = await world.rows<{ n: string }>("hasty", "n");
		expect(rows.map((row) => Number(row.n)).sort((a, b) => a - b)).toEqual(posted.filter((r) => r.litres >= 5).map((r) => r.n));
	});

	it("goes on where it was paused", async () => {
		const pumps = pumpStream(5);
		const deployed = await world.deploy(rawFlow("paused"));
		const posted = pumps.take(200);
		await world.post(deployed, posted);
		await world.untilState(deployed, "running");
		await world.act(deployed, "pause");
		await world.untilState(deployed, "stopped");
		const more = pumps.take(200);
		posted.push(...more);
		await world.post(deployed, more);
		await world.act(deployed, "resume");
		await world.finish(deployed);
		const rows = await world.rows<{ n: string }>("paused", "n");
		expect(rows.map((row) => Number(row.n)).sort((a, b) => a - b)).toEqual(posted.filter((r) => r.litres >= 5).map((r) => r.n));
	});

	it("fails with the node and the reason when only a person can put it right", async () => {
		const flow = rawFlow("nowhere");
		const nodes = flow.nodes.map((node) => (node.id === "out" ? { ...node, config: { table: "nowhere", createTable: false } } : node));
		const deployed = await world.deploy({ ...flow, nodes });
		await world.post(deployed, pumpStream(6).take(20));
		await world.untilState(deployed, "failed");
		const job = await world.tenant.jobs.newest(deployed.flow);
		expect(job?.failure).toMatchObject({ code: "CONNECTION_TARGET_MISSING", node: "out" });
	});
});
