import { spawn } from "node:child_process";
import path from "node:path";
import { boundToParent } from "../services/process.ts";

/** `live`: in sight as it comes. `after`: all at once when the tool has ended, so that two that run side by side do not mix. */
export type Showing = "live" | "after";

/** Runs a tool of node_modules; answers its exit code. */
export function runTool(
	root: string,
	name: string,
	args: readonly string[],
	showing: Showing = "live",
	env: Readonly<Record<string, string>> = {},
): Promise<number> {
	return new Promise((resolve) => {
		const child = spawn(...boundToParent("TERM", path.join(root, "node_modules/.bin", name), args), {
			cwd: root,
			env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...env },
			stdio: showing === "live" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
		});
		const said: Buffer[] = [];
		for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes: Buffer) => said.push(bytes));
		child.once("error", (error) => {
			console.error(`${name} could not be started: ${error.message}`);
			resolve(127);
		});
		child.once("close", (code) => {
			process.stdout.write(Buffer.concat(said));
			resolve(code ?? 1);
		});
	});
}
