import type { TaskReport } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import { expect, test } from "vitest";
import { measure } from "./measure.ts";
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

const schema = { fields: [] };
const plan: Plan = {
	planVersion: 1,
	stages: [
		{
			id: "s1",
			inputs: [],
			nodes: [{ id: "dedup", kind: "dedup", config: {}, input: schema, outputs: { out: schema, duplicate: schema } }],
			edges: [],
			writes: [],
			partitions: 1,
			authority: { type: "log" },
			because: [],
		},
	],
	exchanges: [],
};

test("what a node put out are the rows of its main ports: a duplicate beside them is no output", () => {
	const at = (seconds: number) =>
		report({
			"node/dedup/in": seconds * 100,
			"node/dedup/duplicate": seconds * 40,
			"node/dedup/out/out": seconds * 60,
			"node/dedup/out/duplicate": seconds * 40,
		});
	const meter = new Meter();
	for (let second = 0; second <= 4; second++) meter.take([at(second)], second * 1_000);
	const [node] = measure({ at: 4_000, job: undefined, plan, reports: [at(4)], meter }).nodes;
	expect(node).toMatchObject({ inPerSecond: 100, outPerSecond: 60, totals: { in: 400, out: 240, duplicate: 160 } });
});
