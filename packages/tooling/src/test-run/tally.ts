/** What one runner says about its tests. */
export interface Tally {
	readonly runner: string;
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	readonly durationMs: number;
}

interface VitestFile {
	readonly status: string;
	readonly assertionResults: readonly { readonly status: string }[];
}

export interface VitestReport {
	readonly numPassedTests: number;
	readonly numFailedTests: number;
	readonly numPendingTests: number;
	readonly numTodoTests: number;
	readonly testResults: readonly VitestFile[];
}

export interface PlaywrightReport {
	readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number; readonly skipped: number };
	readonly errors?: readonly unknown[];
}

type Counts = Pick<Tally, "passed" | "failed" | "skipped">;

/** A file that fails before its first test counts as one failure, and so does a run that ends badly with all tests green. */
export function countVitest(report: VitestReport, exitCode: number): Counts {
	const broken = report.testResults.filter(
		(file) => file.status === "failed" && !file.assertionResults.some((one) => one.status === "failed"),
	).length;
	const failed = report.numFailedTests + broken;
	return {
		passed: report.numPassedTests,
		failed: failed === 0 && exitCode !== 0 ? 1 : failed,
		skipped: report.numPendingTests + report.numTodoTests,
	};
}

/** A test that passes only at the second attempt has failed. */
export function countPlaywright(report: PlaywrightReport, exitCode: number): Counts {
	const failed = report.stats.unexpected + report.stats.flaky + (report.errors?.length ?? 0);
	return { passed: report.stats.expected, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped: report.stats.skipped };
}

/** The table of all runners and, last, the one line that adds them up. */
export function summary(tallies: readonly Tally[]): string {
	const total = { passed: 0, failed: 0, skipped: 0 };
	const lines = tallies.map(({ runner, passed, failed, skipped, durationMs }) => {
		total.passed += passed;
		total.failed += failed;
		total.skipped += skipped;
		return `  ${runner.padEnd(12)} ${passed} passed, ${failed} failed, ${skipped} skipped  (${(durationMs / 1000).toFixed(0)} s)`;
	});
	return ["", ...lines, "", `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`].join("\n");
}
