import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startRedis } from "@weir/tooling";
import { OwnProcess } from "./own-process.ts";
import { keepPlot } from "./plot.ts";
import { processorSeconds } from "./processor.ts";
import { isQuick, keepTable, machine, median } from "./report.ts";
import type { StageAnswer, StageOrder, StageSetup } from "./stage-run.ts";

/** One flow over more and more partitions of its stream, all of them in one worker: read from Redis, with checkpoints there each second. */
const ROUNDS = isQuick ? 1 : 5;
const EVENTS = isQuick ? 500_000 : 1_000_000;
const PARTITIONS = isQuick ? [1, 16, 64] : [1, 2, 4, 8, 16, 32, 64];

interface Point {
	readonly workerNs: number;
	readonly redisNs: number;
	readonly rssBytes: number;
}

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-partitions-"));

async function measure(partitions: number): Promise<readonly Point[]> {
	const redis = await startRedis({
		folder: path.join(folder, String(partitions)),
		appendfsync: "always",
		settings: { "auto-aof-rewrite-percentage": "0" },
	});
	const setup: StageSetup = {
		flows: 1,
		shapes: 1,
		partitions,
		devices: 10_000,
		checkpoints: { to: "redis", url: redis.url },
		log: redis.url,
		framesPerRead: 8,
	};
	const own = new OwnProcess("stage-run.ts", [JSON.stringify(setup)]);
	try {
		const points: Point[] = [];
		for (let round = 0; round <= ROUNDS; round++) {
			await own.ask({ act: "fill", events: EVENTS } satisfies StageOrder);
			const before = processorSeconds(redis.pid);
			const answer = await own.ask<StageAnswer>({ act: "run", events: EVENTS } satisfies StageOrder);
			const redisNs = ((processorSeconds(redis.pid) - before) * 1e9) / answer.events;
			// The first round warms up.
			if (round > 0) points.push({ workerNs: answer.cpuNs, redisNs, rssBytes: answer.rssBytes });
		}
		return points;
	} finally {
		own.end();
		await redis.stop();
		await rm(path.join(folder, String(partitions)), { recursive: true, force: true });
	}
}

try {
	const found = new Map<number, readonly Point[]>();
	for (const partitions of PARTITIONS) found.set(partitions, await measure(partitions));
	const of = (partitions: number, pick: (point: Point) => number) => median((found.get(partitions) ?? []).map(pick));
	const sum = (partitions: number) => of(partitions, ({ workerNs, redisNs }) => workerNs + redisNs);
	keepTable("partitions", [
		`The reference flow over partitions of one stream in Redis, all of them read by one worker, ${EVENTS.toLocaleString("en")} events a run; median of ${ROUNDS} runs.`,
		"",
		machine(),
		"",
		"| partitions | worker ns/event | Redis ns/event | events/s of one core for both | memory of the worker |",
		"| ---: | --- | --- | --- | --- |",
		...PARTITIONS.map((partitions) => {
			const rss = of(partitions, ({ rssBytes }) => rssBytes) / 2 ** 20;
			return `| ${partitions} | ${of(partitions, ({ workerNs }) => workerNs).toFixed(0)} | ${of(partitions, ({ redisNs }) => redisNs).toFixed(0)} | ${(1_000 / sum(partitions)).toFixed(2)} M | ${rss.toFixed(0)} MiB |`;
		}),
		"",
		"![Events per second and core against the number of partitions](plots/partitions.svg)",
	]);
	if (!isQuick) {
		keepPlot("partitions", {
			title: "Partitions of one stream",
			x: "partitions",
			y: "events per second and core",
			series: [
				{ title: "worker alone", points: PARTITIONS.map((n) => [n, 1e9 / of(n, ({ workerNs }) => workerNs)]) },
				{ title: "worker and Redis", points: PARTITIONS.map((n) => [n, 1e9 / sum(n)]) },
			],
		});
	}
} finally {
	await rm(folder, { recursive: true, force: true });
}
