import { cpus, totalmem } from "node:os";
import { makeFrames, REFERENCE_FLEET } from "./events.ts";
import type { FlowResult } from "./flow.ts";
import { runNaive } from "./naive.ts";
import { prepareWeir } from "./weir.ts";

const ROUNDS = 7;

interface Measured {
	readonly result: FlowResult;
	/** Processor time per event, helper threads of the garbage collector included. */
	readonly cpuNs: number;
	readonly wallNs: number;
}

async function measure(run: () => FlowResult | Promise<FlowResult>): Promise<Measured> {
	globalThis.gc?.();
	const cpu = process.cpuUsage();
	const wall = process.hrtime.bigint();
	const result = await run();
	const used = process.cpuUsage(cpu);
	return {
		result,
		cpuNs: ((used.user + used.system) * 1_000) / REFERENCE_FLEET.events,
		wallNs: Number(process.hrtime.bigint() - wall) / REFERENCE_FLEET.events,
	};
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const { frames, jsonBytes } = makeFrames(REFERENCE_FLEET);
const variants: Readonly<Record<string, () => FlowResult | Promise<FlowResult>>> = {
	"naive: JSON.parse, objects, interpreter": () => runNaive(frames),
	"Weir: reader, dedup, filter, window": async () => (await prepareWeir())(frames),
};
const runs = new Map<string, Measured[]>(Object.keys(variants).map((name) => [name, []]));
let expected: FlowResult | undefined;
for (let round = 0; round <= ROUNDS; round++) {
	for (const [name, run] of Object.entries(variants)) {
		const measured = await measure(run);
		expected ??= measured.result;
		const isSame =
			measured.result.rows === expected.rows && Math.abs(measured.result.checksum - expected.checksum) < 1e-6 * expected.checksum;
		if (!isSame) {
			console.error(`${name} gave ${JSON.stringify(measured.result)} and not ${JSON.stringify(expected)}.`);
			process.exit(1);
		}
		// The first round warms up.
		if (round > 0) runs.get(name)?.push(measured);
	}
}

const baseline = median((runs.get(Object.keys(variants)[0] ?? "") ?? []).map((run) => run.cpuNs));
const [cpu] = cpus();
console.log(
	`Reference flow, ${REFERENCE_FLEET.events.toLocaleString("en")} events of ${Math.round(jsonBytes / REFERENCE_FLEET.events / 0.95)} bytes, one core; median of ${ROUNDS} interleaved runs.`,
);
console.log(`Machine: ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}.`);
console.log(`Output of every run: ${expected?.rows} rows, checksum ${expected?.checksum.toFixed(2)}.\n`);
console.log("| variant | events/s/core | CPU ns/event | wall ns/event | × naive |");
console.log("| --- | --- | --- | --- | --- |");
for (const [name, measured] of runs) {
	const cpuNs = median(measured.map((run) => run.cpuNs));
	const wallNs = median(measured.map((run) => run.wallNs));
	console.log(
		`| ${name} | ${(1_000 / cpuNs).toFixed(2)} M | ${cpuNs.toFixed(0)} | ${wallNs.toFixed(0)} | ${(baseline / cpuNs).toFixed(1)} |`,
	);
}
