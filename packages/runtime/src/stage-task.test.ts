import { describe, expect, it } from "vitest";
import { expectedRows, pumped, pumpPlan, Rig } from "../test/rig.ts";
import type { RecordRange } from "./ports.ts";
import { StageTask } from "./stage-task.ts";
import { StateBudget } from "./state-budget.ts";
import { TaskRunner } from "./task-runner.ts";

describe.each([
	{ name: "one stage", isCut: false },
	{ name: "two stages with an exchange", isCut: true },
])("a flow in $name", ({ isCut }) => {
	it("gives what an oracle computes, and its ledger balances", async () => {
		const records = pumped(400);
		const rig = new Rig(pumpPlan({ isCut }));
		await rig.post(records);
		await rig.drain();
		expect(rig.rows()).toEqual(expectedRows(records));
		const ledger = await rig.ledger();
		expect(ledger).toMatchObject({ in: 400, late: 0, deadLetter: 0, inFlight: 0, difference: 0 });
		expect(ledger.filtered + ledger.aggregated).toBe(400);
		expect(ledger.delivered).toBe(rig.rows().length);
	});

	it("gives the same when all memory is lost after every slice", async () => {
		const records = pumped(400, 7);
		const rig = new Rig(pumpPlan({ isCut }), { readBytes: 400 });
		for (let at = 0; at < records.length; at += 100) {
			await rig.post(records.slice(at, at + 100));
			await rig.round(40);
			rig.kill();
		}
		await rig.drain();
		expect(rig.rows()).toEqual(expectedRows(records));
		expect(await rig.ledger()).toMatchObject({ in: 400, difference: 0, inFlight: 0 });
	});
});

/** A record of the second entry, alone. */
function one(index: number): RecordRange {
	return { place: "e:ep-1/0", first: { entry: "2", index }, last: { entry: "2", index } };
}

