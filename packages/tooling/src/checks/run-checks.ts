import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkBoundaries } from "./boundaries.ts";
import { typePrograms } from "./types.ts";

export interface CheckResult {
	readonly name: string;
	readonly passed: boolean;
	/** What is wrong, as printed by the tool or as sentences of ours. */
	readonly output: string;
	readonly durationMs: number;
}

/** Format, lint, walls, circles, types, unused code and the lock file, one after the other; all run even when one fails. */
export async function runChecks(root: string, onResult: (result: CheckResult) => void): Promise<CheckResult[]> {
	const boundaries = () => checkBoundaries(root);
	const bin = (name: string) => path.join(root, "node_modules/.bin", name);
	const checks: readonly (readonly [name: string, run: () => Promise<string>])[] = [
		["format and lint", () => tool(bin("biome"), root, ["ci", "--colors=off", "--max-diagnostics=40", "."])],
		["walls", async () => (await boundaries()).walls.join("\n")],
		["circles", async () => (await boundaries()).circles.join("\n")],
		["types", () => types(root, bin("tsc"))],
		["unused files, exports and dependencies", () => tool(bin("knip"), root, ["--no-progress", "--treat-config-hints-as-errors"])],
		[
			"lock file",
			async () => (await lockFileFaults(root)) || (await tool("npm", root, ["ci", "--dry-run", "--ignore-scripts", "--loglevel=error"])),
		],
	];
	const results: CheckResult[] = [];
	for (const [name, run] of checks) {
		const start = performance.now();
		const output = await run().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
		const result = { name, output, passed: output === "", durationMs: performance.now() - start };
		results.push(result);
		onResult(result);
	}
	return results;
}

/** One program after the other: the compiler uses all processors by itself. */
async function types(root: string, compiler: string): Promise<string> {
	const said: string[] = [];
	for (const program of await typePrograms(root)) said.push(await tool(compiler, root, ["-p", program]));
	return said.filter((text) => text !== "").join("\n");
}

/** Runs a tool; answers an empty text when it is content, else what it printed. */
function tool(program: string, root: string, args: readonly string[]): Promise<string> {
	return new Promise((resolve) => {
		const child = spawn(program, [...args], {
			cwd: root,
			env: { ...process.env, NO_COLOR: "1", TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
			stdio: ["ignore", "pipe", "pipe"],
		});
		let said = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text: string) => {
				said += text;
			});
		}
		child.once("error", (error) => resolve(`${path.basename(program)} could not be started: ${error.message}`));
		child.once("close", (code) => resolve(code === 0 ? "" : said.trim() || `${path.basename(program)} ended with code ${code}.`));
	});
}

interface Lock {
	readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly extraneous?: boolean }>>;
}

async function lockFileFaults(root: string): Promise<string> {
	const lock = JSON.parse(await readFile(path.join(root, "package-lock.json"), "utf8")) as Lock;
	const faults: string[] = [];
	for (const [place, entry] of Object.entries(lock.packages)) {
		if (entry.resolved?.includes("://"))
			faults.push(`package-lock.json names a download address for ${place}: run npm install with the .npmrc of this folder.`);
		if (entry.extraneous) faults.push(`package-lock.json holds ${place}, which nothing needs: run npm install.`);
	}
	return faults.join("\n");
}
