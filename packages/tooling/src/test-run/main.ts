import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runChecks } from "../checks/run-checks.ts";
import { runTool, type Showing } from "./run-tool.ts";
import { type Counts, countPlaywright, countVitest, type PlaywrightReport, summary, type Tally, type VitestReport } from "./tally.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
/** `npm test -- --force` runs again what nothing has changed since it passed. */
const force = process.argv.includes("--force") ? ["--force"] : [];

async function timed(runner: string, body: () => Promise<Counts>): Promise<Tally> {
	const start = performance.now();
	const counts = await body();
	const durationMs = performance.now() - start;
	const outcome = counts.failed > 0 ? "FAILED" : counts.isAsBefore ? "as before, nothing that it tests has changed," : "passed";
	console.log(`\n${runner}: ${outcome} after ${(durationMs / 1000).toFixed(0)} s`);
	return { runner, ...counts, durationMs };
}

const BROKEN: Counts = {
	passed: 0,
	failed: 1,
	skipped: 0,
	failures: ["the runner ended before it could say what it found"],
	isAsBefore: false,
};

async function checks(): Promise<Counts> {
	const results = await runChecks(root, ({ name, passed, output }) =>
		console.log(`${passed ? "✓" : "✗"} ${name}${passed ? "" : `\n${output.replace(/^/gm, "    ")}`}`),
	);
	const failures = results.filter((result) => !result.passed).map(({ name }) => name);
	return { passed: results.length - failures.length, failed: failures.length, skipped: 0, failures, isAsBefore: false };
}

/** Runs a task of turbo.json, which brings back the report of the last green run when no file that the task reads is another. */
async function task<Report>(
	name: string,
	showing: Showing,
	count: (report: Report, code: number, startedAt: number) => Counts,
): Promise<Counts> {
	const file = path.join(root, "test-reports", `${name}.json`);
	rmSync(file, { force: true });
	const startedAt = Date.now();
	const code = await runTool(root, "turbo", ["run", `//#test:${name}`, "--output-logs=new-only", "--log-prefix=none", ...force], showing);
	try {
		return count(JSON.parse(readFileSync(file, "utf8")) as Report, code, startedAt);
	} catch {
		return BROKEN; // the runner ended before it could write
	}
}

const vitest = (name: string, showing: Showing) => timed(name, () => task<VitestReport>(name, showing, countVitest));
const playwright = (runner: string, name: string) => timed(runner, () => task<PlaywrightReport>(name, "live", countPlaywright));

/** What needs the processor. */
async function busy(): Promise<Tally[]> {
	return [await timed("checks", checks), await vitest("unit", "live"), await playwright("canvas in a browser", "canvas")];
}

/** What mostly waits, for disks and services. */
async function waiting(): Promise<Tally[]> {
	return [await vitest("integration", "after"), await vitest("kafka", "after"), await vitest("s3", "after")];
}

mkdirSync(path.join(root, "test-reports"), { recursive: true });
const tallies: Tally[] = [];
if ((await runTool(root, "turbo", ["run", "generate", "--output-logs=errors-only"])) !== 0)
	tallies.push({ runner: "generate", ...BROKEN, durationMs: 0 });
tallies.push(...(await Promise.all([busy(), waiting()])).flat());
// These time how soon the product is itself again, and how it feels: they have the machine for themselves.
tallies.push(await vitest("faults", "live"));
tallies.push(await playwright("end to end", "e2e"));
console.log(summary(tallies));
process.exit(tallies.some((tally) => tally.failed > 0) ? 1 : 0);
