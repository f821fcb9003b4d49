import { describe, expect, test } from "vitest";
import { proven } from "./proven.ts";

const LIMIT_MS = 900_000;

describe.each(["windows", "join"])("the flow %s", (flow) => {
	test.each(["redis", "kafka"] as const)(
		"keeps every promise on %s through every fault that can be made good again",
		async (log) => {
			await proven({ log, flow, seed: 11, seconds: 180 });
		},
		LIMIT_MS,
	);
});

test(
	"a log that lost its tail is told of, and every new record is processed",
	async () => {
		const report = await proven({ flow: "windows", seed: 12, seconds: 25, faults: ["F7"] });
		expect(report.hasLoss).toBe(true);
	},
	LIMIT_MS,
);

test(
	"a worker that slept through the end of a flow writes nothing after the flow was deleted",
	async () => {
		await proven({ flow: "windows", seed: 13, seconds: 20, faults: ["F25"] });
	},
	LIMIT_MS,
);

test(
	"clients that trickle or stay silent are cut, and the others are served",
	async () => {
		await proven({ flow: "windows", seed: 14, seconds: 20, faults: ["F22"] });
	},
	LIMIT_MS,
);
