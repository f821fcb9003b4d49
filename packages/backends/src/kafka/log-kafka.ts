import { describeLogDirsV4, initProducerIdV4 } from "@platformatic/kafka";
import { WeirError } from "@weir/errors";
import type { Durability, LogPromise } from "@weir/jobs";
import type { Entry, EntryId, IdentifiedRecord, PartitionState, Producer, ReadRequest, StreamRef } from "@weir/runtime";
import type { MeasuredLog } from "../measured-log.ts";
import { sureness } from "./copies.ts";
import { Counts } from "./counts.ts";
import { Fetcher } from "./fetcher.ts";
import { IdentifiedWriter } from "./identified.ts";
import { codesOf, isPassing, KAFKA, kafkaFull } from "./kafka-errors.ts";
import { recordsOf, timeOfFrame } from "./kafka-frames.ts";
import { patiently } from "./patience.ts";
import { bytesOfPartition, FIXED, promiseOfKafka, setTopicDurability } from "./storage.ts";
import { KafkaTombstones } from "./tombstones.ts";
import { countsTopic, idsTopic, streamTopic, tenantPrefix } from "./topic-names.ts";
import { deleteRecords } from "./trim.ts";
import { AT, KafkaClient, type KafkaProducer, type MessageRecord, type TopicSettings } from "./wire.ts";

export interface KafkaLogOptions {
	/** How long a message id is remembered. */
	readonly horizonMs?: number;
	/** Share of the room on a broker's disk at which appends are refused, so that workers can still drain. */
	readonly fullAt?: number;
	/** How many reads may wait at one time. */
	readonly readers?: number;
	/** How long an answer of Kafka may take. */
	readonly requestMs?: number;
	/** Partitions that a new stream has at once; it gets more when more are used. */
	readonly partitions?: { readonly endpoint: number; readonly exchange: number };
}

/** The log on Kafka: one topic a stream, one record an event. */
export function createKafkaLog(brokers: string, options: KafkaLogOptions = {}): MeasuredLog {
	return new KafkaLog(brokers, options);
}

/** What an append of one producer to one partition needs to be repeated without adding anything. */
interface Lane {
	producer: KafkaProducer | undefined;
	/** Number of its next record, as the broker counts them to know a repeat. */
	sequence: number;
	last: { readonly seq: number; readonly id: EntryId } | undefined;
	/** Sent, and nobody knows what came of it. */
	uncertain: number | undefined;
	turn: Promise<unknown>;
}

const NO_TIMEOUT = 0;
const LANES = 20_000;
const ATTEMPTS = 4;
const WEIGH_MS = 5_000;
const LEAST_FREE_BYTES = 128n * 1024n * 1024n;
const PARTITIONS = { endpoint: 16, exchange: 4 };

/** Nothing goes by itself: what may be forgotten is decided by who has read it. */
export const KEEP_ALL: TopicSettings = {
	"retention.ms": "-1",
	"retention.bytes": "-1",
	"segment.bytes": String(64 * 1024 * 1024),
	// The broker's clock must not refuse what a device or a gateway with a wrong one says.
	"message.timestamp.after.max.ms": String(2n ** 63n - 1n),
};

class KafkaLog implements MeasuredLog {
	readonly #client: KafkaClient;
	readonly #fetcher: Fetcher;
	readonly #counts: Counts;
	readonly #tombstones: KafkaTombstones;
	readonly #partitions: { readonly endpoint: number; readonly exchange: number };
	readonly #horizonMs: number;
	readonly #fullAt: number;
	readonly #lanes = new Map<string, Lane>();
	readonly #producers = new Map<string, Promise<KafkaProducer>>();
	readonly #identified = new Map<string, IdentifiedWriter>();
	readonly #lasts = new Map<string, { readonly end: number; readonly last: EntryId }>();
	readonly #watch: NodeJS.Timeout;
	#isFull = false;

