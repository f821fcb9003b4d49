import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runChecks } from "../checks/run-checks.ts";
import { runTool } from "./run-tool.ts";
import { countPlaywright, countVitest, type PlaywrightReport, summary, type Tally, type VitestReport } from "./tally.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const reports = mkdtempSync(path.join(tmpdir(), "weir-reports-"));

async function timed(runner: string, body: () => Promise<Omit<Tally, "runner" | "durationMs">>): Promise<Tally> {
	console.log(`\n${runner}`);
	const start = performance.now();
	const counts = await body();
	return { runner, ...counts, durationMs: performance.now() - start };
}

function readReport<T>(file: string): T | undefined {
	try {
		return JSON.parse(readFileSync(file, "utf8")) as T;
	} catch {
		return undefined; // the runner ended before it could write: the caller counts that as a failure
	}
}

const BROKEN = { passed: 0, failed: 1, skipped: 0 };

async function checks(): Promise<Omit<Tally, "runner" | "durationMs">> {
	const results = await runChecks(root, ({ name, passed, output }) =>
		console.log(`${passed ? "✓" : "✗"} ${name}${passed ? "" : `\n${output.replace(/^/gm, "    ")}`}`),
	);
	const passed = results.filter((result) => result.passed).length;
	return { passed, failed: results.length - passed, skipped: 0 };
}

async function vitest(): Promise<Omit<Tally, "runner" | "durationMs">> {
	const file = path.join(reports, "vitest.json");
	const code = await runTool(root, "vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`]);
	const report = readReport<VitestReport>(file);
	return report ? countVitest(report, code) : BROKEN;
}

async function playwright(config: string): Promise<Omit<Tally, "runner" | "durationMs">> {
	const file = path.join(reports, `playwright-${path.dirname(config).replaceAll("/", "-")}.json`);
	const code = await runTool(root, "playwright", ["test", `--config=${config}`, "--reporter=list,json"], {
		PLAYWRIGHT_JSON_OUTPUT_NAME: file,
	});
	const report = readReport<PlaywrightReport>(file);
	return report ? countPlaywright(report, code) : BROKEN;
}

const tallies: Tally[] = [];
if ((await runTool(root, "turbo", ["run", "generate", "--output-logs=errors-only"])) !== 0)
	tallies.push({ runner: "generate", ...BROKEN, durationMs: 0 });
tallies.push(await timed("checks", checks));
tallies.push(await timed("vitest", vitest));
tallies.push(await timed("canvas in a browser", () => playwright("packages/canvas/test/playwright.config.ts")));
tallies.push(await timed("playwright", () => playwright("e2e/playwright.config.ts")));
rmSync(reports, { recursive: true, force: true });
console.log(summary(tallies));
process.exit(tallies.some((tally) => tally.failed > 0) ? 1 : 0);
