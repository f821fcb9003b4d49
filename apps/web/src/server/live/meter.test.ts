import type { TaskReport } from "@weir/jobs";
import { expect, test } from "vitest";
import { Meter } from "./meter.ts";

const report = (counters: Record<string, number>): TaskReport => ({
	tenant: "acme",
	job: "j",
	stage: "s1",
	partition: 0,
	generation: 1,
	worker: "w",
	at: 0,
	counters,
	position: {},
	lagRecords: 0,
	watermark: null,
	isIdle: false,
	isDone: false,
});

test("a rate is what was added over the last seconds, over all tasks", () => {
	const meter = new Meter();
	for (let second = 0; second <= 10; second++) {
		meter.take([report({ "node/a/in": second * 60 }), report({ "node/a/in": second * 40 })], second * 1_000);
	}
	const growth = meter.lately();
	expect((growth?.counters["node/a/in"] ?? 0) / (growth?.seconds ?? 1)).toBe(100);
});

test("nothing is known from a single look", () => {
	const meter = new Meter();
	meter.take([report({ "node/a/in": 5 })], 0);
	expect(meter.lately()).toBeUndefined();
});

test("a job that counts from zero again gives no negative or giant rate", () => {
	const meter = new Meter();
	meter.take([report({ "node/a/in": 1_000 })], 0);
	meter.take([report({ "node/a/in": 3 })], 1_000);
	expect(meter.lately()).toBeUndefined();
	meter.take([report({ "node/a/in": 13 })], 2_000);
	expect(meter.lately()?.counters["node/a/in"]).toBe(10);
});
