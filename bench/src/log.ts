import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startRedis } from "@weir/tooling";
import type { LogAnswer, LogOrder } from "./log-run.ts";
import { OwnProcess } from "./own-process.ts";
import { processorSeconds } from "./processor.ts";
import { isQuick, keepTable, machine, median } from "./report.ts";

/*
 * The log in Redis through our client, with its scripts that make a repeat add nothing, beside the most that this Redis takes: the same packed
 * frames by the barest client that can be written, pipelined, with plain XADD and XREAD.
 */
const ROUNDS = isQuick ? 2 : 7;
const PARTITIONS = 16;
const FRAMES_EACH = isQuick ? 60 : 150;
const WAYS = ["bare", "ours"] as const;
const TITLES = { bare: "plain XADD and XREAD, barest client", ours: "Weir's log" } as const;

type Act = LogOrder["act"];

interface Measured {
	/** Of the client and of Redis, in microseconds of processor time per event. */
	readonly client: number;
	readonly server: number;
	readonly wall: number;
}

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-log-"));
// The file grows with what is measured; rewriting it in between would be charged to whoever is at work then.
const redis = await startRedis({ folder, appendfsync: "everysec", settings: { "auto-aof-rewrite-percentage": "0" } });
const processes = WAYS.map((way) => ({ way, own: new OwnProcess("log-run.ts", [way, redis.url]) }));
const runs: Record<(typeof WAYS)[number], Record<Act, Measured[]>> = { bare: { append: [], read: [] }, ours: { append: [], read: [] } };
try {
	for (let round = 0; round <= ROUNDS; round++) {
		for (const { way, own } of processes) {
			for (const act of ["append", "read"] as const) {
				const before = processorSeconds(redis.pid);
				const order: LogOrder = { act, stream: `e:${way}-${round}`, partitions: PARTITIONS, framesEach: FRAMES_EACH };
				const answer = await own.ask<LogAnswer>(order);
				const server = ((processorSeconds(redis.pid) - before) * 1e6) / answer.events;
				// The first round warms up.
				if (round > 0) runs[way][act].push({ client: answer.cpuUs, server, wall: answer.wallUs });
			}
		}
	}
	const of = (way: (typeof WAYS)[number], act: Act, pick: (measured: Measured) => number) => median(runs[way][act].map(pick));
	const cost = (way: (typeof WAYS)[number], act: Act) => of(way, act, ({ client, server }) => client + server);
	const share = (...acts: readonly Act[]) => {
		const sum = (way: (typeof WAYS)[number]) => acts.reduce((total, act) => total + cost(way, act), 0);
		return (sum("bare") / sum("ours")).toFixed(2);
	};
	keepTable("log", [
		`Frames of 63,000 bytes to ${PARTITIONS} partitions of one Redis whose file is flushed once a second, and read back whole; per event, median of ${ROUNDS} rounds by turns.`,
		"",
		machine(),
		"",
		"| | append: client µs | Redis µs | M events/s | read: client µs | Redis µs | M events/s |",
		"| --- | --- | --- | --- | --- | --- | --- |",
		...WAYS.map((way) => {
			const cells = (["append", "read"] as const).flatMap((act) => [
				of(way, act, ({ client }) => client).toFixed(3),
				of(way, act, ({ server }) => server).toFixed(3),
				(1 / of(way, act, ({ wall }) => wall)).toFixed(2),
			]);
			return `| ${TITLES[way]} | ${cells.join(" | ")} |`;
		}),
		"",
		`**${share("append", "read")} ×** the ceiling by processor time of client and Redis together: ${share("append")} for appending, ${share("read")} for reading.`,
	]);
} finally {
	for (const { own } of processes) own.end();
	await redis.stop();
	await rm(folder, { recursive: true, force: true });
}
