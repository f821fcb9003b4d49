import type { TaskReport } from "@weir/jobs";
import { expect, test } from "vitest";
import { StateTrend, stateSizes } from "./state-trend.ts";

const report = (worker: string, stateBytes: Record<string, number>, more: Partial<TaskReport> = {}): TaskReport => ({
	tenant: "acme",
	job: "j",
	stage: "s1",
	partition: 0,
	generation: 1,
	worker,
	at: 0,
	counters: {},
	position: {},
	lagRecords: 0,
	watermark: null,
	stateBytes,
	stateLimitBytes: 1_000,
	isIdle: false,
	isDone: false,
	...more,
});

test("sizes are added up by node, and the fullest worker says how near the bound is", () => {
	const sizes = stateSizes([
		report("w1", { dedup: 100, join: 200 }),
		report("w2", { dedup: 700 }),
		report("w2", { join: 50 }, { isDone: true }),
	]);
	expect(sizes).toEqual({ byNode: { dedup: 800, join: 200 }, bytes: 1_000, fill: 0.7, limitBytes: 1_000 });
	expect(stateSizes([report("w1", { dedup: 5 }, { stateLimitBytes: undefined })]).fill).toBeUndefined();
});

test("after a minute it is told how fast a state grows and when the worker is full; before, and where nothing grows, nothing is", () => {
	const trend = new StateTrend();
	for (let second = 0; second < 60; second++) trend.take([report("w1", { dedup: 100 + 5 * second })], second * 1_000);
	expect(trend.growthPerSecond("dedup")).toBeUndefined();
	for (let second = 60; second <= 100; second++) trend.take([report("w1", { dedup: 100 + 5 * second })], second * 1_000);
	expect(trend.growthPerSecond("dedup")).toBeCloseTo(5);
	expect(trend.fullInMs()).toBeCloseTo(80_000);
	for (let second = 101; second <= 500; second++) trend.take([report("w1", { dedup: 600 })], second * 1_000);
	expect(trend.growthPerSecond("dedup")).toBeCloseTo(0);
	expect(trend.fullInMs()).toBeUndefined();
});
