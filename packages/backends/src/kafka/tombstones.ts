import { GONE_MS, goneName } from "../tombstones.ts";
import type { Fetcher } from "./fetcher.ts";
import { AT, type KafkaClient, type TopicSettings } from "./wire.ts";

const TOPIC = "weir.gone";
const SETTINGS: TopicSettings = { "retention.ms": String(GONE_MS), "segment.ms": String(GONE_MS / 10) };
const NOBODY = { id: -1n, epoch: -1 };
const UNCOUNTED = -1;

/** Tombstones of tenants, endpoints and jobs: a topic of theirs that is not there is not made. Kafka itself would refuse nobody. */
export class KafkaTombstones {
	readonly #client: KafkaClient;
	readonly #fetcher: Fetcher;
	readonly #known = new Set<string>();
	#next = 0;

	constructor(client: KafkaClient, fetcher: Fetcher) {
		this.#client = client;
		this.#fetcher = fetcher;
	}

	async set(ids: readonly string[]): Promise<void> {
		if (ids.length === 0) return;
		await this.#client.ensure(TOPIC, 1, SETTINGS);
		const records = ids.map((id) => ({ topic: TOPIC, partition: 0, value: Buffer.from(goneName(id)) }));
		await this.#client.produce(TOPIC, 0, records, NOBODY, UNCOUNTED);
	}

	/** Whether one of the ids in a topic's name has a tombstone. */
	async has(topic: string): Promise<boolean> {
		if ((await this.#client.topic(TOPIC)) === undefined) return false;
		const [start, end] = [await this.#client.offset(TOPIC, 0, AT.start), await this.#client.offset(TOPIC, 0, AT.end)];
		for await (const { value, next } of this.#fetcher.records(TOPIC, 0, Math.max(start, this.#next), end)) {
			this.#known.add(String(value));
			this.#next = next;
		}
		return topic.split(".").some((part) => this.#known.has(goneName(part)));
	}
}
