import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runChecks } from "../checks/run-checks.ts";
import { runTool, type Showing } from "./run-tool.ts";
import { type Counts, countPlaywright, countVitest, type PlaywrightReport, summary, type Tally, type VitestReport } from "./tally.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const reports = mkdtempSync(path.join(tmpdir(), "weir-reports-"));

async function timed(runner: string, body: () => Promise<Counts>): Promise<Tally> {
	const start = performance.now();
	const counts = await body();
	const durationMs = performance.now() - start;
	console.log(`\n${runner}: ${counts.failed === 0 ? "passed" : "FAILED"} after ${(durationMs / 1000).toFixed(0)} s`);
	return { runner, ...counts, durationMs };
}

function readReport<T>(file: string): T | undefined {
	try {
		return JSON.parse(readFileSync(file, "utf8")) as T;
	} catch {
		return undefined; // the runner ended before it could write: the caller counts that as a failure
	}
}

const BROKEN = { passed: 0, failed: 1, skipped: 0, failures: ["the runner ended before it could say what it found"] };

async function checks(): Promise<Counts> {
	const results = await runChecks(root, ({ name, passed, output }) =>
		console.log(`${passed ? "✓" : "✗"} ${name}${passed ? "" : `\n${output.replace(/^/gm, "    ")}`}`),
	);
	const failures = results.filter((result) => !result.passed).map(({ name }) => name);
	return { passed: results.length - failures.length, failed: failures.length, skipped: 0, failures };
}

async function vitest(project: string, showing: Showing): Promise<Counts> {
	const file = path.join(reports, `vitest-${project}.json`);
	const args = ["run", `--project=${project}`, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
	const code = await runTool(root, "vitest", args, showing);
	const report = readReport<VitestReport>(file);
	return report ? countVitest(report, code) : BROKEN;
}

async function playwright(config: string): Promise<Counts> {
	const file = path.join(reports, `playwright-${path.dirname(config).replaceAll("/", "-")}.json`);
	const code = await runTool(root, "playwright", ["test", `--config=${config}`, "--reporter=list,json"], "live", {
		PLAYWRIGHT_JSON_OUTPUT_NAME: file,
	});
	const report = readReport<PlaywrightReport>(file);
	return report ? countPlaywright(report, code) : BROKEN;
}

/** What needs the processor. */
async function busy(): Promise<Tally[]> {
	return [
		await timed("checks", checks),
		await timed("unit", () => vitest("unit", "live")),
		await timed("canvas in a browser", () => playwright("packages/canvas/test/playwright.config.ts")),
	];
}

/** What mostly waits, for disks and services. */
async function waiting(): Promise<Tally[]> {
	const tallies: Tally[] = [];
	for (const project of ["integration", "kafka"]) tallies.push(await timed(project, () => vitest(project, "after")));
	return tallies;
}

const tallies: Tally[] = [];
if ((await runTool(root, "turbo", ["run", "generate", "--output-logs=errors-only"])) !== 0)
	tallies.push({ runner: "generate", ...BROKEN, durationMs: 0 });
tallies.push(...(await Promise.all([busy(), waiting()])).flat());
// These time how soon the product is itself again, and how it feels: they have the machine for themselves.
tallies.push(await timed("faults", () => vitest("faults", "live")));
tallies.push(await timed("end to end", () => playwright("e2e/playwright.config.ts")));
rmSync(reports, { recursive: true, force: true });
console.log(summary(tallies));
process.exit(tallies.some((tally) => tally.failed > 0) ? 1 : 0);
