import type { StoredJob, StoredTask } from "@weir/db";
import type { Plan } from "@weir/planner";
import { describe, expect, it } from "vitest";
import { HANDLERS, type JobActions, type JobView } from "./index.ts";

const NOW = 1_000_000;
const authority = { type: "log" } as const;
const plan: Plan = {
	planVersion: 1,
	stages: [{ id: "a", inputs: [], nodes: [], edges: [], writes: [], partitions: 2, authority, because: [] }],
	exchanges: [],
};

function view(job: Partial<StoredJob>, ...tasks: Partial<StoredTask>[]): JobView {
	const whole: StoredJob = {
		tenant: "t",
		id: "j",
		flow: "f",
		flowVersion: "v",
		plan: "p",
		wanted: "running",
		state: "running",
		seed: 0,
		previous: undefined,
		startPosition: {},
		fresh: [],
		carried: undefined,
		replay: undefined,
		fromMs: undefined,
		toMs: undefined,
		endPosition: undefined,
		startsAnew: false,
		reading: undefined,
		isReplaced: false,
		retrySeq: 0,
		generation: 0,
		createdAtMs: 0,
		...job,
	};
	return {
		job: whole,
		plan,
		nowMs: NOW,
		tasks: tasks.map((task, partition) => ({
			tenant: "t",
			job: "j",
			stage: "a",
			partition,
			generation: 1,
			owner: "w",
			heartbeatAtMs: NOW - 500,
			attempts: 0,
			restarts: 0,
			state: "running",
			...task,
		})),
	};
}

function actions(isCut: boolean) {
	const said: string[] = [];
	const act: JobActions = {
		cut: async () => isCut,
		ensureTasks: async () => void said.push("ensure tasks"),
		resetTasks: async () => void said.push("reset tasks"),
		fence: async (_job, _plan, tasks) => void said.push(`fence ${tasks.map((task) => task.partition).join()}`),
		offer: async (_job, tasks) => void said.push(`offer ${tasks.map((task) => task.partition).join()}`),
	};
	return { act, said };
}

async function step(seen: JobView, isCut = false) {
	const { act, said } = actions(isCut);
	const decision = await HANDLERS[seen.job.state](seen, act);
	return { event: decision?.event, said };
}

describe("a created job", () => {
	it("waits for the one before it, then starts where that one stopped", async () => {
		expect((await step(view({ state: "created", startPosition: undefined }))).event).toBeUndefined();
		expect((await step(view({ state: "created", startPosition: undefined }), true)).event).toBe("schedule");
	});
});

describe("a job that is scheduled", () => {
	it("makes its tasks and offers those that nobody has", async () => {
		expect(await step(view({ state: "scheduling" }))).toEqual({ event: undefined, said: ["ensure tasks", "offer 0,1"] });
		expect(await step(view({ state: "scheduling" }, {}, { owner: undefined }))).toEqual({ event: undefined, said: ["offer 1"] });
	});

	it("runs when every task has an owner that speaks, or is done", async () => {
		expect((await step(view({ state: "scheduling" }, {}, { state: "done" }))).event).toBe("start");
		expect((await step(view({ state: "scheduling" }, {}, { heartbeatAtMs: NOW - 60_000 }))).event).toBeUndefined();
	});
});

describe("a running job", () => {
	it("offers tasks again that have said nothing for 3 s, and recovers when it lasts", async () => {
		expect(await step(view({}, {}, { heartbeatAtMs: NOW - 3_500 }))).toEqual({ event: undefined, said: ["offer 1"] });
		expect((await step(view({}, {}, { heartbeatAtMs: NOW - 16_000 }))).event).toBe("lose");
		expect(await step(view({}, {}, {}))).toEqual({ event: undefined, said: [] });
	});

	it("finishes when all tasks are done, fails when one failed, stops when that is wanted", async () => {
		expect((await step(view({ wanted: "drained" }, { state: "done" }, { state: "done" }))).event).toBe("finish");
		expect((await step(view({}, { state: "failed" }, {}))).event).toBe("fail");
		expect((await step(view({ wanted: "stopped" }, {}, {}))).event).toBe("stop");
	});
});

describe("a job that stops", () => {
	it("is stopped once no owner speaks any more", async () => {
		expect((await step(view({ state: "stopping", wanted: "stopped" }, {}, {}))).event).toBeUndefined();
		const released = { owner: undefined, heartbeatAtMs: undefined, state: "waiting" } as const;
		expect((await step(view({ state: "stopping", wanted: "stopped" }, released, released))).event).toBe("stop");
	});

	it("takes their tasks from owners that sleep, so that none commits when it wakes", async () => {
		const asleep = { heartbeatAtMs: NOW - 16_000 };
		const released = { owner: undefined, heartbeatAtMs: undefined, state: "waiting" } as const;
		expect(await step(view({ state: "stopping", wanted: "stopped" }, asleep, released))).toEqual({ event: "stop", said: ["fence 0"] });
	});

	it("goes on from its last commit when somebody wants that", async () => {
		expect(await step(view({ state: "stopped", wanted: "running" }))).toEqual({ event: "schedule", said: ["reset tasks"] });
		expect((await step(view({ state: "stopped", wanted: "stopped" }))).event).toBeUndefined();
	});

	it("is cut first where it was stopped before it began", async () => {
		const resumed = view({ state: "stopped", wanted: "running", startPosition: undefined });
		expect(await step(resumed)).toEqual({ event: undefined, said: [] });
		expect(await step(resumed, true)).toEqual({ event: "schedule", said: ["reset tasks"] });
	});
});
