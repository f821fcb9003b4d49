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
