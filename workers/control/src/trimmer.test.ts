import { randomUUID } from "node:crypto";
import { createMemoryLog } from "@weir/backends";
import type { StoredJob } from "@weir/db";
import type { TaskReport } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import type { Log } from "@weir/runtime";
import { beforeEach, expect, it } from "vitest";
import { readPlaces, trimStreams, trimUnread } from "./trimmer.ts";

/* I11. A trimmer that forgets the slower of two readers, or a task that never reported, is seen here. */

const plan = { planVersion: 1, exchanges: [], stages: [{ id: "a", partitions: 1 }] } as unknown as Plan;
let log: Log;
let reported: Map<string, TaskReport[]>;
let tenant: string;
/** An entry is appended in each millisecond, from 1 on. */
let nowMs: number;

beforeEach(() => {
	nowMs = 0;
	log = createMemoryLog({ now: () => nowMs });
	reported = new Map();
	tenant = randomUUID();
});

function aJob(): StoredJob {
	return { tenant, id: randomUUID(), state: "running" } as unknown as StoredJob;
}

function report(job: StoredJob, place: string, entry: string): void {
	const one: TaskReport = {
		tenant,
		job: job.id,
		stage: "a",
		partition: 0,
		generation: 1,
		worker: "w",
		at: 0,
		counters: {},
		position: { [place]: entry },
		lagRecords: 0,
		watermark: null,
		isIdle: false,
		isDone: false,
	};
	reported.set(job.id, [...(reported.get(job.id) ?? []), one]);
}

async function fill(stream: string, entries: number): Promise<void> {
	for (nowMs = 1; nowMs <= entries; nowMs++) await log.append({ tenant, stream }, 0, Buffer.from("x"), 1, { id: "p", seq: nowMs });
}

async function first(stream: string): Promise<string | undefined> {
	return (await log.state({ tenant, stream }, 0)).first;
}

async function trim(
	jobs: readonly StoredJob[],
	more: { plan?: Plan; keepFromMs?: number | undefined } = { keepFromMs: 99 },
): Promise<void> {
	const reports = { ofJob: async (job: string) => reported.get(job) ?? [] };
	const running = jobs.map((job) => ({ job, plan: more.plan ?? plan }));
	await trimStreams({ log, keepFromMs: () => more.keepFromMs }, await readPlaces({ log, reports }, running));
}

it("forgets what the slowest live task has committed, and no more", async () => {
	await fill("x:j:a", 10);
	const [quick, slow] = [aJob(), aJob()];
	report(quick, "x:j:a/0", "9");
	report(slow, "x:j:a/0", "4");
	await trim([quick, slow]);
	expect(await first("x:j:a")).toBe("5");
});

it("leaves a stream alone while a task of a reader has never reported", async () => {
	await fill("x:j:a", 10);
	const job = aJob();
	report(job, "x:j:a/0", "9");
	await trim([job], { keepFromMs: 99, plan: { ...plan, stages: [{ id: "a", partitions: 2 }] } as unknown as Plan });
	expect(await first("x:j:a")).toBe("1");
});

it("keeps an endpoint's records for the time that was promised", async () => {
	await fill("e:1", 10);
	const job = aJob();
	report(job, "e:1/0", "9");
	await trim([job], { keepFromMs: 3 });
	expect(await first("e:1")).toBe("3");
});

it("keeps only what is still to be read when there is no room for more", async () => {
	await fill("e:1", 10);
	const job = aJob();
	report(job, "e:1/0", "9");
	await trim([job], { keepFromMs: undefined });
	expect(await first("e:1")).toBe("10");
});

it("forgets what was sent to an address that no flow reads, once it is older than promised", async () => {
	const stream = { tenant, stream: "e:draft" };
	const ids: string[] = [];
	for (nowMs = 1; nowMs <= 3; nowMs++) ids.push(await log.append(stream, 1, new Uint8Array([nowMs]), 1, { id: "g", seq: nowMs }));
	await trimUnread({ log, keepFromMs: () => 2 }, [{ tenant, id: "draft", generations: [2] }]);
	expect((await log.tail(stream, 1, 10)).map((entry) => entry.id)).toEqual([ids[2], ids[1]]);
});
