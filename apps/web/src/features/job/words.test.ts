import { expect, test } from "vitest";
import type { JobTask } from "../../client/contract.ts";
import { byTrouble, isAsWanted, wantedWord } from "./words.ts";

const task = (partition: number, more: Partial<JobTask> = {}): JobTask => ({
	stage: "a",
	partition,
	state: "running",
	generation: 1,
	restarts: 0,
	position: {},
	stateBytes: {},
	...more,
});

test("a pause and a stop are told apart, and a job that is on its way is not yet as wanted", () => {
	expect(wantedWord({ wanted: "stopped", paused: true })).toBe("Paused");
	expect(wantedWord({ wanted: "stopped", paused: false })).toBe("Stopped");
	expect(isAsWanted({ wanted: "drained", state: "running" })).toBe(false);
	expect(isAsWanted({ wanted: "drained", state: "finished" })).toBe(true);
});

test("failed tasks stand first, then those that pause, then the others by partition", () => {
	const failure = { code: "SINK_UNAVAILABLE", message: "PostgreSQL is away." };
	const tasks = [task(0), task(3, { state: "failed" }), task(1), task(2, { failure })];
	expect(tasks.sort(byTrouble).map(({ partition }) => partition)).toEqual([3, 2, 0, 1]);
});
