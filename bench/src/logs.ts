import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openLog } from "@weir/backends";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import type { Log, StreamRef } from "@weir/runtime";
import { startKafka, startRedis } from "@weir/tooling";
import { machine, median } from "./report.ts";

/*
 * The two logs side by side, each on a disk that is flushed before an answer: frames of 400 events of 133 bytes appended to 4 partitions, one in
 * flight each, and read back whole. Wall time says what the service costs, processor time what our client does.
 */
const ROUNDS = 5;
const PARTITIONS = 4;
const FRAMES = 50;
const EVENTS = 400;

interface Round {
	readonly wall: number;
	readonly cpu: number;
}

const payload = Buffer.from(
	JSON.stringify({
		deviceId: "device-000001",
		ts: 1_780_000_000_000,
		temperature: 21.53,
		humidity: 44.1,
		status: "ok",
		seq: 123_456,
		fw: "1.4.2",
	}),
);
const packed = Array.from({ length: EVENTS }, (_, i) => encodeRecord({ key: `device-${i}`, topic: "", payload }));
const events = PARTITIONS * FRAMES * EVENTS;

async function timed(act: () => Promise<void>): Promise<Round> {
	const [cpu, start] = [process.cpuUsage(), performance.now()];
	await act();
	const wall = performance.now() - start;
	const { user, system } = process.cpuUsage(cpu);
	return { wall: (wall * 1_000) / events, cpu: (user + system) / events };
}

async function append(log: Log, stream: StreamRef): Promise<void> {
	await Promise.all(
		Array.from({ length: PARTITIONS }, async (_, partition) => {
			for (let seq = 1; seq <= FRAMES; seq++) {
				await log.append(stream, partition, encodeRawFrame(Date.now(), packed), EVENTS, { id: stream.stream, seq });
			}
		}),
	);
}

async function read(log: Log, stream: StreamRef): Promise<void> {
	const after = Array.from({ length: PARTITIONS }, () => "");
	for (let frames = 0; frames < PARTITIONS * FRAMES; ) {
		const requests = after.map((place, partition) => ({ stream, partition, after: place }));
		const found = await log.read(requests, { maxBytes: 512_000, waitMs: 1_000 });
		found.forEach((entries, partition) => {
			frames += entries.length;
			after[partition] = entries.at(-1)?.id ?? after[partition] ?? "";
		});
	}
}

async function measure(name: string, log: Log): Promise<void> {
	const rounds: { readonly appended: Round; readonly read: Round }[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		const stream = { tenant: "bench", stream: `e:${round}` };
		const appended = await timed(() => append(log, stream));
		const readAll = await timed(() => read(log, stream));
		if (round > 0) rounds.push({ appended, read: readAll });
	}
	const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick)).toFixed(2);
	console.log(
		`${name}  append ${of((round) => round.appended.wall)} µs wall, ${of((round) => round.appended.cpu)} µs of ours · read ${of((round) => round.read.wall)} µs wall, ${of((round) => round.read.cpu)} µs of ours`,
	);
	await log.close();
}

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-logs-"));
const [redis, kafka] = await Promise.all([
	startRedis({ folder: path.join(folder, "redis"), appendfsync: "always" }),
	startKafka({ folder: path.join(folder, "kafka") }),
]);
try {
	console.log(`${machine()}\nPer event, medians of ${ROUNDS}:`);
	await measure("Redis", await openLog({ LOG: "redis", REDIS_DATA_URL: redis.url }));
	await measure("Kafka", await openLog({ LOG: "kafka", KAFKA_BROKERS: kafka.brokers }));
} finally {
	await Promise.all([redis.stop(), kafka.stop()]);
	await rm(folder, { recursive: true, force: true });
}
