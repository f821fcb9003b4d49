import { readFileSync } from "node:fs";
import type { FlowResult } from "./flow.ts";
import { runNaive } from "./naive.ts";
import { prepareWeir } from "./weir.ts";

/*
 * One variant in a process of its own: `variant.ts <name> <file of frames>`, started by main.ts. At every message it runs the flow once and
 * answers with what came out and the processor time of the whole process per event.
 */

export interface Measured {
	readonly result: FlowResult;
	readonly cpuNs: number;
}

/** Name → makes a run ready. Each run begins with no state. */
const VARIANTS: Readonly<Record<string, () => Promise<(frames: readonly Uint8Array[]) => FlowResult>>> = {
	naive: async () => runNaive,
	weir: prepareWeir,
};

function framesIn(path: string): Uint8Array[] {
	const bytes = readFileSync(path);
	const frames: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; ) {
		const start = at + 4;
		at = start + bytes.readUInt32LE(at);
		frames.push(bytes.subarray(start, at));
	}
	return frames;
}

const [name = "", path = ""] = process.argv.slice(2);
const prepare = VARIANTS[name];
if (prepare === undefined) throw new Error(`There is no variant ${name}.`);
const frames = framesIn(path);
process.on("message", async (events: number) => {
	const run = await prepare();
	const before = process.cpuUsage();
	const result = run(frames);
	const used = process.cpuUsage(before);
	const measured: Measured = { result, cpuNs: ((used.user + used.system) * 1_000) / events };
	process.send?.(measured);
});
