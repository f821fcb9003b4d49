import { expect, test } from "vitest";
import { countPlaywright, countVitest, summary } from "./tally.ts";

const green = { status: "passed", assertionResults: [{ status: "passed" }] };
const counted = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };

test("counts a file that breaks before its first test as one failure", () => {
	const report = { ...counted, testResults: [green, { status: "failed", assertionResults: [] }] };
	expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test("does not believe a green report of a run that ended badly", () => {
	expect(countVitest({ ...counted, testResults: [green] }, 1).failed).toBe(1);
	expect(countPlaywright({ stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0 } }, 1).failed).toBe(1);
});

test("counts a test that needed a second attempt as failed", () => {
	expect(countPlaywright({ stats: { expected: 2, unexpected: 1, flaky: 1, skipped: 0 } }, 1)).toEqual({ passed: 2, failed: 2, skipped: 0 });
});

test("ends with one line that adds up all runners", () => {
	const tallies = [
		{ runner: "checks", passed: 6, failed: 0, skipped: 0, durationMs: 1000 },
		{ runner: "vitest", passed: 100, failed: 1, skipped: 2, durationMs: 1000 },
	];
	expect(summary(tallies).split("\n").at(-1)).toBe("106 passed, 1 failed, 2 skipped");
});
