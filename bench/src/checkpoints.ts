import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startPostgres, startRedis } from "@weir/tooling";
import { OwnProcess } from "./own-process.ts";
import { processorSeconds } from "./processor.ts";
import { isQuick, keepTable, machine, median } from "./report.ts";
import type { StageAnswer, StageOrder, StageSetup } from "./stage-run.ts";

/*
 * What checkpoints cost: the reference flow as a worker runs it, at full speed, with its states written as changes and snapshots to where
 * a stage may commit, beside the same without any commit. The processor time of the server that keeps the checkpoints counts.
 */
const ROUNDS = isQuick ? 1 : 5;
const EVENTS = isQuick ? 2_000_000 : 8_000_000;
/** A horizon of dedup is full of keys after this many. */
const WARM_UP_EVENTS = 1_000_000;

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-checkpoints-"));
const [redis, postgres] = await Promise.all([
	startRedis({ folder: path.join(folder, "redis"), appendfsync: "always" }),
	startPostgres({ folder: path.join(folder, "postgres"), settings: { max_wal_size: "8GB" } }),
]);
const base = { flows: 1, shapes: 1, partitions: 1, devices: 10_000, framesPerRead: 8 } as const;
const VARIANTS: readonly { readonly title: string; readonly checkpoints: StageSetup["checkpoints"]; readonly pid: number | undefined }[] = [
	{ title: "no checkpoints", checkpoints: { to: "none" }, pid: undefined },
	{ title: "as workers commit, into the log's Redis", checkpoints: { to: "redis", url: redis.url }, pid: redis.pid },
	{ title: "as workers commit, into PostgreSQL", checkpoints: { to: "postgres", url: postgres.url }, pid: postgres.pid },
];

interface Measured extends StageAnswer {
	readonly serverNs: number;
}

const variants = VARIANTS.map((variant) => ({
	...variant,
	own: new OwnProcess("stage-run.ts", [JSON.stringify({ ...base, checkpoints: variant.checkpoints } satisfies StageSetup)]),
	runs: [] as Measured[],
}));
try {
	for (const { own } of variants) await own.ask<StageAnswer>({ act: "run", events: WARM_UP_EVENTS } satisfies StageOrder);
	for (let round = 0; round < ROUNDS; round++) {
		let rows: number | undefined;
		for (const { title, own, pid, runs } of variants) {
			const before = pid === undefined ? 0 : processorSeconds(pid);
			const answer = await own.ask<StageAnswer>({ act: "run", events: EVENTS } satisfies StageOrder);
			rows ??= answer.rows;
			if (answer.rows !== rows) throw new Error(`"${title}" gave ${answer.rows} rows and not ${rows}.`);
			const serverNs = pid === undefined ? 0 : ((processorSeconds(pid) - before) * 1e9) / answer.events;
			runs.push({ ...answer, serverNs });
		}
	}
	const of = (variant: (typeof variants)[number] | undefined, pick: (measured: Measured) => number) =>
		median((variant?.runs ?? []).map(pick));
	const [without] = variants;
	const baseline = of(without, ({ cpuNs }) => cpuNs);
	keepTable("checkpoints", [
		`Reference flow as a worker runs it, ${EVENTS.toLocaleString("en")} events a run as fast as they can be read, one core; median of ${ROUNDS} runs by turns. All gave the same rows.`,
		"",
		machine(),
		"",
		"| checkpoints | worker ns/event | server ns/event | commits a run | stored | more than without |",
		"| --- | --- | --- | --- | --- | --- |",
		...variants.map((variant) => {
			const [worker, server] = [of(variant, ({ cpuNs }) => cpuNs), of(variant, ({ serverNs }) => serverNs)];
			const more = variant === without ? "–" : `**${(((worker + server) / baseline - 1) * 100).toFixed(1)} %**`;
			const stored = (of(variant, ({ storedBytes }) => storedBytes) / 2 ** 20).toFixed(1);
			return `| ${variant.title} | ${worker.toFixed(0)} | ${server.toFixed(0)} | ${of(variant, ({ commits }) => commits)} | ${stored} MiB | ${more} |`;
		}),
	]);
} finally {
	for (const { own } of variants) own.end();
	await Promise.all([redis.stop(), postgres.stop()]);
	await rm(folder, { recursive: true, force: true });
}
