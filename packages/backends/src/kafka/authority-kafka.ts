import { isWeirError } from "@weir/errors";
import {
	type Checkpoint,
	type CheckpointHead,
	type CheckpointStep,
	type CommitAuthority,
	type ExchangeAppend,
	type LogCommitMedium,
	type Position,
	positionText,
	type TaskRef,
	taskName,
} from "@weir/runtime";
import { headRecord, noPart, partRecords, readTask, type StoredParts, type StoredTask } from "./checkpoint-records.ts";
import { Counts } from "./counts.ts";
import { Fetcher } from "./fetcher.ts";
import { isFenced } from "./kafka-errors.ts";
import { recordsOf } from "./kafka-frames.ts";
import { KEEP_ALL } from "./log-kafka.ts";
import { KafkaTombstones } from "./tombstones.ts";
import { cappedPrefix, cappedTopic, checkpointPrefix, checkpointTopic, streamTopic, tenantPrefix } from "./topic-names.ts";
import { type Append, TransactionalProducer } from "./transactions.ts";
import { deleteRecords } from "./trim.ts";
import { KafkaClient, type TopicSettings } from "./wire.ts";

/** What this process knows as the holder of a task. */
interface Held {
	readonly generation: number;
	readonly producer: TransactionalProducer;
	position: string;
	parts: StoredParts;
	/** A commit is under way: the next may begin when it is known what came of it. */
	isCommitting: boolean;
	/** By how much its records are more than the offsets they took, by topic and partition. */
	readonly extras: Map<string, number>;
}

interface CappedAppend {
	readonly name: string;
	readonly entries: readonly Uint8Array[];
	readonly keep: number;
}

const NOTHING: CheckpointHead = { position: {}, state: new Uint8Array(0), watermark: Number.NEGATIVE_INFINITY, counters: {} };
const TIMEOUT_MS = 10_000;
const READERS = 16;
const EXCHANGE_PARTITIONS = 4;

const CHECKPOINTS: TopicSettings = {
	"cleanup.policy": "compact",
	"segment.ms": "60000",
	"segment.bytes": String(16 * 1024 * 1024),
	"min.cleanable.dirty.ratio": "0.1",
	"max.message.bytes": String(16 * 1024 * 1024),
	"message.timestamp.after.max.ms": String(2n ** 63n - 1n),
};

/**
 * Commits in Kafka: one transaction holds the frames for exchanges, the lists of sinks and the checkpoint, and its transactional id is the task.
 * Taking a task makes Kafka refuse whoever held it before. After any answer that leaves a doubt the holder is thrown away, and the next one
 * reads the truth.
 */
export class KafkaAuthority implements CommitAuthority<LogCommitMedium> {
	readonly #client: KafkaClient;
	readonly #fetcher: Fetcher;
	readonly #counts: Counts;
	readonly #tombstones: KafkaTombstones;
	readonly #held = new Map<string, Held>();

	constructor(brokers: string) {
		this.#client = new KafkaClient(brokers);
		this.#fetcher = new Fetcher(this.#client, READERS);
		this.#counts = new Counts(this.#client, this.#fetcher);
		this.#tombstones = new KafkaTombstones(this.#client, this.#fetcher);
		this.#client.refuses = (topic) => this.#tombstones.has(topic);
	}

	async acquire(task: TaskRef, generation: number): Promise<Checkpoint | undefined> {
		try {
			return await this.#acquire(task, generation);
		} catch (error) {
			// The job is forgotten, and nothing of it is made anew.
			if (isWeirError(error) && error.code === "STREAM_GONE") return undefined;
			throw error;
		}
	}

