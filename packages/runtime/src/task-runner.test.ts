import { describe, expect, it } from "vitest";
import { expectedRows, pumped, pumpPlan, Rig } from "../test/rig.ts";
import { TaskRunner } from "./task-runner.ts";

describe("a task that is under way", () => {
	it("takes no second slice of itself, which a queue offers that took the process for dead, and counts each record once", async () => {
		const records = pumped(100);
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		const [stage] = rig.plan.stages;
		if (stage === undefined) throw new Error("there is no stage");
		await rig.post(records);
		let goOn = () => {};
		const held = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		let comes = () => {};
		const hasCome = new Promise<void>((resolve) => {
			comes = resolve;
		});
		const failpoint = async (place: string) => {
			if (place !== "commit:gathered") return;
			comes();
			await held;
		};
		const runner = new TaskRunner(rig.options(stage, 0, { failpoint }), rig.leases);
		const slice = () => ({ untilMs: rig.clock.now() + 200, signal: new AbortController().signal, wanted: () => "running" as const });
		const first = runner.run(slice());
		await hasCome;
		expect(await runner.run(slice())).toEqual({ how: "fenced" });
		expect(runner.isRunning).toBe(true);
		goOn();
		expect(await first).toEqual({ how: "more" });
		expect(await runner.run(slice())).toEqual({ how: "more" });
		await rig.drain();
		expect(rig.rows()).toEqual(expectedRows(records));
		expect(await rig.ledger()).toMatchObject({ in: 100, difference: 0 });
	});
});
