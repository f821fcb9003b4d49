import { randomUUID } from "node:crypto";
import { CODEC, encodeFrameHeader, encodeRawFrame, encodeRecord, type RawRecord, readFrame } from "@weir/records";
import type { StreamRef } from "@weir/runtime";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeEach, describe, expect, inject, it } from "vitest";
import { createKafkaLog } from "./log-kafka.ts";
import { streamTopic } from "./topic-names.ts";

const kafkaBrokers = inject("kafkaBrokers");
const partitions = { endpoint: 1, exchange: 1 };
const log = createKafkaLog(kafkaBrokers, { partitions });
const kafka = new Kafka({ clientId: "somebody else's tool", brokers: kafkaBrokers.split(","), logLevel: logLevel.NOTHING });
afterAll(() => log.close());

let stream: StreamRef;
beforeEach(() => {
	stream = { tenant: randomUUID(), stream: `e:${randomUUID()}` };
});

const litres = (count: number, topic = ""): RawRecord => ({ key: `pump-${count}`, topic, payload: Buffer.from(`{"litres":${count}}`) });
const atMs = Date.now() - 5_000;

describe("a tenant's topic", () => {
	it("is read by any Kafka tool: one record an event, with its key, headers and time", async () => {
		const frame = encodeRawFrame(atMs, [litres(1, "plant/pump-1/litres"), litres(2)].map(encodeRecord));
		await log.append(stream, 0, frame, 2, { id: "g", seq: 1 });
		const identified = [{ messageId: "m-3", record: encodeRecord(litres(3)) }];
		await log.appendIdentified(stream, 0, encodeFrameHeader(CODEC.raw, atMs), identified, { id: "g", seq: 2 });
		const consumer = kafka.consumer({ groupId: randomUUID() });
		const seen: unknown[] = [];
		await consumer.connect();
		await consumer.subscribe({ topic: streamTopic(stream), fromBeginning: true });
		await consumer.run({
			eachMessage: async ({ message: { key, value, headers, timestamp } }) => {
				const plain = Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]));
				seen.push({ key: String(key), value: String(value), headers: plain, atMs: Number(timestamp) });
			},
		});
		await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(3);
		await consumer.disconnect();
		expect(seen).toEqual([
			{ key: "pump-1", value: '{"litres":1}', headers: { topic: "plant/pump-1/litres" }, atMs },
			{ key: "pump-2", value: '{"litres":2}', headers: {}, atMs },
			{ key: "pump-3", value: '{"litres":3}', headers: { "message-id": "m-3" }, atMs },
		]);
	});

	it("is named after the tenant and the stream, so that rules of access can name its prefix", () => {
		expect(streamTopic({ tenant: "water", stream: "e:pumps" })).toBe("weir.water.e.pumps");
		expect(streamTopic({ tenant: "wa.ter/2", stream: "x:job:a.out" })).toBe("weir.wa_2eter_2f2.x.job.a_2eout");
	});

	it("may be written by others: what they append is read as entries with the time they say", async () => {
		await log.append(stream, 0, encodeRawFrame(atMs, [encodeRecord(litres(1))]), 1, { id: "g", seq: 1 });
		const producer = kafka.producer();
		await producer.connect();
		await producer.send({ topic: streamTopic(stream), messages: [{ key: "tool", value: "2", timestamp: String(atMs + 1) }] });
		await producer.disconnect();
		const [entries = []] = await log.read([{ stream, partition: 0, after: "0" }], { maxBytes: 1_000, waitMs: 10_000 });
		const [frame] = entries.map((entry) => readFrame(entry.frame));
		expect(frame).toMatchObject({ ingestTimeMs: atMs + 1, records: [{ key: "tool", topic: "" }] });
	});
});

describe("two gateways that write message ids to one stream", () => {
	// Mutant: a gateway that trusts what it knew before the other one took over appends ids twice.
	it("append each id once, whichever of them it came through, and lose none", async () => {
		const other = createKafkaLog(kafkaBrokers, { partitions });
		const header = encodeFrameHeader(CODEC.raw, atMs);
		const ids = Array.from({ length: 5 }, (_, i) => `m-${i}`);
		const send = async (through: typeof log, id: string) => {
			for (const [seq, messageId] of ids.entries()) {
				await through.appendIdentified(stream, 0, header, [{ messageId, record: encodeRecord(litres(seq)) }], { id, seq: seq + 1 });
			}
		};
		await Promise.all([send(log, "north"), send(other, "south")]);
		const payloads: string[] = [];
		for (let after = ""; ; ) {
			const [entries = []] = await log.read([{ stream, partition: 0, after }], { maxBytes: 1_000_000, waitMs: 0 });
			if (entries.length === 0) break;
			after = entries.at(-1)?.id ?? after;
			for (const { frame } of entries) payloads.push(...readFrame(frame).records.map(({ payload }) => Buffer.from(payload).toString()));
		}
		expect(payloads).toEqual(ids.map((_, i) => `{"litres":${i}}`));
		expect((await log.state(stream, 0)).records).toBeGreaterThanOrEqual(ids.length);
		await other.close();
	});
});