	#acquire(task: TaskRef, generation: number): Promise<Checkpoint | undefined> {
		return this.#client.call(async () => {
			const known = this.#held.get(keyOf(task));
			if (known !== undefined && known.generation >= generation) return undefined;
			this.#held.delete(keyOf(task));
			const place = { topic: checkpointTopic(task), partition: task.partition };
			await this.#client.ensure(place.topic, partitionsFor(task.partition), CHECKPOINTS);
			const producer = await TransactionalProducer.open(this.#client, transactionalId(task), TIMEOUT_MS);
			const stored = await this.#stored(task);
			if (stored !== undefined && stored.generation >= generation) return undefined;
			const checkpoint = stored?.checkpoint ?? { ...NOTHING, parts: new Map() };
			const parts = stored?.parts ?? new Map();
			await producer.commit([{ ...place, records: [headRecord(place, generation, checkpoint, parts)] }]);
			this.#held.set(keyOf(task), {
				generation,
				producer,
				position: positionText(checkpoint.position),
				parts,
				isCommitting: false,
				extras: new Map(),
			});
			return checkpoint;
		});
	}

	read(task: TaskRef): Promise<Checkpoint | undefined> {
		return this.#client.call(async () => (await this.#stored(task))?.checkpoint);
	}

	async prepare(_task: TaskRef, act: (medium: LogCommitMedium) => Promise<void>): Promise<void> {
		await act({ append: () => {}, appendCapped: () => {} });
	}

	async commit(
		task: TaskRef,
		generation: number,
		previous: Position,
		next: () => CheckpointStep,
		write: (medium: LogCommitMedium) => Promise<void>,
	): Promise<"committed" | "fenced"> {
		const held = this.#held.get(keyOf(task));
		if (held?.generation !== generation || held.position !== positionText(previous) || held.isCommitting) return "fenced";
		held.isCommitting = true;
		try {
			return await this.#advance(task, held, next, write);
		} finally {
			held.isCommitting = false;
		}
	}

	async #advance(
		task: TaskRef,
		held: Held,
		next: () => CheckpointStep,
		write: (medium: LogCommitMedium) => Promise<void>,
	): Promise<"committed" | "fenced"> {
		const appends: ExchangeAppend[] = [];
		const lists: CappedAppend[] = [];
		await write({
			append: (frame) => appends.push(frame),
			appendCapped: (name, entries, keep) => {
				if (entries.length > 0) lists.push({ name, entries: entries.slice(-keep), keep });
			},
		});
		const step = next();
		// Somebody in this process may have taken the task while the sinks wrote.
		if (this.#held.get(keyOf(task)) !== held) return "fenced";
		try {
			await this.#client.call(() => this.#commit(task, held, step, appends, lists));
			return "committed";
		} catch (error) {
			this.#held.delete(keyOf(task));
			if (isFenced(error)) return "fenced";
			throw error;
		}
	}

	forget(tenant: string, job: string): Promise<void> {
		return this.#client.call(async () => {
			await this.#tombstones.set([job]);
			for (const key of this.#held.keys()) if (key.startsWith(`${tenant}/${job}/`)) this.#held.delete(key);
			const names = await Promise.all(
				[checkpointPrefix(tenant, job), cappedPrefix(tenant, job)].map((prefix) => this.#client.namesWith(prefix)),
			);
			await this.#client.deleteTopics(names.flat());
		});
	}

	async close(): Promise<void> {
		await Promise.allSettled([this.#fetcher.close(), this.#client.close()]);
	}

	async #commit(
		task: TaskRef,
		held: Held,
		step: CheckpointStep,
		exchanged: readonly ExchangeAppend[],
		lists: readonly CappedAppend[],
	): Promise<void> {
		const writer = taskName(task);
		const all: Append[] = lists.map(({ name, entries }) => {
			const topic = cappedTopic(task.tenant, task.job, name);
			return { topic, partition: 0, records: entries.map((entry) => ({ topic, partition: 0, value: Buffer.from(entry) })) };
		});
		for (const { topic } of all) await this.#client.ensure(topic, 1, KEEP_ALL);
		const extras = new Map<string, number>();
		for (const { stream, partition, frame, records } of exchanged) {
			const target = { topic: streamTopic(stream), partition };
			const place = `${target.topic}:${partition}`;
			if (!extras.has(place)) {
				await this.#client.ensure(target.topic, Math.max(EXCHANGE_PARTITIONS, partition + 1), KEEP_ALL);
				const before = held.extras.get(place) ?? (await this.#counts.noted(stream.tenant, target.topic, partition, writer));
				extras.set(place, before - 1); // the mark at the end of the transaction
				all.push({ ...target, records: [] });
			}
			extras.set(place, (extras.get(place) ?? 0) + records - 1);
			all.find((one) => one.topic === target.topic && one.partition === partition)?.records.push(...recordsOf(target, frame));
		}
		if (extras.size > 0) all.push(await this.#counts.notes(task.tenant, writer, extras));
		const { put, drop, ...head } = step;
		const own = { topic: checkpointTopic(task), partition: task.partition };
		const parts: StoredParts = new Map(held.parts);
		const records = drop.flatMap((number) => noPart(own, number, parts.get(number)?.pieces ?? 0));
		for (const number of drop) parts.delete(number);
		for (const [number, part] of put) {
			const { records: pieces, noted } = partRecords(own, number, part);
			records.push(...pieces);
			parts.set(number, noted);
		}
		const lasts = await held.producer.commit([...all, { ...own, records: [...records, headRecord(own, held.generation, head, parts)] }]);
		held.position = positionText(head.position);
		held.parts = parts;
		for (const [place, extra] of extras) held.extras.set(place, extra);
		await Promise.all(lists.map(({ keep }, i) => this.#shorten(all[i], lasts[i] ?? 0, keep)));
	}

	/** A list holds what is kept and, so that it need not be cut at each commit, as much again. */
	async #shorten(list: Append | undefined, last: number, keep: number): Promise<void> {
		const before = last + 1 - 2 * keep;
		if (list === undefined || before <= 0 || last % keep >= list.records.length) return;
		// What is committed is committed: a list that stays too long is cut the next time.
		await deleteRecords(this.#client, list.topic, 0, before).catch(() => undefined);
	}

	/** What is stored of a task once every transaction that has begun to write to its partition has come to an end. */
	async #stored(task: TaskRef): Promise<StoredTask | undefined> {
		const topic = checkpointTopic(task);
		if (((await this.#client.topic(topic))?.leaders.length ?? 0) <= task.partition) return undefined;
		const end = await this.#client.ifThere(() => this.#client.stable(topic, task.partition));
		return end === undefined ? undefined : readTask(this.#fetcher.records(topic, task.partition, 0, end));
	}
}

/** Stages come in few sizes: one task, or as many as a stream has partitions. Growing a topic costs more than partitions that nobody uses. */
function partitionsFor(partition: number): number {
	return partition === 0 ? 1 : Math.max(4, 2 ** Math.ceil(Math.log2(partition + 1)));
}

function keyOf(task: TaskRef): string {
	return `${task.tenant}/${taskName(task)}`;
}

function transactionalId(task: TaskRef): string {
	return `${tenantPrefix(task.tenant)}${taskName(task)}`;
}
