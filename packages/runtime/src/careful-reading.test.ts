import { describe, expect, it } from "vitest";
import { expectedRows, pumped, pumpPlan, Rig } from "../test/rig.ts";
import { StageTask } from "./stage-task.ts";

const RECORDS = 400;
const TASK = { tenant: "tenant-1", job: "job-1", stage: "pass", partition: 0 };

/** Records of which one ends every process that takes it, and those that are left without it. */
function withFatal(at: number) {
	const records = pumped(RECORDS).map((record) => (record.litres === 13 ? { ...record, litres: 12 } : record));
	const fatal = { pump: "pump-1", litres: 13, at: records[at]?.at ?? 0 };
	return { records, all: [...records.slice(0, at), fatal, ...records.slice(at)], fatal };
}

/** Slices until the flow is through. A process that fails is dead: nothing of it comes afterwards. Answers how often that was. */
async function runMortals(rig: Rig, sliceMs: number, between: (deaths: number) => Promise<void> = async () => {}): Promise<number> {
	const [stage] = rig.plan.stages;
	if (stage === undefined) throw new Error("no stage");
	let deaths = 0;
	for (let generation = 1; generation < 2_000; generation++) {
		const task = await StageTask.open(rig.options(stage, 0), generation);
		if (task === undefined) throw new Error("fenced");
		const slice = { untilMs: rig.clock.now() + sliceMs, signal: new AbortController().signal, wanted: () => "drained" as const };
		try {
			if ((await task.run(slice)) === "done") return deaths;
		} catch {
			deaths += 1;
			await between(deaths);
		}
	}
	throw new Error("The flow did not come to its end.");
}

describe("a record that kills every process that takes it", () => {
	const cases = [0, 150, RECORDS].flatMap((at) => [1, 7, 200].map((perEntry) => ({ at, perEntry })));

	it.each(cases)("does so three times at most, behind $at others in entries of $perEntry", async ({ at, perEntry }) => {
		const { records, all, fatal } = withFatal(at);
		const rig = new Rig(pumpPlan({ partitions: 1, explodes: true }), { commitEveryMs: 5 });
		await rig.post(all, perEntry);
		expect(await runMortals(rig, 1_000_000)).toBeLessThanOrEqual(3);
		expect(rig.rows()).toEqual(expectedRows(records));
		const letters = [...rig.deadLetters.byId.values()];
		expect(letters.map(({ raw }) => JSON.parse(new TextDecoder().decode(raw)))).toEqual([fatal]);
	});

	it("does so three times at most where slices end before it is reached", async () => {
		const { records, all } = withFatal(300);
		const rig = new Rig(pumpPlan({ partitions: 1, explodes: true }), { readBytes: 1_000 });
		await rig.post(all, 5);
		expect(await runMortals(rig, 60)).toBeLessThanOrEqual(3);
		expect(rig.rows()).toEqual(expectedRows(records));
		expect(rig.deadLetters.byId.size).toBe(1);
	});

	it("does so three times at most while processes are killed from outside too, and no other record is set aside", async () => {
		const { records, all } = withFatal(100);
		const rig = new Rig(pumpPlan({ partitions: 1, explodes: true }), { commitEveryMs: 5 });
		await rig.post(all, 10);
		const deaths = await runMortals(rig, 1_000_000, async (death) => {
			await rig.crashNotes.begin(TASK);
			const other = { entry: String(1 + death), index: 0 };
			await rig.crashNotes.suspect(TASK, { place: "e:ep-1/0", first: other, last: { ...other, index: 5 } });
		});
		expect(deaths).toBeLessThanOrEqual(3);
		expect(rig.rows()).toEqual(expectedRows(records));
		expect(rig.deadLetters.byId.size).toBe(1);
	});
});

describe("a task whose workers were killed from outside", () => {
	it.each([1, 2, 5])("goes on in pieces of many records, after %i deaths", async (deaths) => {
		const records = pumped(2_000);
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(records, 3);
		for (let death = 0; death < deaths; death++) await rig.crashNotes.begin(TASK);
		let notes = 0;
		const suspect = rig.crashNotes.suspect.bind(rig.crashNotes);
		rig.crashNotes.suspect = async (task, range) => {
			if (range !== undefined) notes += 1;
			return suspect(task, range);
		};
		expect(await runMortals(rig, 1_000_000)).toBe(0);
		expect(rig.rows()).toEqual(expectedRows(records));
		expect(notes).toBeLessThan(2_000 / 25);
	});

	it("takes whole entries again once it has come to the end of what there was", async () => {
		const rig = new Rig(pumpPlan({ partitions: 1 }));
		await rig.post(pumped(100), 3);
		await rig.crashNotes.begin(TASK);
		await rig.round(500);
		await rig.post(pumped(100, 2), 3);
		const noted: unknown[] = [];
		rig.crashNotes.suspect = async (_task, range) => void noted.push(range);
		await rig.round(500);
		expect(noted).toEqual([]);
	});
});
