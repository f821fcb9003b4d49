import { expect, test } from "vitest";
import { countPlaywright, countVitest, summary } from "./tally.ts";

const green = { name: "a.test.ts", status: "passed", assertionResults: [{ status: "passed", fullName: "adds" }] };
const counted = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };

test("counts a file that breaks before its first test as one failure", () => {
	const report = {
		...counted,
		testResults: [green, { name: "b.test.ts", status: "failed", message: "no such module", assertionResults: [] }],
	};
	expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 1, failures: ["b.test.ts\n    no such module"] });
});

test("does not believe a green report of a run that ended badly", () => {
	expect(countVitest({ ...counted, testResults: [green] }, 1).failed).toBe(1);
	expect(countPlaywright({ stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0 } }, 1).failed).toBe(1);
});

test("counts a test that needed a second attempt as failed", () => {
	expect(countPlaywright({ stats: { expected: 2, unexpected: 1, flaky: 1, skipped: 0 } }, 1)).toMatchObject({
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
	const report = { stats: { expected: 0, unexpected: 1, flaky: 0, skipped: 0 }, suites: [{ suites: [{ specs }] }] };
	expect(countPlaywright(report, 1).failures).toEqual(["e2e/a.spec.ts › signs in\n    no button"]);
	const red = {
		name: "a.test.ts",
		status: "failed",
		assertionResults: [{ status: "failed", fullName: "adds", failureMessages: ["1 is not 2"] }],
	};
	expect(countVitest({ ...counted, numFailedTests: 1, testResults: [red] }, 1).failures).toEqual(["a.test.ts › adds\n    1 is not 2"]);
});

test("ends with one line that adds up all runners", () => {
	const tallies = [
		{ runner: "checks", passed: 6, failed: 0, skipped: 0, failures: [], durationMs: 1000 },
		{ runner: "vitest", passed: 100, failed: 1, skipped: 2, failures: ["a.test.ts › adds"], durationMs: 1000 },
	];
	expect(summary(tallies).split("\n").at(-1)).toBe("106 passed, 1 failed, 2 skipped");
	expect(summary(tallies)).toContain("✗ vitest: a.test.ts › adds");
});
