import { execFile } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { WITHOUT_TYPES } from "@weir/tooling";
import { ENV } from "./env.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Programs that each try some promises alone, against real services: in a running product one thing hides that another is missing. */
const PROGRAMS = {
	/** Fences, and that rows and place are one. */
	commits: "packages/proof/src/drills/commits.ts",
	/** What the log says it knows and has on disk. */
	records: "packages/proof/src/drills/records.ts",
	/** Generations. */
	leases: "packages/proof/src/drills/leases.ts",
	/** What the doors write through. */
	doors: "apps/gateway/test/drill.ts",
	/** What the log forgets. */
	trims: "workers/control/test/drill.ts",
	/** What tasks remember over deaths and versions. */
	tasks: "workers/stream/test/drill.ts",
} as const;

export type DrillName = keyof typeof PROGRAMS;

export const DRILLS = Object.keys(PROGRAMS) as readonly DrillName[];

export interface DrillPlaces {
	/** A PostgreSQL database that may get a schema of its own. */
	readonly resultsUrl: string;
	/** A migrated control database, as its owner. */
	readonly controlUrl: string;
	/** Where the log is, as processes of the product are told. */
	readonly log: Readonly<Record<string, string>>;
	readonly mutant?: string;
}

/** Runs a drill in a process of its own; answers a line per promise that does not hold. */
export async function drill(name: DrillName, { resultsUrl, controlUrl, log, mutant }: DrillPlaces): Promise<readonly string[]> {
	// What tasks remember is the same on every log.
	if (name === "tasks" && log.LOG === "kafka") return [];
	const args = [...(mutant === undefined ? WITHOUT_TYPES : []), path.join(ROOT, PROGRAMS[name])];
	const { stdout } = await promisify(execFile)(process.execPath, args, {
		env: { ...processEnv(mutant), DRILL_RESULTS_URL: resultsUrl, DRILL_CONTROL_URL: controlUrl, ...log },
	});
	return stdout.split("\n").filter((line) => line !== "");
}

/** What every process of a proof finds in its environment; with a mutant it is loaded with that, and takes types out as others do. */
export function processEnv(mutant: string | undefined): Readonly<Record<string, string>> {
	if (mutant === undefined) return { PATH: ENV.path };
	const mutate = pathToFileURL(path.join(import.meta.dirname, "mutate.ts")).href;
	return { PATH: ENV.path, WEIR_MUTANT: mutant, NODE_OPTIONS: [...WITHOUT_TYPES, "--import", mutate].join(" ") };
}
