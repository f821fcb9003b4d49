import { expect, it } from "vitest";
import { parseTaskReport, reportedWatermark, type TaskReport } from "./report.ts";

const report: TaskReport = {
	tenant: "t",
	job: "j",
	stage: "s",
	partition: 0,
	generation: 4,
	worker: "w",
	at: 1,
	counters: { "node/a/in": 3 },
	position: { "e:1/0": "5-0" },
	lagRecords: 0,
	watermark: null,
	isIdle: false,
	isDone: false,
};

it("comes back from its text", () => {
	expect(parseTaskReport(JSON.stringify(report))).toEqual(report);
	expect(parseTaskReport("{")).toBeUndefined();
	expect(parseTaskReport('{"tenant":1}')).toBeUndefined();
});

it("says a watermark that JSON cannot", () => {
	expect([Number.NEGATIVE_INFINITY, 5, Number.POSITIVE_INFINITY].map(reportedWatermark)).toEqual([null, 5, "end"]);
});
