import { randomUUID } from "node:crypto";
import type { TaskReport } from "@weir/jobs";
import { afterEach, describe, expect, inject, it } from "vitest";
import { LiveReports } from "./live-reports.ts";

const { redisUrl } = inject("services");
const opened: LiveReports[] = [];

function aProcess(): LiveReports {
	const reports = new LiveReports(redisUrl);
	opened.push(reports);
	return reports;
}
afterEach(() => Promise.all(opened.splice(0).map((reports) => reports.close())));

function report(job: string, generation: number, read: number): TaskReport {
	return {
		tenant: "t",
		job,
		stage: "a",
		partition: 0,
		generation,
		worker: `worker-${generation}`,
		at: Date.now(),
		counters: { "node/a/in": read },
		position: {},
		lagRecords: 0,
		watermark: null,
		isIdle: false,
		isDone: false,
	};
}

describe("reports of tasks", () => {
	it("of a worker that was replaced do not take the place of its successor's, however late they come", async () => {
		const [before, after] = [aProcess(), aProcess()];
		const job = randomUUID();
		const read = async () => (await after.ofJob(job)).map(({ generation, counters }) => [generation, counters["node/a/in"]]);
		before.put(report(job, 4, 10));
		await expect.poll(() => before.flush().then(read)).toEqual([[4, 10]]);
		after.put(report(job, 5, 30));
		await after.flush();
		before.put(report(job, 4, 20));
		await before.flush();
		expect(await read()).toEqual([[5, 30]]);
		after.put(report(job, 5, 31));
		await after.flush();
		expect(await read()).toEqual([[5, 31]]);
	});

	it("that were put right stay so when the one who held the task reports once more", async () => {
		const [holder, control] = [aProcess(), aProcess()];
		const job = randomUUID();
		holder.put(report(job, 4, 10));
		await expect.poll(() => holder.flush().then(() => holder.ofJob(job))).toHaveLength(1);
		await control.correct(report(job, 4, 0), { counters: { "node/a/in": 12 }, position: {}, watermark: null });
		holder.put(report(job, 4, 11));
		await holder.flush();
		expect((await control.ofJob(job))[0]?.counters).toEqual({ "node/a/in": 12 });
	});
});