	constructor(
		brokers: string,
		{ horizonMs = 86_400_000, fullAt = 0.85, readers = 32, requestMs, partitions = PARTITIONS }: KafkaLogOptions,
	) {
		this.#client = new KafkaClient(brokers, requestMs);
		this.#fetcher = new Fetcher(this.#client, readers);
		this.#counts = new Counts(this.#client, this.#fetcher);
		this.#tombstones = new KafkaTombstones(this.#client, this.#fetcher);
		this.#client.refuses = (topic) => this.#tombstones.has(topic);
		this.#partitions = partitions;
		this.#horizonMs = horizonMs;
		this.#fullAt = fullAt;
		this.#watch = setInterval(() => void this.#weigh(), WEIGH_MS);
		this.#watch.unref();
		void this.#weigh();
	}

	async append(stream: StreamRef, partition: number, frame: Uint8Array, _records: number, producer: Producer): Promise<EntryId> {
		if (this.#isFull) throw kafkaFull();
		const topic = streamTopic(stream);
		const lane = this.#lane(`${topic}:${partition}:${producer.id}`);
		const turn = lane.turn.then(async () => {
			if (lane.last !== undefined && lane.last.seq >= producer.seq) return lane.last.id;
			await this.#ensure(stream, partition);
			const records = recordsOf({ topic, partition }, frame);
			const first = await this.#client.call(() => this.#send(lane, topic, partition, records, producer, stream));
			const id = String(first + records.length - 1);
			lane.last = { seq: producer.seq, id };
			return id;
		});
		lane.turn = turn.catch(() => undefined);
		return turn;
	}

	async appendIdentified(
		stream: StreamRef,
		partition: number,
		header: Uint8Array,
		records: readonly IdentifiedRecord[],
		producer: Producer,
	): Promise<{ readonly accepted: number; readonly duplicates: readonly number[] }> {
		if (this.#isFull) throw kafkaFull();
		const key = streamTopic(stream);
		let writer = this.#identified.get(key);
		if (writer === undefined) {
			writer = new IdentifiedWriter(stream, {
				client: this.#client,
				fetcher: this.#fetcher,
				counts: this.#counts,
				horizonMs: this.#horizonMs,
				ensure: (one, at) => this.#ensure(one, at),
			});
			this.#identified.set(key, writer);
		}
		return writer.append({ partition, header, records, producer });
	}

	read(
		requests: readonly ReadRequest[],
		{ maxBytes, waitMs, signal }: { readonly maxBytes: number; readonly waitMs: number; readonly signal?: AbortSignal },
	): Promise<readonly (readonly Entry[])[]> {
		const places = requests.map(({ stream, partition, after }) => ({ topic: streamTopic(stream), partition, after: offsetOf(after) }));
		return this.#client.call(() => this.#fetcher.read(places, maxBytes, waitMs, signal));
	}

	state(stream: StreamRef, partition: number): Promise<PartitionState> {
		return this.#client.call(async () => {
			const topic = streamTopic(stream);
			const bounds = await this.#bounds(topic, partition);
			if (bounds === undefined) return { first: undefined, last: "", records: 0 };
			const { start, end } = bounds;
			const [extra, last, first] = await Promise.all([
				this.#counts.extra(stream.tenant, topic, partition),
				this.#last(topic, partition, start, end),
				this.#first(topic, partition, start, end),
			]);
			return { first, last, records: end + extra };
		});
	}

