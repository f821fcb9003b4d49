import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { expectedMinutes, minuteFlow, pumpStream } from "./pumps.ts";
import { minutesOf } from "./rows.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
	world = await World.open({ sliceMs: 1_000 });
	await world.startControl();
});
afterEach(() => world.close());

describe("a record that kills the process", () => {
	it("does so three times, then is a dead letter with its bytes", async () => {
		const records = pumpStream(14)
			.take(600)
			.map((record) => (record.litres === 13 ? { ...record, litres: 12 } : record));
		const fatal = { device: "pump-3", n: 1_000_000, litres: 13, at: records[300]?.at ?? 0 };
		const deployed = await world.deploy(minuteFlow());
		await world.post(deployed, [...records.slice(0, 300), fatal, ...records.slice(300)]);
		let deaths = 0;
		let isOver = false;
		const keepAlive = async (): Promise<void> => {
			const worker = await world.startWorker({ isMortal: true });
			const onDeath = () => {
				if (isOver) return;
				deaths += 1;
				void keepAlive();
			};
			if (worker.signalCode !== null) onDeath();
			else worker.once("exit", onDeath);
		};
		await keepAlive();
		await vi.waitFor(
			async () => {
				const { records: letters } = await world.tenant.deadLetters.page({ flow: deployed.flow }, undefined, 10);
				expect(letters.map((letter) => letter.code)).toEqual(["RECORD_POISONOUS"]);
				expect(JSON.parse(Buffer.from(letters[0]?.raw ?? []).toString())).toEqual(fatal);
			},
			{ timeout: 150_000, interval: 200 },
		);
		await world.finish(deployed);
		isOver = true;
		expect(deaths).toBe(3);
		expect(await minutesOf(world)).toEqual(expectedMinutes(records));
	}, 240_000);
});
