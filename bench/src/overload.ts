import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isWeirError } from "@weir/errors";
import { endpointStream } from "@weir/runtime";
import { REFERENCE_FLEET } from "./events.ts";
import { Feed } from "./feed.ts";
import { startInstallation } from "./installation.ts";
import { isQuick, keepTable, machine } from "./report.ts";

/*
 * Twice as much as a worker can take: every record becomes a row in PostgreSQL, so that the database is what is slow. First as much as the worker takes
 * for a while, then twice that. The log may hold little: what does not fit is refused, as the doors refuse it with 503.
 */
const PARTITIONS = 16;
const CAPACITY_S = isQuick ? 5 : 12;
const OVERLOAD_S = isQuick ? 8 : 30;
const LOG_MEMORY = "256mb";
const PATIENCE_S = 240;
const TABLE = "readings";

const node = (id: string, kind: string, version: number, config: Readonly<Record<string, unknown>>, x: number) => ({
	id,
	kind,
	version,
	label: id,
	config,
	position: { x, y: 0 },
});
const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } });
const field = (name: string, type: string) => ({ name, type });
const FLOW = {
	schemaVersion: 1 as const,
	nodes: [
		node(
			"source",
			"http-source",
			1,
			{
				fields: [field("deviceId", "text"), field("ts", "timestamp"), field("temperature", "number"), field("seq", "integer")],
				eventTimeField: "ts",
				keyField: "deviceId",
			},
			0,
		),
		node("dedup", "dedup", 1, { keys: ["deviceId", "seq"], horizonMs: 10_000 }, 384),
		node("table", "postgres-sink", 1, { table: TABLE, mode: "append" }, 768),
	],
	edges: [edge("source", "dedup"), edge("dedup", "table")],
};

interface Phase {
	readonly offeredS: number;
	readonly acceptedS: number;
	readonly processedS: number;
	readonly workerMiB: number;
	readonly redisMiB: number;
	readonly waiting: number;
}

function memoryMiB(pid: number): number {
	return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
}

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-overload-"));
const weir = await startInstallation({ folder, logMemory: LOG_MEMORY });
try {
	const flow = await weir.deploy(FLOW, PARTITIONS);
	const stream = endpointStream(weir.tenant, flow.endpoint);
	const feeds = Array.from({ length: PARTITIONS }, (_, number) => {
		const share = { events: 20_000, devices: 100, duplicates: 0, stepMs: REFERENCE_FLEET.stepMs * PARTITIONS };
		return new Feed({ ...REFERENCE_FLEET, ...share, partition: { number, of: PARTITIONS } });
	});
	const next = feeds.map(() => 0);
	let accepted = 0;

	/** Offers frames to all partitions at a rate for so long; with none, as many as keep the worker busy. */
	async function play(seconds: number, perSecond: number | undefined): Promise<Phase> {
		const begun = performance.now();
		const elapsedS = () => (performance.now() - begun) / 1_000;
		const before = { accepted, processed: (await weir.ledger(flow)).in };
		const most = { workerMiB: 0, redisMiB: 0, waiting: 0 };
		let offered = 0;
		let { processed } = before;
		const isDue = () => (perSecond === undefined ? accepted - processed < 200_000 : offered < perSecond * elapsedS());
		const lanes = feeds.map(async (feed, partition) => {
			while (elapsedS() < seconds) {
				if (!isDue()) {
					await pause(5);
					continue;
				}
				const number = next[partition] ?? 0;
				const events = feed.eventsIn(number);
				offered += events;
				try {
					await weir.log.append(stream, partition, feed.frame(number), events, { id: "bench", seq: number + 1 });
					accepted += events;
					next[partition] = number + 1;
				} catch (error) {
					if (!isWeirError(error) || error.code !== "LOG_FULL") throw error;
					await pause(5);
				}
			}
		});
		const looking = async () => {
			while (elapsedS() < seconds) {
				processed = (await weir.ledger(flow)).in;
				most.waiting = Math.max(most.waiting, accepted - processed);
				most.workerMiB = Math.max(most.workerMiB, memoryMiB(weir.workerPid));
				most.redisMiB = Math.max(most.redisMiB, memoryMiB(weir.redisPid));
				await pause(200);
			}
		};
		await Promise.all([...lanes, looking()]);
		const tookS = elapsedS();
		const done = (await weir.ledger(flow)).in;
		return {
			offeredS: offered / tookS,
			acceptedS: (accepted - before.accepted) / tookS,
			processedS: (done - before.processed) / tookS,
			...most,
		};
	}

	/** Waits until everything that was accepted is committed. */
	async function untilDone(): Promise<number> {
		const begun = performance.now();
		while ((await weir.ledger(flow)).in < accepted) {
			if (performance.now() - begun > PATIENCE_S * 1_000) throw new Error(`After ${PATIENCE_S} s ${accepted} records are not done.`);
			await pause(100);
		}
		return (performance.now() - begun) / 1_000;
	}

	await play(isQuick ? 3 : 6, undefined);
	const able = await play(CAPACITY_S, undefined);
	await untilDone();
	const overload = await play(OVERLOAD_S, 2 * able.processedS);
	const afterS = await untilDone();
	const [ledger, rows] = [await weir.ledger(flow), await weir.rows(TABLE)];
	const isWhole = rows === accepted && ledger.in === accepted && ledger.difference === 0 && ledger.deadLetter === 0;
	if (!isWhole) throw new Error(`${accepted} records were accepted, ${rows} rows are there: ${JSON.stringify(ledger)}`);
	const thousands = (perSecond: number) => `${(perSecond / 1_000).toFixed(0)} k`;
	const line = (title: string, phase: Phase) =>
		`| ${title} | ${thousands(phase.offeredS)} | ${thousands(phase.acceptedS)} | ${thousands(phase.processedS)} | ${phase.workerMiB.toFixed(0)} MiB | ${phase.redisMiB.toFixed(0)} MiB | ${Math.round(phase.waiting / 1_000).toLocaleString("en")} k |`;
	keepTable("overload", [
		`Every record becomes a row in PostgreSQL, one worker, ${PARTITIONS} partitions; the log's Redis may hold ${LOG_MEMORY.replace("mb", " MB")}. Greatest memory of each process, and of what waited in the log.`,
		"",
		machine(),
		"",
		"| | offered/s | accepted/s | committed/s | worker | Redis | waiting |",
		"| --- | --- | --- | --- | --- | --- | --- |",
		line(`as much as it takes, ${CAPACITY_S} s`, able),
		line(`twice as much, ${OVERLOAD_S} s`, overload),
		"",
		`Under twice the load **${(overload.processedS / able.processedS).toFixed(2)} ×** of what it can do was done, with **${(overload.workerMiB / able.workerMiB).toFixed(2)} ×** the memory. ${afterS.toFixed(0)} s later the rest was through: ${accepted.toLocaleString("en")} records accepted, as many rows, none lost, none doubled.`,
	]);
} finally {
	await weir.stop();
	await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
