import path from "node:path";
import { runChecks } from "./run-checks.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const results = await runChecks(root, ({ name, passed, output, durationMs }) => {
	console.log(`${passed ? "✓" : "✗"} ${name}  ${(durationMs / 1000).toFixed(1)} s`);
	if (!passed) console.log(output.replace(/^/gm, "    "));
});
const failed = results.filter((result) => !result.passed).length;
console.log(`${results.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