	tail(stream: StreamRef, partition: number, entries: number): Promise<readonly Entry[]> {
		return this.#client.call(async () => {
			const topic = streamTopic(stream);
			const bounds = await this.#bounds(topic, partition);
			if (bounds === undefined) return [];
			const found: Entry[] = [];
			for await (const entry of this.#backwards(topic, partition, bounds.start, bounds.end)) {
				found.push(entry);
				if (found.length >= entries) break;
			}
			return found;
		});
	}

	compare(a: EntryId, b: EntryId): number {
		return Math.sign(offsetOf(a) - offsetOf(b));
	}

	at(stream: StreamRef, partition: number, timeMs: number): Promise<EntryId> {
		return this.#client.call(async () => {
			const topic = streamTopic(stream);
			const bounds = await this.#bounds(topic, partition);
			if (bounds === undefined) return "";
			const offset = await this.#client.offset(topic, partition, BigInt(Math.max(0, Math.floor(timeMs))));
			return offset < 0 ? this.#last(topic, partition, bounds.start, bounds.end) : idOf(offset - 1);
		});
	}

	trim(stream: StreamRef, partition: number, upTo: EntryId): Promise<void> {
		return this.#client.call(async () => {
			if (upTo === "") return;
			const topic = streamTopic(stream);
			const bounds = await this.#bounds(topic, partition);
			if (bounds === undefined) return;
			// Marks behind the last entry stay: they show where it was.
			const last = offsetOf(await this.#last(topic, partition, bounds.start, bounds.end));
			const before = Math.min(offsetOf(upTo), last) + 1;
			if (before <= bounds.start) return;
			// Noted first: that something was forgotten must not be forgotten itself.
			if (stream.stream.startsWith("e:")) await this.#noteForgotten(stream.tenant, topic, partition, bounds.start, before);
			await deleteRecords(this.#client, topic, partition, before);
		});
	}

	heldFrom(stream: StreamRef, partition: number): Promise<number | undefined> {
		return this.#client.call(() => this.#counts.heldFrom(stream.tenant, streamTopic(stream), partition));
	}

	async #noteForgotten(tenant: string, topic: string, partition: number, start: number, before: number): Promise<void> {
		for await (const { frame } of this.#backwards(topic, partition, start, before)) {
			const timeMs = timeOfFrame(frame);
			if (timeMs !== undefined) await this.#counts.noteForgotten(tenant, topic, partition, timeMs);
			return;
		}
	}

	drop(stream: StreamRef): Promise<void> {
		return this.#client.call(async () => {
			const topic = streamTopic(stream);
			await this.#client.deleteTopics([topic, idsTopic(stream)]);
			this.#identified.delete(topic);
			for (const key of this.#lanes.keys()) if (key.startsWith(`${topic}:`)) this.#lanes.delete(key);
			for (const key of this.#lasts.keys()) if (key.startsWith(`${topic}:`)) this.#lasts.delete(key);
			this.#fetcher.forget(topic);
			if ((await this.#client.topic(countsTopic(stream.tenant))) !== undefined) await this.#counts.drop(stream.tenant, topic);
		});
	}

	bury(ids: readonly string[]): Promise<void> {
		return this.#client.call(() => this.#tombstones.set(ids));
	}

	async eraseTenant(tenant: string): Promise<void> {
		await this.bury([tenant]);
		const prefix = tenantPrefix(tenant);
		await this.#client.call(async () => {
			// One that was being made a moment ago is found the next time.
			for (let names = await this.#client.namesWith(prefix); names.length > 0; names = await this.#client.namesWith(prefix)) {
				await this.#client.deleteTopics(names);
			}
		});
		for (const known of [this.#identified, this.#lanes, this.#lasts]) {
			for (const key of known.keys()) if (key.startsWith(prefix)) known.delete(key);
		}
	}

	memoryUse(): Promise<number> {
		return this.#client.call(() => diskUseOf(this.#client));
	}

	bytes(stream: StreamRef, partition: number): Promise<number> {
		return this.#client.call(async () => {
			const topic = streamTopic(stream);
			const known = await this.#client.topic(topic);
			if (known === undefined || partition >= known.leaders.length) return 0;
			return (await this.#client.ifThere(() => bytesOfPartition(this.#client, this.#fetcher, topic, partition))) ?? 0;
		});
	}

	promise(): Promise<LogPromise> {
		return this.#client.call(async () => promiseOfKafka((await this.#client.brokers()).length));
	}

	async seal(): Promise<void> {
		throw new WeirError("STORAGE_REFUSED", FIXED);
	}

	async unseal(): Promise<void> {}

	async isSealed(): Promise<boolean> {
		return false;
	}

	setDurability(stream: StreamRef, durability: Durability): Promise<void> {
		return this.#client.call(() => setTopicDurability(this.#client, streamTopic(stream), durability));
	}

	async close(): Promise<void> {
		clearInterval(this.#watch);
		await Promise.allSettled([this.#fetcher.close(), this.#client.close()]);
	}

	#ensure({ stream, tenant }: StreamRef, partition: number): Promise<unknown> {
		const isExchange = stream.startsWith("x:");
		const usual = isExchange ? this.#partitions.exchange : this.#partitions.endpoint;
		return this.#client.call(async () => {
			const settings = isExchange ? KEEP_ALL : { ...KEEP_ALL, ...sureness((await this.#client.brokers()).length) };
			return this.#client.ensure(streamTopic({ stream, tenant }), Math.max(usual, partition + 1), settings);
		});
	}

	/**
	 * Sends a batch under numbers by which the broker knows a repeat. After an uncertain answer the caller may only repeat the same append, and
	 * it goes out under the same numbers.
	 */
	async #send(
		lane: Lane,
		topic: string,
		partition: number,
		records: MessageRecord[],
		{ id, seq }: Producer,
		stream: StreamRef,
	): Promise<number> {
		// Another append after an uncertain one: whether that one was counted cannot be known, so begin to count anew.
		if (lane.uncertain !== undefined && lane.uncertain !== seq) this.#restart(lane, id);
		for (let attempt = 1; ; attempt++) {
			lane.producer ??= await this.#producer(id);
			try {
				lane.uncertain = seq;
				const first = await this.#client.produce(topic, partition, records, lane.producer, lane.sequence);
				lane.uncertain = undefined;
				lane.sequence += records.length;
				return first;
			} catch (error) {
				const codes = codesOf(error);
				if (codes.length === 0 || attempt === ATTEMPTS) throw error;
				if (codes.includes(KAFKA.duplicateSequence)) return (await this.#endOf(topic, partition)) - records.length;
				if (codes.some((code) => LOST_COUNT.has(code))) this.#restart(lane, id);
				else if (!isPassing(error)) {
					lane.uncertain = undefined;
					throw error;
				}
				this.#client.forget();
				if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
				if (codes.includes(KAFKA.unknownTopic)) await this.#ensure(stream, partition);
			}
		}
	}

	#restart(lane: Lane, id: string): void {
		lane.producer = undefined;
		lane.sequence = 0;
		lane.uncertain = undefined;
		this.#producers.delete(id);
	}

	#producer(id: string): Promise<KafkaProducer> {
		let producer = this.#producers.get(id);
		if (producer === undefined) {
			producer = this.#newProducer();
			this.#producers.set(id, producer);
			producer.catch(() => this.#producers.delete(id));
			forgetOldest(this.#producers, LANES);
		}
		return producer;
	}

	async #newProducer(): Promise<KafkaProducer> {
		const { producerId, producerEpoch } = await patiently(this.#client, async () => {
			const [broker] = await this.#client.brokers();
			if (broker === undefined) throw new Error("the cluster has no broker");
			return initProducerIdV4.api.async(await this.#client.connection(broker), null, NO_TIMEOUT, -1n, -1);
		});
		return { id: producerId, epoch: producerEpoch };
	}

	#lane(key: string): Lane {
		let lane = this.#lanes.get(key);
		if (lane === undefined) {
			lane = { producer: undefined, sequence: 0, last: undefined, uncertain: undefined, turn: Promise.resolve() };
			this.#lanes.set(key, lane);
			forgetOldest(this.#lanes, LANES);
		}
		return lane;
	}

	async #bounds(topic: string, partition: number): Promise<{ readonly start: number; readonly end: number } | undefined> {
		const known = await this.#client.topic(topic);
		if (known === undefined || partition >= known.leaders.length) return undefined;
		return this.#client.ifThere(async () => {
			const ends = [AT.start, AT.end].map((at) => this.#client.offset(topic, partition, at));
			const [start = 0, end = 0] = await Promise.all(ends);
			return { start, end };
		});
	}

	async #endOf(topic: string, partition: number): Promise<number> {
		return this.#client.offset(topic, partition, AT.end);
	}

	async #last(topic: string, partition: number, start: number, end: number): Promise<EntryId> {
		const key = `${topic}:${partition}`;
		const known = this.#lasts.get(key);
		if (known?.end === end) return known.last;
		let last = idOf(start - 1);
		for await (const entry of this.#backwards(topic, partition, start, end)) {
			last = entry.id;
			break;
		}
		this.#lasts.set(key, { end, last });
		return last;
	}

	async #first(topic: string, partition: number, start: number, end: number): Promise<EntryId | undefined> {
		for (let at = start; at < end; ) {
			const batch = await this.#fetcher.batchAt(topic, partition, at);
			if (batch === undefined) return undefined;
			const entry = batch.entries.find(({ id }) => offsetOf(id) >= start);
			if (entry !== undefined) return entry.id;
			at = batch.next;
		}
		return undefined;
	}

	/** Entries from the end on, a batch at a time. */
	async *#backwards(topic: string, partition: number, start: number, end: number): AsyncGenerator<Entry> {
		for (let at = end - 1; at >= start; ) {
			const batch = await this.#fetcher.batchAt(topic, partition, at);
			if (batch === undefined) return;
			for (const entry of [...batch.entries].reverse()) if (offsetOf(entry.id) >= start && offsetOf(entry.id) < end) yield entry;
			at = Math.min(batch.first, at) - 1;
		}
	}

	async #weigh(): Promise<void> {
		// A failure here says nothing about fullness; the calls report it themselves.
		const use = await diskUseOf(this.#client).catch(() => undefined);
		if (use !== undefined) this.#isFull = use >= this.#fullAt;
	}
}

