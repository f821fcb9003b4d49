import {
	type Broker,
	type Connection,
	ConnectionPool,
	createPartitionsV3,
	createTopicsV7,
	deleteTopicsV6,
	type fetchV12,
	findCoordinatorV4,
	listOffsetsV7,
	type MessageRecord,
	metadataV12,
	NumericMap,
	produceV11,
	type RecordsBatch,
} from "@platformatic/kafka";
import { gone } from "../sealed.ts";
import { copiesOf } from "./copies.ts";
import { codesOf, isPassing, KAFKA, sortKafkaError } from "./kafka-errors.ts";
import { patiently } from "./patience.ts";

export type { MessageRecord, RecordsBatch };
export type FetchResponsePartitionAbortedTransaction = fetchV12.FetchResponsePartitionAbortedTransaction;

/** A topic as the cluster sees it: the broker that leads each partition. */
export interface Topic {
	readonly name: string;
	readonly leaders: readonly number[];
}

/** There is no such topic. */
class NoTopic extends Error {
	constructor(topic: string) {
		super(`there is no topic ${topic}`);
	}
}

export type TopicSettings = Readonly<Record<string, string>>;

/** Who writes, as Kafka knows it: its number and epoch. */
export interface KafkaProducer {
	readonly id: bigint;
	readonly epoch: number;
	/** Of a producer that writes in transactions. */
	readonly transactionalId?: string;
}

const COMMAND_LANES = 4;
const ALL_REPLICAS = -1;
const REQUEST_MS = 10_000;
const STABLE_MS = 5_000;
const CONNECT_MS = 2_000;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
const TRANSACTION = 1;
const CONSUMER = -1;

/** Offsets that can be asked for by name. */
export const AT = { start: -2n, end: -1n } as const;

/**
 * A connection to a cluster that never repeats anything by itself: what the outcome of a request is, and whether it may be sent again,
 * is decided by those who know what it was. Every call fails in bounded time with LOG_UNAVAILABLE while the cluster is away.
 */
export class KafkaClient {
	readonly #bootstrap: readonly Broker[];
	readonly #lanes: readonly ConnectionPool[];
	readonly #topics = new Map<string, Topic>();
	readonly #brokers = new Map<number, Broker>();
	readonly #coordinators = new Map<string, number>();
	/** Topics that are not to be made: `ensure` rejects with STREAM_GONE. */
	refuses: (topic: string) => Promise<boolean> = async () => false;
	readonly #creating = new Map<string, Promise<Topic>>();
	#turn = 0;

