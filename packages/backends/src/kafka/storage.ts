import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes, incrementalAlterConfigsV1 } from "@platformatic/kafka";
import type { Durability, LogPromise } from "@weir/jobs";
import { FLUSH_EACH, REPLICAS } from "./copies.ts";
import type { Fetcher } from "./fetcher.ts";
import { AT, type KafkaClient } from "./wire.ts";

/** Order per device over a change needs a moment from which on the old partitions take nothing, from anybody. */
export const FIXED =
	"A topic of Kafka cannot be closed to those who write to it, so records of a device could come in the wrong order: its partitions stay as they are.";

/** What a cluster of so many brokers promises. */
export function promiseOfKafka(brokers: number): LogPromise {
	if (brokers < REPLICAS) {
		const count = brokers === 1 ? "one broker" : `${brokers} brokers`;
		const replicated = `This Kafka has ${count}, and three copies need three: start more brokers and choose it again.`;
		return { log: "kafka", usual: "fsync", fixedPartitions: FIXED, refused: { replicated } };
	}
	const less = "This Kafka has three copies of a record before it answers, whatever the stream: less would hardly be faster.";
	return { log: "kafka", usual: "replicated", fixedPartitions: FIXED, refused: { memory: less, fsync: less } };
}

/** A broker flushes a topic at each append, or when its system likes. A topic that is not there yet is made as sure as usual. */
export async function setTopicDurability(client: KafkaClient, topic: string, durability: Durability): Promise<void> {
	const [broker] = await client.brokers();
	if (broker === undefined || (await client.topic(topic)) === undefined) return;
	const name = "flush.messages";
	const config =
		durability === "memory"
			? { name, configOperation: IncrementalAlterConfigOperationTypes.DELETE }
			: { name, configOperation: IncrementalAlterConfigOperationTypes.SET, value: FLUSH_EACH[name] };
	const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configs: [config] };
	await incrementalAlterConfigsV1.api.async(await client.connection(broker), [resource], false);
}

/**
 * Bytes that a partition still keeps, about: a broker says how large its files are, and those hold what is forgotten too. So the first and the
 * last batch stand for the rest.
 */
export async function bytesOfPartition(client: KafkaClient, fetcher: Fetcher, topic: string, partition: number): Promise<number> {
	const [start = 0, end = 0] = await Promise.all([AT.start, AT.end].map((at) => client.offset(topic, partition, at)));
	if (end <= start) return 0;
	const batches = await Promise.all([start, end - 1].map((offset) => fetcher.batchAt(topic, partition, offset)));
	let bytes = 0;
	let offsets = 0;
	for (const batch of batches) {
		if (batch === undefined) continue;
		for (const { frame } of batch.entries) bytes += frame.byteLength;
		offsets += batch.next - batch.first;
	}
	return offsets === 0 ? 0 : Math.round((bytes / offsets) * (end - start));
}
