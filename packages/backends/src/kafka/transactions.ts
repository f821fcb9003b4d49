import { addPartitionsToTxnV3, endTxnV4, initProducerIdV4 } from "@platformatic/kafka";
import { patiently } from "./patience.ts";
import type { KafkaClient, KafkaProducer, MessageRecord } from "./wire.ts";

/** Records of one append, all for one partition. */
export interface Append {
	readonly topic: string;
	readonly partition: number;
	readonly records: MessageRecord[];
}

const NOBODY = { id: -1n, epoch: -1 } as const;
const BATCH_BYTES = 400_000;

/**
 * One holder of a transactional id. Opening it gives up what the holder before left unfinished, and from then on the broker refuses that one
 * whatever it sends: so the newest holder knows the truth once it has read it. After any failure a holder is worth nothing more.
 */
export class TransactionalProducer {
	readonly #client: KafkaClient;
	readonly #producer: KafkaProducer & { readonly transactionalId: string };
	readonly #sequences = new Map<string, number>();

	private constructor(client: KafkaClient, producer: KafkaProducer & { readonly transactionalId: string }) {
		this.#client = client;
		this.#producer = producer;
	}

	/** `timeoutMs`: what it leaves unfinished is given up by then, so that readers behind it go on. */
	static async open(client: KafkaClient, transactionalId: string, timeoutMs: number): Promise<TransactionalProducer> {
		// Without the two −1 the broker takes us for somebody who goes on with an epoch of his own, and refuses us instead of the one before.
		const { producerId, producerEpoch } = await patiently(client, async () =>
			initProducerIdV4.api.async(await client.coordinator(transactionalId), transactionalId, timeoutMs, NOBODY.id, NOBODY.epoch),
		);
		return new TransactionalProducer(client, { id: producerId, epoch: producerEpoch, transactionalId });
	}

	/** All of the appends or none. Answers the offset of the last record of each. `beforeEnd` is where a test may stop. */
	async commit(appends: readonly Append[], beforeEnd?: () => Promise<void>): Promise<readonly number[]> {
		await this.#begin(appends);
		const places = new Map<string, number[]>();
		appends.forEach(({ topic, partition }, i) => {
			const key = `${topic}:${partition}`;
			places.set(key, [...(places.get(key) ?? []), i]);
		});
		const lasts: number[] = [];
		await Promise.all(
			[...places].map(async ([key, indexes]) => {
				for (const i of indexes) {
					const append = appends[i];
					if (append === undefined) continue;
					for (const records of cut(append.records)) {
						const sequence = this.#sequences.get(key) ?? 0;
						const first = await patiently(this.#client, () =>
							this.#client.produce(append.topic, append.partition, records, this.#producer, sequence),
						);
						this.#sequences.set(key, sequence + records.length);
						lasts[i] = first + records.length - 1;
					}
				}
			}),
		);
		await beforeEnd?.();
		const { id, epoch, transactionalId } = this.#producer;
		await patiently(this.#client, async () =>
			endTxnV4.api.async(await this.#client.coordinator(transactionalId), transactionalId, id, epoch, true),
		);
		return lasts;
	}

	async #begin(appends: readonly Append[]): Promise<void> {
		const partitions = new Map<string, Set<number>>();
		for (const { topic, partition } of appends) partitions.set(topic, (partitions.get(topic) ?? new Set()).add(partition));
		const topics = [...partitions].map(([name, all]) => ({ name, partitions: [...all] }));
		const { id, epoch, transactionalId } = this.#producer;
		// The mark of the transaction before may still be on its way.
		await patiently(this.#client, async () =>
			addPartitionsToTxnV3.api.async(await this.#client.coordinator(transactionalId), [
				{ transactionalId, producerId: id, producerEpoch: epoch, verifyOnly: false, topics },
			]),
		);
	}
}

/** Batches that a reader's piece can hold. */
function cut(records: MessageRecord[]): MessageRecord[][] {
	const pieces: MessageRecord[][] = [];
	let bytes = Number.POSITIVE_INFINITY;
	for (const record of records) {
		const size = (record.value?.length ?? 0) + (record.key?.length ?? 0) + 64;
		if (bytes + size > BATCH_BYTES) {
			pieces.push([]);
			bytes = 0;
		}
		pieces.at(-1)?.push(record);
		bytes += size;
	}
	return pieces;
}
