import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measured } from "./variant.ts";

const SOURCE = fileURLToPath(new URL("../native/flow.cpp", import.meta.url));

/** Builds the C++ program in a folder; answers its path, or why there is none. */
export function buildNative(folder: string): { readonly program: string } | { readonly missing: string } {
	const program = join(folder, "flow");
	const built = spawnSync("g++", ["-std=c++20", "-O3", "-march=native", "-o", program, SOURCE, "-lsimdjson"], { encoding: "utf8" });
	if (built.status === 0) return { program };
	if (built.error === undefined && !built.stderr.includes("simdjson.h"))
		throw new Error(`The C++ yardstick cannot be built: ${built.stderr}`);
	return { missing: "The C++ yardstick was left out: it needs a compiler and simdjson (`apt-get install g++ libsimdjson-dev`)." };
}

/** One run in a process of its own. */
export function runNative(program: string, frames: string, keys: "standard" | "open"): Measured {
	const [rows, checksum, cpuNs] = execFileSync(program, [frames, keys], { encoding: "utf8" }).trim().split(" ").map(Number);
	return { result: { rows: rows ?? 0, checksum: checksum ?? 0 }, cpuNs: cpuNs ?? Number.NaN };
}
