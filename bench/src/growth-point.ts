import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface GrowthPoint {
	readonly cpuNs: number;
	readonly rssBytes: number;
}

/** Measures one operator of one size in a process of its own; see growth-run.ts. */
export function measurePoint(what: string, size: number, devices: number, memoryBytes = 0): GrowthPoint {
	const answer = execFileSync(
		process.execPath,
		[
			"--import",
			new URL("../../scripts/strip-types.mjs", import.meta.url).href,
			"--max-old-space-size=8192",
			fileURLToPath(new URL("growth-run.ts", import.meta.url)),
			what,
			...[size, devices, memoryBytes].map(String),
		],
		{ encoding: "utf8" },
	);
	return JSON.parse(answer) as GrowthPoint;
}
