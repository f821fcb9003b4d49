import { execFile } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ENV } from "./env.ts";

export interface DrillPlaces {
	/** A PostgreSQL database that may get a schema of its own. */
	readonly databaseUrl: string;
	/** Where the log is, as processes of the product are told. */
	readonly log: Readonly<Record<string, string>>;
	readonly mutant?: string;
}

/** Tries each fence of a commit alone, in a process of its own; answers those that do not hold. */
export async function drillFences({ databaseUrl, log, mutant }: DrillPlaces): Promise<string[]> {
	const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, "fences.ts")], {
		env: { PATH: ENV.path, DRILL_URL: databaseUrl, ...log, ...mutantEnv(mutant) },
	});
	return stdout.split("\n").filter((line) => line !== "");
}

/** What a process must find in its environment to be loaded with a mutant. */
export function mutantEnv(mutant: string | undefined): Readonly<Record<string, string>> {
	if (mutant === undefined) return {};
	return { WEIR_MUTANT: mutant, NODE_OPTIONS: `--import ${pathToFileURL(path.join(import.meta.dirname, "mutate.ts")).href}` };
}
