import { spawnSync } from "node:child_process";
import path from "node:path";

/** Runs the benchmarks that take a minute or two, one after the other; one that fails does not keep the others from running. */
const NAMES = ["log", "sink", "checkpoints", "flows", "windows", "partitions", "overload", "takeover"];

const failed: string[] = [];
for (const name of NAMES) {
	const begun = performance.now();
	console.log(`\n== ${name}`);
	const run = spawnSync(process.execPath, [path.join(import.meta.dirname, `${name}.ts`), ...process.argv.slice(2)], { stdio: "inherit" });
	if (run.status !== 0) failed.push(name);
	console.log(`== ${name}: ${run.status === 0 ? "done" : "failed"} in ${Math.round((performance.now() - begun) / 1_000)} s`);
}
if (failed.length > 0) {
	console.error(`Failed: ${failed.join(", ")}.`);
	process.exitCode = 1;
}
