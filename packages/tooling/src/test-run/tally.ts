import { stripVTControlCharacters } from "node:util";

/** What one runner says about its tests. */
export interface Tally {
	readonly runner: string;
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	/** What failed, each with its place and what was said: told again at the end, where it is not lost in a long output. */
	readonly failures: readonly string[];
	/** The report is of an earlier run: it passed, and nothing that its tests read has changed since. */
	readonly isAsBefore: boolean;
	readonly durationMs: number;
}

interface VitestFile {
	readonly name: string;
	readonly status: string;
	readonly message?: string;
	readonly assertionResults: readonly {
		readonly status: string;
		readonly fullName: string;
		readonly failureMessages?: readonly string[];
	}[];
}

export interface VitestReport {
	/** Milliseconds since 1970. */
	readonly startTime: number;
	readonly numPassedTests: number;
	readonly numFailedTests: number;
	readonly numPendingTests: number;
	readonly numTodoTests: number;
	readonly testResults: readonly VitestFile[];
}

interface PlaywrightSuite {
	readonly suites?: readonly PlaywrightSuite[];
	readonly specs?: readonly {
		readonly title: string;
		readonly file: string;
		readonly ok: boolean;
		readonly tests: readonly { readonly results: readonly { readonly error?: { readonly message?: string } }[] }[];
	}[];
}

export interface PlaywrightReport {
	readonly suites?: readonly PlaywrightSuite[];
	readonly stats: {
		readonly startTime: string;
		readonly expected: number;
		readonly unexpected: number;
		readonly flaky: number;
		readonly skipped: number;
	};
	readonly errors?: readonly { readonly message?: string }[];
}

/** What a runner counted; how long it took is the caller's to say. */
export type Counts = Omit<Tally, "runner" | "durationMs">;

const MAX_LINES = 12;

function failure(where: string, said: string | undefined): string {
	const lines = stripVTControlCharacters(said ?? "")
		.split("\n")
		.slice(0, MAX_LINES);
	return [where, ...lines.map((line) => `    ${line}`)].join("\n");
}

/** A file that fails before its first test counts as one failure, and so does a run that ends badly with all tests green. */
export function countVitest(report: VitestReport, exitCode: number, startedAt: number): Counts {
	const broken = report.testResults.filter(
		(file) => file.status === "failed" && !file.assertionResults.some((one) => one.status === "failed"),
	).length;
	const failed = report.numFailedTests + broken;
	return {
		passed: report.numPassedTests,
		failed: failed === 0 && exitCode !== 0 ? 1 : failed,
		skipped: report.numPendingTests + report.numTodoTests,
		isAsBefore: report.startTime < startedAt,
		failures: report.testResults
			.filter((file) => file.status === "failed")
			.flatMap((file) => {
				const tests = file.assertionResults.filter((one) => one.status === "failed");
				if (tests.length === 0) return [failure(file.name, file.message)];
				return tests.map((one) => failure(`${file.name} › ${one.fullName}`, one.failureMessages?.join("\n")));
			}),
	};
}

function playwrightFailures(suite: PlaywrightSuite): string[] {
	const own = (suite.specs ?? []).filter((spec) => !spec.ok);
	return [
		...own.map((spec) =>
			failure(`${spec.file} › ${spec.title}`, spec.tests.flatMap((one) => one.results).find((one) => one.error)?.error?.message),
		),
		...(suite.suites ?? []).flatMap(playwrightFailures),
	];
}

/** A test that passes only at the second attempt has failed. */
export function countPlaywright(report: PlaywrightReport, exitCode: number, startedAt: number): Counts {
	const failed = report.stats.unexpected + report.stats.flaky + (report.errors?.length ?? 0);
	return {
		passed: report.stats.expected,
		failed: failed === 0 && exitCode !== 0 ? 1 : failed,
		skipped: report.stats.skipped,
		isAsBefore: Date.parse(report.stats.startTime) < startedAt,
		failures: [
			...(report.errors ?? []).map((one) => failure("before the first test", one.message)),
			...(report.suites ?? []).flatMap(playwrightFailures),
		],
	};
}

/** What failed, the table of all runners and, last, the one line that adds them up. */
export function summary(tallies: readonly Tally[]): string {
	const total = { passed: 0, failed: 0, skipped: 0 };
	const lines = tallies.map(({ runner, passed, failed, skipped, durationMs, isAsBefore }) => {
		total.passed += passed;
		total.failed += failed;
		total.skipped += skipped;
		return `  ${runner.padEnd(12)} ${passed} passed, ${failed} failed, ${skipped} skipped  (${isAsBefore ? "as before: nothing that it tests has changed" : `${(durationMs / 1000).toFixed(0)} s`})`;
	});
	const failures = tallies.flatMap(({ runner, failures }) => failures.map((one) => `✗ ${runner}: ${one}`));
	return ["", ...failures, ...lines, "", `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`].join("\n");
}
