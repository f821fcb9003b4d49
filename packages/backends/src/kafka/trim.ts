import { deleteRecordsV2 } from "@platformatic/kafka";
import type { KafkaClient } from "./wire.ts";

const TRIM_MS = 3_000;

/** Forgets the records of a partition before an offset. */
export async function deleteRecords(client: KafkaClient, topic: string, partition: number, before: number): Promise<void> {
	const connection = await client.connection(await client.leader(topic, partition));
	const partitions = [{ partitionIndex: partition, offset: BigInt(before) }];
	await deleteRecordsV2.api.async(connection, [{ name: topic, partitions }], TRIM_MS);
}