	/** `brokers`: `host:port`, several with commas between. `requestMs`: how long an answer may take. */
	constructor(brokers: string, requestMs = REQUEST_MS) {
		this.#bootstrap = brokers.split(",").map((address) => {
			const at = address.lastIndexOf(":");
			return { host: address.slice(0, at).trim(), port: Number(address.slice(at + 1)) };
		});
		// A broker works on one request of a connection at a time.
		this.#lanes = Array.from({ length: COMMAND_LANES }, () => createPool(requestMs));
	}

	async close(): Promise<void> {
		await Promise.all(this.#lanes.map((lane) => lane.close()));
	}

	/** Runs a call and sorts its failure; what the cluster calls outdated is asked anew the next time. */
	async call<T>(act: () => Promise<T>): Promise<T> {
		try {
			return await act();
		} catch (error) {
			if (codesOf(error).length === 0 || isPassing(error)) this.forget();
			throw sortKafkaError(error);
		}
	}

	/** Forgets who leads what. */
	forget(): void {
		this.#topics.clear();
		this.#coordinators.clear();
	}

	/** Undefined: there is no such topic. */
	async topic(name: string): Promise<Topic | undefined> {
		const known = this.#topics.get(name);
		return known ?? (await this.topics([name])).get(name);
	}

	/** Those of the topics that exist. */
	async topics(names: readonly string[]): Promise<ReadonlyMap<string, Topic>> {
		const found = new Map<string, Topic>();
		const unknown: string[] = [];
		for (const name of new Set(names)) {
			const known = this.#topics.get(name);
			if (known === undefined) unknown.push(name);
			else found.set(name, known);
		}
		if (unknown.length === 0) return found;
		for (const topic of await this.#look(unknown)) found.set(topic.name, topic);
		return found;
	}

	/** Names of the topics that begin so. */
	async namesWith(prefix: string): Promise<readonly string[]> {
		const { topics } = await metadataV12.api.async(await this.#any(), null, false, false);
		return topics.flatMap(({ name }) => (name?.startsWith(prefix) ? [name] : []));
	}

	/** The topic with at least so many partitions, made or grown where it has to be. */
	async ensure(name: string, partitions: number, settings: TopicSettings): Promise<Topic> {
		const known = await this.topic(name);
		if (known !== undefined && known.leaders.length >= partitions) return known;
		const making = this.#creating.get(name) ?? this.#make(name, partitions, settings);
		this.#creating.set(name, making);
		const made = await making.finally(() => this.#creating.delete(name));
		return made.leaders.length >= partitions ? made : this.ensure(name, partitions, settings);
	}

	async deleteTopics(names: readonly string[]): Promise<void> {
		if (names.length === 0) return;
		try {
			await deleteTopicsV6.api.async(
				await this.#any(),
				names.map((name) => ({ name })),
				REQUEST_MS,
			);
		} catch (error) {
			const codes = codesOf(error);
			if (codes.length === 0 || codes.some((code) => code !== KAFKA.unknownTopic)) throw error;
		}
		// Brokers learn of it one by one; until then they would still name the topic.
		for (const until = performance.now() + REQUEST_MS; performance.now() < until; ) {
			for (const name of names) this.#topics.delete(name);
			if ((await this.topics(names)).size === 0) return;
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}

	/** Undefined: the topic that was asked was deleted meanwhile. */
	async ifThere<T>(act: () => Promise<T>): Promise<T | undefined> {
		try {
			return await act();
		} catch (error) {
			if (!(error instanceof NoTopic)) throw error;
			return undefined;
		}
	}

	/** The broker that leads a partition. */
	async leader(topic: string, partition: number): Promise<Broker> {
		const leader = (await this.topic(topic))?.leaders[partition];
		const broker = leader === undefined ? undefined : this.#brokers.get(leader);
		if (broker !== undefined) return broker;
		this.#topics.delete(topic);
		throw new Error(`partition ${partition} of ${topic} has no leader`);
	}

	/** A connection for short requests. Those that belong together name the same `lane`. */
	connection(broker: Broker, lane?: number): Promise<Connection> {
		this.#turn += 1;
		const pool = this.#lanes[(lane ?? this.#turn) % this.#lanes.length];
		if (pool === undefined) throw new Error("there is no connection");
		return pool.get(broker);
	}

	/** Every broker of the cluster. */
	async brokers(): Promise<readonly Broker[]> {
		if (this.#brokers.size === 0) await this.#look([]);
		return [...this.#brokers.values()];
	}

	async coordinator(transactionalId: string): Promise<Connection> {
		let node = this.#coordinators.get(transactionalId);
		if (node === undefined) {
			const { coordinators } = await findCoordinatorV4.api.async(await this.#any(), TRANSACTION, [transactionalId]);
			const [found] = coordinators;
			if (found === undefined) throw new Error("no broker coordinates the transaction");
			node = found.nodeId;
			this.#coordinators.set(transactionalId, node);
			this.#brokers.set(node, { host: found.host, port: found.port });
		}
		const broker = this.#brokers.get(node);
		if (broker === undefined) throw new Error("the coordinator of the transaction is gone");
		return this.connection(broker);
	}

	/** Appends to one partition as one batch that all replicas in sync have; answers the offset of its first record. */
	async produce(topic: string, partition: number, records: MessageRecord[], producer: KafkaProducer, sequence: number): Promise<number> {
		const connection = await this.connection(await this.leader(topic, partition));
		const { transactionalId } = producer;
		const answer = await produceV11.api.async(connection, ALL_REPLICAS, REQUEST_MS, records, {
			producerId: producer.id,
			producerEpoch: producer.epoch,
			sequences: new NumericMap([[`${topic}:${partition}`, sequence]]),
			...(transactionalId === undefined ? {} : { transactionalId }),
		});
		if (typeof answer === "boolean") throw new Error("the broker answered without an offset");
		const offset = answer.responses[0]?.partitionResponses[0]?.baseOffset;
		if (offset === undefined) throw new Error("the broker answered without an offset");
		return Number(offset);
	}

	/** The offset at a name of `AT` or a time in ms, as readers of committed records see it; −1 when nothing is so late. */
	offset(topic: string, partition: number, at: bigint): Promise<number> {
		return this.#offset(topic, partition, at, READ_COMMITTED);
	}

	/** The offset after the last record, those of open transactions among them. */
	written(topic: string, partition: number): Promise<number> {
		return this.#offset(topic, partition, AT.end, READ_UNCOMMITTED);
	}

	#offset(topic: string, partition: number, at: bigint, isolation: number): Promise<number> {
		return patiently(this, async () => {
			// A topic that is gone would only be looked for in vain.
			if ((await this.topic(topic)) === undefined) throw new NoTopic(topic);
			return this.#askOffset(topic, partition, at, isolation);
		});
	}

	async #askOffset(topic: string, partition: number, at: bigint, isolation: number): Promise<number> {
		const connection = await this.connection(await this.leader(topic, partition));
		const partitions = [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp: at }];
		const { topics } = await listOffsetsV7.api.async(connection, CONSUMER, isolation, [{ name: topic, partitions }]);
		const offset = topics[0]?.partitions[0]?.offset;
		if (offset === undefined) throw new Error("the broker answered without an offset");
		return Number(offset);
	}

	/** The offset after the last record, once every transaction that had begun before has come to its end. */
	async stable(topic: string, partition: number): Promise<number> {
		const written = await this.written(topic, partition);
		for (const until = performance.now() + STABLE_MS; ; ) {
			const end = await this.offset(topic, partition, AT.end);
			if (end >= written) return end;
			if (performance.now() > until) throw new Error(`a transaction in ${topic} does not come to its end`);
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}

	async #any(): Promise<Connection> {
		this.#turn += 1;
		const pool = this.#lanes[this.#turn % this.#lanes.length];
		if (pool === undefined) throw new Error("there is no connection");
		return pool.getFirstAvailable([...this.#brokers.values(), ...this.#bootstrap]);
	}

	async #look(names: readonly string[]): Promise<readonly Topic[]> {
		const answer = await metadataV12.api.async(await this.#any(), [...names], false, false).catch((error: unknown) => {
			// Topics that do not exist come as errors beside those that do.
			const { response } = error as { response?: metadataV12Response };
			const codes = codesOf(error);
			if (response === undefined || codes.some((code) => code !== KAFKA.unknownTopic && code !== KAFKA.leaderNotAvailable)) throw error;
			return response;
		});
		for (const { nodeId, host, port } of answer.brokers) this.#brokers.set(nodeId, { host, port });
		const found: Topic[] = [];
		for (const { name, errorCode, partitions } of answer.topics) {
			if (typeof name !== "string" || errorCode !== 0) continue;
			const leaders: number[] = [];
			for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
			const topic = { name, leaders };
			// A partition without a leader is being made or moved: look again the next time.
			if (leaders.length > 0 && !leaders.some((leader) => leader < 0)) this.#topics.set(name, topic);
			found.push(topic);
		}
		return found;
	}

	async #make(name: string, partitions: number, settings: TopicSettings): Promise<Topic> {
		const until = performance.now() + REQUEST_MS;
		for (;;) {
			this.#topics.delete(name);
			const topic = (await this.topics([name])).get(name);
			if (topic === undefined) {
				if (await this.refuses(name)) throw gone();
				await this.#create(name, partitions, settings);
			} else if (topic.leaders.length < partitions) await this.#grow(name, partitions);
			else if (this.#topics.has(name)) {
				// A leader is named before it is ready.
				await Promise.all(topic.leaders.map((_, partition) => patiently(this, () => this.written(name, partition))));
				return topic;
			}
			if (performance.now() > until) throw new Error(`the new topic ${name} gets no leader`);
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	}

	async #create(name: string, partitions: number, settings: TopicSettings): Promise<void> {
		const copies = copiesOf((await this.brokers()).length);
		const configs = Object.entries({ ...settings, ...copies.settings }).map(([key, value]) => ({ name: key, value }));
		const topic = { name, numPartitions: partitions, replicationFactor: copies.replicas, assignments: [], configs };
		await unless(KAFKA.topicExists, async () => createTopicsV7.api.async(await this.#any(), [topic], REQUEST_MS, false));
	}

	async #grow(name: string, partitions: number): Promise<void> {
		const wanted = [{ name, count: partitions }];
		await unless(KAFKA.invalidPartitions, async () => createPartitionsV3.api.async(await this.#any(), wanted, REQUEST_MS, false));
	}
}

/** Another process was faster: that is as good. */
async function unless(code: number, act: () => Promise<unknown>): Promise<void> {
	try {
		await act();
	} catch (error) {
		const codes = codesOf(error);
		if (codes.length === 0 || codes.some((one) => one !== code)) throw error;
	}
}

type metadataV12Response = Awaited<ReturnType<typeof metadataV12.api.async>>;

/** Connections to the brokers of a cluster, one each. */
export function createPool(requestMs: number): ConnectionPool {
	const pool = new ConnectionPool("weir", { connectTimeout: CONNECT_MS, requestTimeout: requestMs, maxInflights: 1_000 });
	// Calls report their failures themselves; without a listener a broken socket would end the process.
	pool.on("connecting", ({ connection }) => void connection.on("error", () => undefined));
	return pool;
}
