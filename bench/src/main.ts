import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFrames, REFERENCE_FLEET } from "./events.ts";
import type { FlowResult } from "./flow.ts";
import { buildNative, runNative } from "./native.ts";
import { keepTable, machine, median } from "./report.ts";
import type { Measured } from "./variant.ts";

const ROUNDS = 7;

interface Variant {
	readonly title: string;
	run(): Measured | Promise<Measured>;
	/** A native program has nothing to warm up. */
	readonly hasColdRun: boolean;
}

const folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
const framesPath = join(folder, "frames");
const children: ChildProcess[] = [];

/** A variant in JavaScript: a process that stays, started as the product's workers are. */
function inProcess(name: string, title: string): Variant {
	const child = fork(fileURLToPath(new URL("variant.ts", import.meta.url)), [name, framesPath], {
		execArgv: ["--import", new URL("../../scripts/strip-types.mjs", import.meta.url).href],
	});
	children.push(child);
	return {
		title,
		hasColdRun: true,
		async run() {
			child.send(REFERENCE_FLEET.events);
			const [measured] = (await once(child, "message")) as [Measured];
			return measured;
		},
	};
}

function isSame(a: FlowResult, b: FlowResult): boolean {
	return a.rows === b.rows && Math.abs(a.checksum - b.checksum) < 1e-6 * b.checksum;
}

try {
	const { frames, jsonBytes } = makeFrames(REFERENCE_FLEET);
	writeFileSync(framesPath, Buffer.concat(frames.flatMap((frame) => [new Uint8Array(Uint32Array.of(frame.length).buffer), frame])));
	const variants: Variant[] = [
		inProcess("naive", "naive: JSON.parse, objects, interpreter"),
		inProcess("weir", "Weir: reader, dedup, filter, window"),
	];
	const native = buildNative(folder);
	if ("program" in native) {
		for (const [keys, title] of [
			["standard", "C++: simdjson on demand, one record at a time, std::unordered_map"],
			["open", "C++: the same, keys in an open table of its own"],
		] as const) {
			variants.push({ title, hasColdRun: false, run: () => runNative(native.program, framesPath, keys) });
		}
	}
	const runs = new Map<Variant, Measured[]>(variants.map((variant) => [variant, []]));
	let expected: FlowResult | undefined;
	for (let round = 0; round <= ROUNDS; round++) {
		for (const [variant, measured] of runs) {
			const run = await variant.run();
			expected ??= run.result;
			if (!isSame(run.result, expected)) {
				throw new Error(`${variant.title} gave ${JSON.stringify(run.result)} and not ${JSON.stringify(expected)}.`);
			}
			measured.push(run);
		}
	}
	const warm = (variant: Variant) => (runs.get(variant) ?? []).slice(1).map((run) => run.cpuNs);
	const baseline = median(variants.slice(0, 1).flatMap(warm));
	const lines = [
		`Reference flow, ${REFERENCE_FLEET.events.toLocaleString("en")} events of ${Math.round(jsonBytes / REFERENCE_FLEET.events / (1 - REFERENCE_FLEET.duplicates))} bytes, one core; median of ${ROUNDS} interleaved runs, processor time with that of the collector and the compiler.`,
		"",
		machine(),
		"",
		`Every run gave the same ${expected?.rows.toLocaleString("en")} rows, checksum ${expected?.checksum.toFixed(2)}.`,
		"",
		"| variant | events/s/core | ns/event | least ns/event | first run, cold | × naive |",
		"| --- | --- | --- | --- | --- | --- |",
		...variants.map((variant) => {
			const cpuNs = median(warm(variant));
			const cold = variant.hasColdRun ? runs.get(variant)?.[0]?.cpuNs.toFixed(0) : "–";
			return `| ${variant.title} | ${(1_000 / cpuNs).toFixed(2)} M | ${cpuNs.toFixed(0)} | ${Math.min(...warm(variant)).toFixed(0)} | ${cold} | ${(baseline / cpuNs).toFixed(1)} |`;
		}),
	];
	if ("missing" in native) lines.push("", native.missing);
	keepTable("flow", lines);
} finally {
	for (const child of children) child.kill();
	rmSync(folder, { recursive: true, force: true });
}
