import { makeFrames, REFERENCE_FLEET } from "./events.ts";
import type { FlowResult } from "./flow.ts";
import { runNaive } from "./naive.ts";
import { keepTable, machine, median } from "./report.ts";
import { prepareWeir } from "./weir.ts";

const ROUNDS = 5;
/** About 85,000 events. */
const WARM_FRAMES = 200;

interface Measured {
	readonly result: FlowResult;
	/** Processor time per event, helper threads of the garbage collector included. */
	readonly cpuNs: number;
}

type Variant = (frames: readonly Uint8Array[]) => FlowResult | Promise<FlowResult>;

async function measure(run: Variant): Promise<Measured> {
	globalThis.gc?.();
	// A full collection drops compiled code too, which comes back within the first events: processes that run for hours do not pay that each time.
	await run(frames.slice(0, WARM_FRAMES));
	const cpu = process.cpuUsage();
	const result = await run(frames);
	const used = process.cpuUsage(cpu);
	return {
		result,
		cpuNs: ((used.user + used.system) * 1_000) / REFERENCE_FLEET.events,
	};
}

const { frames, jsonBytes } = makeFrames(REFERENCE_FLEET);
const variants: Readonly<Record<string, Variant>> = {
	"naive: JSON.parse, objects, interpreter": runNaive,
	"Weir: reader, dedup, filter, window": async (frames) => (await prepareWeir())(frames),
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

const naive = runs.get(Object.keys(variants)[0] ?? "") ?? [];
const baseline = median(naive.map((run) => run.cpuNs));
const lines = [
	`Reference flow, ${REFERENCE_FLEET.events.toLocaleString("en")} events of ${Math.round(jsonBytes / REFERENCE_FLEET.events / (1 - REFERENCE_FLEET.duplicates))} bytes, one core; median of ${ROUNDS} interleaved runs, processor time with that of the collector and the compiler.`,
	"",
	machine(),
	"",
	`Every run gave the same ${expected?.rows.toLocaleString("en")} rows, checksum ${expected?.checksum.toFixed(2)}.`,
	"",
	"| variant | events/s/core | ns/event | least ns/event | × naive |",
	"| --- | --- | --- | --- | --- |",
	...[...runs].map(([name, measured]) => {
		const cpuNs = median(measured.map((run) => run.cpuNs));
		const least = Math.min(...measured.map((run) => run.cpuNs));
		return `| ${name} | ${(1_000 / cpuNs).toFixed(2)} M | ${cpuNs.toFixed(0)} | ${least.toFixed(0)} | ${(baseline / cpuNs).toFixed(1)} |`;
	}),
];
console.log(lines.join("\n"));

keepTable("flow", lines);