/** The broker does not know what we counted so far. */
const LOST_COUNT: ReadonlySet<number> = new Set([
	KAFKA.outOfOrderSequence,
	KAFKA.unknownProducer,
	KAFKA.invalidProducerEpoch,
	KAFKA.invalidProducerMapping,
]);

/** Of the room that the log has on its disks, what it holds and what is free, the share that it holds: the greatest of any broker. */
async function diskUseOf(client: KafkaClient): Promise<number> {
	const shares = await Promise.all(
		(await client.brokers()).map(async (broker) => {
			const { results } = await describeLogDirsV4.api.async(await client.connection(broker), null);
			return results.map(({ topics, usableBytes }) => {
				if (usableBytes < LEAST_FREE_BYTES) return 1;
				let held = 0;
				for (const { partitions } of topics) for (const { partitionSize } of partitions) held += Number(partitionSize);
				return held / (held + Number(usableBytes));
			});
		}),
	);
	return Math.max(0, ...shares.flat());
}

function forgetOldest(map: Map<string, unknown>, limit: number): void {
	const [oldest] = map.keys();
	if (map.size > limit && oldest !== undefined) map.delete(oldest);
}

function offsetOf(id: EntryId): number {
	if (id === "") return -1;
	const offset = Number(id);
	if (Number.isInteger(offset)) return offset;
	throw new WeirError(
		"STATE_CORRUPT",
		"A place in a stream is not one of Kafka's: this installation kept its streams elsewhere before. Go on with that log, or begin with empty databases.",
	);
}

function idOf(offset: number): EntryId {
	return offset < 0 ? "" : String(offset);
}
