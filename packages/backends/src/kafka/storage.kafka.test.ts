import { randomUUID } from "node:crypto";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import { ConfigResourceTypes, Kafka, logLevel } from "kafkajs";
import { afterAll, expect, inject, it } from "vitest";
import { copiesOf } from "./copies.ts";
import { createKafkaLog } from "./log-kafka.ts";
import { promiseOfKafka } from "./storage.ts";
import { streamTopic } from "./topic-names.ts";

const brokers = inject("kafkaBrokers");
const log = createKafkaLog(brokers, { partitions: { endpoint: 1, exchange: 1 } });
const kafka = new Kafka({ clientId: "whoever runs it", brokers: brokers.split(","), logLevel: logLevel.NOTHING });
afterAll(() => log.close());

it("flushes a stream at each append unless less was chosen for it", async () => {
	const stream = { tenant: randomUUID(), stream: `e:${randomUUID()}` };
	await log.append(stream, 0, encodeRawFrame(Date.now(), [encodeRecord({ key: "p", topic: "", payload: Buffer.from("1") })]), 1, {
		id: "g",
		seq: 1,
	});
	const admin = kafka.admin();
	await admin.connect();
	const flush = async () => {
		const resources = [{ type: ConfigResourceTypes.TOPIC, name: streamTopic(stream), configNames: ["flush.messages"] }];
		const described = await admin.describeConfigs({ resources, includeSynonyms: false });
		return described.resources[0]?.configEntries[0]?.configValue;
	};
	try {
		expect(await flush()).toBe("1");
		await log.setDurability(stream, "memory");
		await expect.poll(flush, { timeout: 10_000 }).not.toBe("1");
		await log.setDurability(stream, "fsync");
		await expect.poll(flush, { timeout: 10_000 }).toBe("1");
	} finally {
		await admin.disconnect();
	}
});

it("has nothing to change at a stream that nobody has written to", async () => {
	await log.setDurability({ tenant: randomUUID(), stream: `e:${randomUUID()}` }, "memory");
});

it("offers three copies only where there are three brokers, and then nothing less", async () => {
	expect(await log.promise()).toEqual(promiseOfKafka(1));
	expect(promiseOfKafka(2)).toMatchObject({ usual: "fsync", refused: { replicated: expect.stringContaining("has 2 brokers") } });
	const three = promiseOfKafka(3);
	expect({ usual: three.usual, refused: Object.keys(three.refused) }).toEqual({ usual: "replicated", refused: ["memory", "fsync"] });
	expect(copiesOf(2)).toEqual({ replicas: -1, settings: {} });
	expect(copiesOf(3)).toEqual({ replicas: 3, settings: { "min.insync.replicas": "2" } });
});
