import { spawn } from "node:child_process";
import path from "node:path";
import { boundToParent } from "../services/process.ts";

/** Runs a tool of node_modules with its output in sight; answers its exit code. */
export function runTool(root: string, name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
	return new Promise((resolve) => {
		const child = spawn(...boundToParent("TERM", path.join(root, "node_modules/.bin", name), args), {
			cwd: root,
			env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...env },
			stdio: ["ignore", "inherit", "inherit"],
		});
		child.once("error", (error) => {
			console.error(`${name} could not be started: ${error.message}`);
			resolve(127);
		});
		child.once("exit", (code) => resolve(code ?? 1));
	});
}
