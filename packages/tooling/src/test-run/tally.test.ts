import { expect, test } from "vitest";
import { countPlaywright, countVitest, summary } from "./tally.ts";

const green = { name: "a.test.ts", status: "passed", assertionResults: [{ status: "passed", fullName: "adds" }] };
const counted = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, startTime: 1_000 };

test("counts a file that breaks before its first test as one failure", () => {
	const report = {
		...counted,
		testResults: [green, { name: "b.test.ts", status: "failed", message: "no such module", assertionResults: [] }],
	};
	expect(countVitest(report, 1, 1_000)).toEqual({
		passed: 3,
		failed: 1,
		skipped: 1,
		failures: ["b.test.ts\n    no such module"],
		isAsBefore: false,
	});
});

test("does not believe a green report of a run that ended badly", () => {
	expect(countVitest({ ...counted, testResults: [green] }, 1, 1_000).failed).toBe(1);
	expect(
		countPlaywright({ stats: { startTime: "1970-01-01T00:00:01Z", expected: 2, unexpected: 0, flaky: 0, skipped: 0 } }, 1, 1_000).failed,
	).toBe(1);
});

test("counts a test that needed a second attempt as failed", () => {
	expect(
		countPlaywright({ stats: { startTime: "1970-01-01T00:00:01Z", expected: 2, unexpected: 1, flaky: 1, skipped: 0 } }, 1, 1_000),
	).toMatchObject({
		passed: 2,
		failed: 2,
		skipped: 0,
	});
});

test("names what failed with its place and its first lines", () => {
	const specs = [
		{
			title: "signs in",
			file: "e2e/a.spec.ts",
			ok: false,
			tests: [{ results: [{ error: { message: "\u001b[31mno button\u001b[39m" } }] }],
		},
	];
	const report = {
		stats: { startTime: "1970-01-01T00:00:01Z", expected: 0, unexpected: 1, flaky: 0, skipped: 0 },
		suites: [{ suites: [{ specs }] }],
	};
	expect(countPlaywright(report, 1, 1_000).failures).toEqual(["e2e/a.spec.ts › signs in\n    no button"]);
	const red = {
		name: "a.test.ts",
		status: "failed",
		assertionResults: [{ status: "failed", fullName: "adds", failureMessages: ["1 is not 2"] }],
	};
	expect(countVitest({ ...counted, numFailedTests: 1, testResults: [red] }, 1, 1_000).failures).toEqual([
		"a.test.ts › adds\n    1 is not 2",
	]);
});

test("ends with one line that adds up all runners", () => {
	const tallies = [
		{ runner: "checks", passed: 6, failed: 0, skipped: 0, failures: [], isAsBefore: false, durationMs: 1000 },
		{ runner: "vitest", passed: 100, failed: 1, skipped: 2, failures: ["a.test.ts › adds"], isAsBefore: false, durationMs: 1000 },
	];
	expect(summary(tallies).split("\n").at(-1)).toBe("106 passed, 1 failed, 2 skipped");
	expect(summary(tallies)).toContain("✗ vitest: a.test.ts › adds");
});

test("says which figures are those of an earlier run", () => {
	const before = countVitest({ ...counted, testResults: [green] }, 0, 1_001);
	expect(before.isAsBefore).toBe(true);
	expect(summary([{ runner: "unit", ...before, durationMs: 10 }])).toContain("3 passed, 0 failed, 1 skipped  (as before");
});
