import { randomUUID } from "node:crypto";
import { createMemoryLog, createRedisLog } from "@weir/backends";
import type { DoorEndpoint } from "@weir/db/gateway";
import { partitionOf, readFrame } from "@weir/records";
import { endpointStream, type Log } from "@weir/runtime";
import { afterAll, describe, expect, inject, it } from "vitest";
import type { DoorCounters } from "../src/counters.ts";
import { Generations } from "../src/generations.ts";
import { Ingest } from "../src/ingest.ts";
import type { Limits } from "../src/limits.ts";
import { LogWriter } from "../src/writer.ts";
import { MemoryStore } from "./support.ts";

/* Seen to fail when a refused record is not sent again, when the whole delivery is, when a later one overtakes it, and when nothing is sealed. */

const PATIENCE = { ms: 20_000, waitsWhenFull: false };
const DEVICES = 24;
const MESSAGES = 60;
const tenant = "00000000-0000-4000-8000-00000000000a";

const redis = createRedisLog(inject("services").redisDataUrl);
afterAll(() => redis.close());

describe.each([
	["memory", createMemoryLog()],
	["Redis", redis],
] as const)("more partitions, on the log in %s", (_name, log) => {
	it.each([
		["without message ids", {}],
		["with message ids", { messageIdField: "n" }],
	] as const)("keep every record once, and those of a device in order, %s", async (_ids, settings) => {
		let newest: DoorEndpoint = new MemoryStore().endpoint(tenant, { partitions: 2, settings });
		const doors = Array.from({ length: 2 }, () => aDoor(log, async () => newest));
		const devices = Array.from({ length: DEVICES }, (_, i) => `pump-${i}`);
		let sent = 0;
		const growth = { 400: 4, 900: 8 } as Record<number, number>;
		const send = async (device: string, n: number, door: ReturnType<typeof aDoor>) => {
			const partitions = growth[++sent];
			if (partitions !== undefined) void grow(log, newest, partitions).then((grown) => (newest = grown));
			await door.send(device, n);
		};
		await Promise.all(
			devices.map(async (device, i) => {
				// As over HTTP: one after the other, through whichever door. As over MQTT: all at once through one door, which knows their order.
				if (i % 2 === 0) for (let n = 0; n < MESSAGES; n++) await send(device, n, doors[(i + n) % 2] ?? aDoor(log, async () => newest));
				else {
					const waits: Promise<void>[] = [];
					for (let n = 0; n < MESSAGES; n++) {
						waits.push(send(device, n, doors[i % 2] ?? aDoor(log, async () => newest)));
						if (n % 5 === 4) await waits.at(-3);
					}
					await Promise.all(waits);
				}
			}),
		);
		expect(newest.generation).toBe(3);
		const kept = await read(log, newest);
		for (const device of devices) expect(kept.get(device)).toEqual(Array.from({ length: MESSAGES }, (_, n) => n));
	});
});

/** A gateway, as far as records go through it; it learns of a new generation late. */
function aDoor(log: Log, ask: () => Promise<DoorEndpoint>) {
	let known: DoorEndpoint | undefined;
	const ingest = new Ingest({
		writer: new LogWriter({ log, producer: randomUUID(), limitBytes: 64_000_000 }),
		counters: { accepted: () => {}, refused: () => {} } as unknown as DoorCounters,
		limits: {} as Limits,
		generations: new Generations(ask),
	});
	return {
		async send(device: string, n: number): Promise<void> {
			known ??= await ask();
			const endpoint = known;
			if (n % 20 === 19) known = undefined;
			const body = Buffer.from(`{"n":${n}}`);
			await ingest.store({
				endpoint,
				identity: { tenant, device, credential: "c", expiresAtMs: Number.POSITIVE_INFINITY },
				topic: "",
				body,
				records: [{ index: 0, start: 0, end: body.length }],
				patience: PATIENCE,
			});
		},
	};
}

async function grow(log: Log, before: DoorEndpoint, partitions: number): Promise<DoorEndpoint> {
	const stream = endpointStream(tenant, before.id, before.generation);
	for (let partition = 0; partition < before.partitions; partition++) await log.seal(stream, partition);
	return { ...before, partitions, generation: before.generation + 1 };
}

/** What the log holds by device, generation after generation. */
async function read(log: Log, { id, generation }: DoorEndpoint): Promise<ReadonlyMap<string, number[]>> {
	const kept = new Map<string, number[]>();
	for (let one = 1; one <= generation; one++) {
		const partitions = 2 ** one;
		for (let partition = 0; partition < partitions; partition++) {
			for (let after = ""; ; ) {
				const [entries = []] = await log.read([{ stream: endpointStream(tenant, id, one), partition, after }], {
					maxBytes: 1e7,
					waitMs: 0,
				});
				if (entries.length === 0) break;
				for (const { id: entry, frame } of entries) {
					after = entry;
					for (const { key, payload } of readFrame(frame).records) {
						expect(partitionOf(key, partitions)).toBe(partition);
						kept.set(key, [...(kept.get(key) ?? []), JSON.parse(Buffer.from(payload).toString()).n]);
					}
				}
			}
		}
	}
	return kept;
}
