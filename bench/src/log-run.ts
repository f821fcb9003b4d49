import { openLog } from "@weir/backends";
import { encodeRawFrame, encodeRecord, FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES } from "@weir/records";
import type { StreamRef } from "@weir/runtime";
import { BareRedis } from "./bare-redis.ts";
import { answerEach } from "./own-process.ts";

/*
 * One way to a Redis that holds the log: `log-run.ts <ours|bare> <url>`, started by log.ts. Both append the same packed frames to the same number of
 * partitions and read them back whole.
 */

export interface LogOrder {
	readonly act: "append" | "read";
	readonly stream: string;
	readonly partitions: number;
	readonly framesEach: number;
}

/** Per event, in microseconds. */
export interface LogAnswer {
	readonly cpuUs: number;
	readonly wallUs: number;
	readonly events: number;
}

/** Reading, a worker asks for about so much of each partition. */
const READ_BYTES = 512_000;
const READ_FRAMES = "8";
const record = encodeRecord({
	key: "dev-000001",
	topic: "",
	payload: Buffer.from(
		JSON.stringify({
			deviceId: "dev-000001",
			ts: 1_780_000_000_000,
			temperature: 21.53,
			humidity: 44.1,
			status: "ok",
			seq: 123_456,
			battery: 71,
			fw: "2.4.1",
		}),
	),
});
const perFrame = Math.floor((FRAME_LIMIT_BYTES - FRAME_HEADER_BYTES) / record.length);
const frame = Buffer.from(
	encodeRawFrame(
		1_780_000_000_000,
		Array.from({ length: perFrame }, () => record),
	),
);

interface Way {
	/** Appends under way in each partition. */
	readonly inFlight: number;
	append(stream: string, partition: number, seq: number): Promise<unknown>;
	/** Reads on after these places; how many frames came of each, and the new places. */
	read(stream: string, after: string[]): Promise<number>;
}

async function ours(url: string): Promise<Way> {
	const log = await openLog({ LOG: "redis", REDIS_DATA_URL: url });
	const ref = (stream: string): StreamRef => ({ tenant: "bench", stream });
	return {
		// As the doors do it: the order within a partition is the order of calls that wait for each other.
		inFlight: 1,
		append: (stream, partition, seq) => log.append(ref(stream), partition, frame, perFrame, { id: "bench", seq }),
		async read(stream, after) {
			const requests = after.map((place, partition) => ({ stream: ref(stream), partition, after: place }));
			const found = await log.read(requests, { maxBytes: READ_BYTES, waitMs: 0 });
			found.forEach((entries, partition) => {
				after[partition] = entries.at(-1)?.id ?? after[partition] ?? "";
			});
			return found.reduce((sum, entries) => sum + entries.length, 0);
		},
	};
}

async function bare(url: string): Promise<Way> {
	const redis = await BareRedis.connect(url);
	const keyOf = (stream: string, partition: number) => `{t:bench}:s:${stream}:${partition}`;
	return {
		inFlight: 4,
		append: (stream, partition) => redis.call(["XADD", keyOf(stream, partition), "*", "f", frame]),
		async read(stream, after) {
			const keys = after.map((_place, partition) => keyOf(stream, partition));
			const values = await redis.call(["XREAD", "COUNT", READ_FRAMES, "STREAMS", ...keys, ...after.map((place) => place || "0")]);
			// A key, then of each entry its id, the name of its field and the frame.
			let frames = 0;
			let partition = 0;
			for (let at = 0; at < values.length; ) {
				const text = values[at]?.toString("latin1") ?? "";
				if (text.startsWith("{")) {
					partition = Number(text.slice(text.lastIndexOf(":") + 1));
					at += 1;
					continue;
				}
				after[partition] = text;
				frames += 1;
				at += 3;
			}
			return frames;
		},
	};
}

async function timed(events: number, act: () => Promise<void>): Promise<LogAnswer> {
	const [cpu, start] = [process.cpuUsage(), performance.now()];
	await act();
	const wallUs = ((performance.now() - start) * 1_000) / events;
	const { user, system } = process.cpuUsage(cpu);
	return { cpuUs: (user + system) / events, wallUs, events };
}

async function appendAll(way: Way, { stream, partitions, framesEach }: LogOrder): Promise<void> {
	const lane = async (partition: number, from: number) => {
		for (let seq = from; seq <= framesEach; seq += way.inFlight) await way.append(stream, partition, seq);
	};
	await Promise.all(Array.from({ length: partitions * way.inFlight }, (_, i) => lane(i % partitions, 1 + Math.floor(i / partitions))));
}

async function readAll(way: Way, { stream, partitions, framesEach }: LogOrder): Promise<void> {
	const after = Array.from({ length: partitions }, () => "");
	for (let frames = 0; frames < partitions * framesEach; ) frames += await way.read(stream, after);
}

const [name = "", url = ""] = process.argv.slice(2);
const way = await (name === "ours" ? ours(url) : bare(url));
answerEach<LogOrder>((order) =>
	timed(order.partitions * order.framesEach * perFrame, () => (order.act === "append" ? appendAll : readAll)(way, order)),
);