describe("records that cannot be processed", () => {
	it("sets unreadable records aside with their bytes and place, and goes on", async () => {
		const records = pumped(60);
		const rig = new Rig(pumpPlan());
		await rig.post([...records.slice(0, 30), "{broken", ...records.slice(30)]);
		await rig.drain();
		expect(rig.rows()).toEqual(expectedRows(records));
		const [letter, ...others] = [...rig.deadLetters.byId.values()];
		expect(others).toEqual([]);
		expect(letter).toMatchObject({ node: "src", code: "RECORD_UNREADABLE" });
		expect(new TextDecoder().decode(letter?.raw)).toBe("{broken");
		expect(letter?.position).toMatch(/^e:ep-1\/\d\/\d+#\d+$/);
		expect(await rig.ledger()).toMatchObject({ in: 61, deadLetter: 1, difference: 0 });
	});

	it("isolates the one record that an operator cannot survive", async () => {
		const records = pumped(120).map((record) => (record.litres === 13 ? { ...record, litres: 12 } : record));
		const rig = new Rig(pumpPlan({ explodes: true }));
		const fatal = { pump: "pump-1", litres: 13, at: records[60]?.at ?? 0 };
		await rig.post([...records.slice(0, 60), fatal, ...records.slice(60)], 5);
		await rig.drain();
		expect(rig.rows()).toEqual(expectedRows(records));
		const letters = [...rig.deadLetters.byId.values()];
		expect(letters).toHaveLength(1);
		expect(letters[0]?.code).toBe("RECORD_POISONOUS");
		expect(JSON.parse(new TextDecoder().decode(letters[0]?.raw))).toEqual(fatal);
		expect(await rig.ledger()).toMatchObject({ in: 121, deadLetter: 1, difference: 0 });
	});

	it("isolates it too where it lies far behind the last commit", async () => {
		const never = { commitEveryMs: 1_000_000, commitIdleMs: 1_000_000, commitBusyMs: 1_000_000 };
		const rig = new Rig(pumpPlan({ explodes: true, partitions: 1 }), { ...never, readBytes: 300, commitBytes: 600 });
		const records = pumped(120).map((record) => (record.litres === 13 ? { ...record, litres: 12 } : record));
		const fatal = { pump: "pump-1", litres: 13, at: records[100]?.at ?? 0 };
		await rig.post([...records.slice(0, 100), fatal, ...records.slice(100)], 5);
		rig.wanted = "drained";
		for (let slice = 0; slice < 4; slice++) await rig.round(1_000_000);
		expect(rig.rows()).toEqual(expectedRows(records));
		expect([...rig.deadLetters.byId.values()].map(({ code }) => code)).toEqual(["RECORD_POISONOUS"]);
	});

	it("sets aside the record that two dead owners in a row had noted, and only that one", async () => {
		const records = pumped(40);
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(records, 8);
		const task = { tenant: "tenant-1", job: "job-1", stage: "pass", partition: 0 };
		// Three owners began and never ended; the second and the third were careful and noted what they touched.
		await rig.crashNotes.begin(task);
		for (let owner = 0; owner < 2; owner++) {
			await rig.crashNotes.begin(task);
			await rig.crashNotes.suspect(task, one(3));
		}
		await rig.drain();
		expect(rig.rows()).toEqual(expectedRows(records.filter((_, i) => i !== 11)));
		expect([...rig.deadLetters.byId.values()].map((letter) => letter.position)).toEqual(["e:ep-1/0/2#3"]);
		expect(rig.events).toContainEqual({ type: "record-isolated", place: "e:ep-1/0", entry: "2", index: 3 });
	});

	it("keeps a record that was under way when workers were killed for other reasons", async () => {
		const records = pumped(40);
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(records, 8);
		const task = { tenant: "tenant-1", job: "job-1", stage: "pass", partition: 0 };
		for (const index of [1, 3, 5]) {
			await rig.crashNotes.begin(task);
			await rig.crashNotes.suspect(task, one(index));
		}
		await rig.drain();
		expect(rig.rows()).toEqual(expectedRows(records));
		expect(rig.deadLetters.byId.size).toBe(0);
	});
});

describe("a task", () => {
	it("goes back to the end of a log that lost its tail, says how many records, and goes on", async () => {
		const before = pumped(30);
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(before, 3);
		await rig.round(100);
		rig.kill();
		await rig.log.drop({ tenant: "tenant-1", stream: "e:ep-1" }, 1);
		const after = pumped(30, 3).map((record) => ({ ...record, at: record.at + 1_800_000 }));
		await rig.post(after.slice(0, 6), 3);
		await rig.round(100);
		await rig.post(after.slice(6), 3);
		await rig.drain();
		expect(rig.events).toContainEqual({ type: "log-lost-tail", place: "e:ep-1/0", records: 24 });
		expect(rig.rows()).toEqual(expectedRows([...before, ...after.slice(6)]));
	});

	it.each([
		{ what: "an entry", end: "4", kept: 12 },
		{ what: "a place between entries", end: "4.5", kept: 12 },
		{ what: "a place beyond the last entry", end: "99", kept: 30 },
		{ what: "the place where it begins", end: "2", kept: 6 },
	])("ends by itself, windows closed, at $what", async ({ end, kept }) => {
		const records = pumped(30);
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(records, 3);
		const [stage] = rig.plan.stages;
		if (stage === undefined) throw new Error("no stage");
		const bounds = { startPosition: { "e:ep-1/0": "2" }, endPosition: { "e:ep-1/0": end } };
		const slice = { signal: new AbortController().signal, wanted: () => "running" as const };
		// All memory is lost in the middle; the bound is part of the checkpoint.
		await new TaskRunner(rig.options(stage, 0, bounds), rig.leases).run({ ...slice, untilMs: rig.clock.now() + 3 });
		const runner = new TaskRunner(rig.options(stage, 0, { ...bounds, endPosition: {} }), rig.leases);
		expect(await runner.run({ ...slice, untilMs: rig.clock.now() + 1_000 })).toMatchObject({ how: "done" });
		expect(rig.rows()).toEqual(expectedRows(records.slice(6, kept)));
	});

	it("sets aside anew what another reading of the stream had set aside", async () => {
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(["{broken"]);
		const [stage] = rig.plan.stages;
		if (stage === undefined) throw new Error("no stage");
		const slice = { signal: new AbortController().signal, wanted: () => "drained" as const };
		for (const [job, reading] of [["job-1"], ["job-2"], ["job-3", "job-3"]]) {
			const options = rig.options(stage, 0, reading === undefined ? {} : { reading });
			const task = { ...options.task, job: job ?? "" };
			await new TaskRunner({ ...options, task }, rig.leases).run({ ...slice, untilMs: rig.clock.now() + 1_000 });
		}
		expect([...rig.deadLetters.byId.values()].map((letter) => letter.job)).toEqual(["job-1", "job-3"]);
	});

	it("cannot commit once a newer generation was drawn", async () => {
		const rig = new Rig(pumpPlan({ partitions: 1 }), { commitIdleMs: 1_000_000, commitEveryMs: 1_000_000 });
		await rig.post(pumped(30));
		const slice = { untilMs: rig.clock.now() + 100, signal: new AbortController().signal, wanted: () => "running" as const };
		const [stage] = rig.plan.stages;
		if (stage === undefined) throw new Error("no stage");
		const zombie = await StageTask.open(rig.options(stage, 0), 1);
		const heir = await StageTask.open(rig.options(stage, 0), 2);
		expect(await zombie?.run(slice)).toBe("fenced");
		expect(rig.rows()).toEqual([]);
		expect(await heir?.run({ ...slice, untilMs: rig.clock.now() + 100 })).toBe("more");
		expect(await StageTask.open(rig.options(stage, 0), 2)).toBeUndefined();
	});

	it("no longer waits for a producer that has been silent", async () => {
		const records = pumped(200).map((record) => ({ ...record, pump: "pump-1" }));
		const rig = new Rig(pumpPlan({ isCut: true, partitions: 2 }));
		await rig.post(records);
		await rig.round(300);
		expect(rig.rows()).toEqual([]);
		rig.clock.pass(6_000);
		await rig.round(300);
		await rig.round(300);
		expect(rig.rows().length).toBeGreaterThan(0);
	});

	it("stops its job, and names the node, before what it remembers takes too much memory", async () => {
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(pumped(30));
		const [stage] = rig.plan.stages;
		if (stage === undefined) throw new Error("no stage");
		const runner = new TaskRunner(rig.options(stage, 0, { stateBudget: new StateBudget(20) }), rig.leases);
		const slice = { untilMs: rig.clock.now() + 100, signal: new AbortController().signal, wanted: () => "running" as const };
		const end = await runner.run(slice);
		expect(end).toMatchObject({ how: "failed", failure: { code: "STATE_TOO_LARGE", context: { nodeId: "win" } } });
	});

	it("refuses a checkpoint that was damaged, and says which and what to do", async () => {
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(pumped(30));
		await rig.round(100);
		const [stage] = rig.plan.stages;
		const kept = await rig.authority.read({ tenant: "tenant-1", job: "job-1", stage: "pass", partition: 0 });
		const [part] = kept?.parts.values() ?? [];
		if (stage === undefined || part === undefined) throw new Error("nothing was stored");
		part[part.length - 1] = (part.at(-1) ?? 0) ^ 1;
		await expect(StageTask.open(rig.options(stage, 0), 1_000)).rejects.toMatchObject({
			code: "STATE_CORRUPT",
			message: expect.stringMatching(/stage pass, partition 0 cannot be read: Part \d+ .* Its checksum is wrong\. Restore its database/),
		});
	});

	it("holds no more rows than its bounds before it commits", async () => {
		const commits: number[] = [];
		const rig = new Rig(pumpPlan({ partitions: 1 }), {
			commitReadBytes: 2_000,
			readBytes: 500,
			commitEveryMs: 1_000_000,
			commitIdleMs: 1_000_000,
		});
		await rig.post(pumped(200));
		const [stage] = rig.plan.stages;
		if (stage === undefined) throw new Error("no stage");
		const task = await StageTask.open(rig.options(stage, 0), 1);
		await task?.run({
			untilMs: rig.clock.now() + 500,
			signal: new AbortController().signal,
			wanted: () => "running",
			onCommit: () => commits.push(task.committed.counters["node/src/in"] ?? 0),
		});
		expect(commits.length).toBeGreaterThan(4);
	});
});
