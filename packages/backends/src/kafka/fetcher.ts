import { type Connection, type ConnectionPool, fetchV12 } from "@platformatic/kafka";
import type { Entry } from "@weir/runtime";
import { KAFKA } from "./kafka-errors.ts";
import { committed, type ReadBatch, readBatches } from "./kafka-frames.ts";
import { patiently } from "./patience.ts";
import { AT, createPool, type FetchResponsePartitionAbortedTransaction, type KafkaClient, type RecordsBatch } from "./wire.ts";

/** One partition that is read, from after an offset. */
export interface Place {
	readonly topic: string;
	readonly partition: number;
	readonly after: number;
}

/** A record of a topic of ours that is no stream. */
export interface StoredRecord {
	readonly key: Buffer | null;
	/** Null: what was stored under the key is deleted. */
	readonly value: Buffer | null;
	readonly timeMs: number;
	/** Offset after it. */
	readonly next: number;
}

type Found = readonly (readonly Entry[])[];

interface Read extends Place {
	readonly index: number;
	/** Where the next request begins: behind marks and given-up records that are no entries. */
	from: number;
}

interface Round {
	readonly found: Found;
	/** It got past something that is no entry. */
	readonly isNearer: boolean;
}

interface Answer {
	readonly read: Read;
	readonly batches: readonly RecordsBatch[];
	readonly aborted: readonly FetchResponsePartitionAbortedTransaction[];
	readonly errorCode: number;
}

const LONGEST_WAIT_MS = 5_000;
const LOOK_AGAIN_MS = 50;
const READ_COMMITTED = 1;
const SMALLEST_PIECE = 65_536;
const WHOLE_BYTES = 4_000_000;
const ANSWER_BYTES = 50_000_000;

/** Reads committed records at places of our own choosing. A broker holds the connection while a read waits, so each has one to itself. */
export class Fetcher {
	readonly #client: KafkaClient;
	readonly #limit: number;
	readonly #idle: ConnectionPool[] = [];
	readonly #all = new Set<ConnectionPool>();
	readonly #waiting: (() => void)[] = [];
	readonly #hints = new Map<string, { readonly after: number; readonly from: number }>();
	#turn = 0;
	#isClosed = false;

	constructor(client: KafkaClient, limit: number) {
		this.#client = client;
		this.#limit = limit;
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		for (const wake of this.#waiting.splice(0)) wake();
		await Promise.all([...this.#all].map((pool) => pool.close()));
	}

	/** Entries after the places, up to about `maxBytes` each and never less than one; waits up to `waitMs` when there are none. */
	async read(places: readonly Place[], maxBytes: number, waitMs: number, signal: AbortSignal | undefined): Promise<Found> {
		const nothing: Found = places.map(() => []);
		const over = new Promise<Round>((resolve) => {
			const end = () => resolve({ found: nothing, isNearer: false });
			if (signal?.aborted === true) end();
			else signal?.addEventListener("abort", end, { once: true });
		});
		const until = performance.now() + waitMs;
		for (;;) {
			const left = Math.max(0, until - performance.now());
			const round = this.#round(places, maxBytes, Math.min(left, LONGEST_WAIT_MS));
			round.catch(() => undefined); // of a round that is not waited for any more
			const { found, isNearer } = signal === undefined ? await round : await Promise.race([round, over]);
			if (found.some((entries) => entries.length > 0) || signal?.aborted === true) return found;
			// What was skipped may have hidden what comes behind it.
			if (!isNearer && performance.now() >= until) return found;
		}
	}

	/** The batch that holds an offset, or the first one after it; undefined at the end. */
	async batchAt(topic: string, partition: number, offset: number): Promise<(ReadBatch & { readonly first: number }) | undefined> {
		const read: Read = { topic, partition, after: offset - 1, from: offset, index: 0 };
		const [answer] = await this.#fetch([read], 1, 0);
		const batch = answer?.batches[0];
		if (answer === undefined || batch === undefined) return undefined;
		const [entries] = readBatches([batch], answer.aborted, -1);
		return entries === undefined ? undefined : { ...entries, first: Number(batch.firstOffset) };
	}

	/** Committed records of a partition from one offset up to another. */
	async *records(topic: string, partition: number, from: number, end: number): AsyncGenerator<StoredRecord> {
		for (let next = from; next < end; ) {
			const [answer] = await this.#fetch([{ topic, partition, after: next - 1, from: next, index: 0 }], WHOLE_BYTES, 0);
			if (answer === undefined) return;
			if (answer.errorCode === KAFKA.offsetOutOfRange) {
				const start = await this.#client.offset(topic, partition, AT.start);
				if (start <= next) return;
				next = start;
				continue;
			}
			if (answer.errorCode !== 0) throw refused(answer.errorCode);
			const before = next;
			for (const { batch, next: behind } of committed(answer.batches, answer.aborted)) {
				next = behind;
				for (const { key, value, offsetDelta, timestampDelta } of batch?.records ?? []) {
					const offset = Number(batch?.firstOffset ?? 0n) + offsetDelta;
					if (offset < before) continue;
					yield { key, value, timeMs: Number((batch?.firstTimestamp ?? 0n) + timestampDelta), next: offset + 1 };
				}
			}
			// Compaction may have taken everything up to the end.
			if (next === before) return;
		}
	}

	/** Forgets how far a topic was read: there is another one under its name now, or none. */
	forget(topic: string): void {
		for (const key of this.#hints.keys()) if (key.startsWith(`${topic}:`)) this.#hints.delete(key);
	}

	async #round(places: readonly Place[], maxBytes: number, waitMs: number): Promise<Round> {
		const known = await this.#client.topics(places.map(({ topic }) => topic));
		const reads: Read[] = [];
		for (const [index, place] of places.entries()) {
			if (place.partition >= (known.get(place.topic)?.leaders.length ?? 0)) continue;
			const hint = this.#hints.get(`${place.topic}:${place.partition}`);
			reads.push({ ...place, index, from: hint?.after === place.after ? hint.from : place.after + 1 });
		}
		const found: (readonly Entry[])[] = places.map(() => []);
		// Topics that are not there yet are looked for again soon.
		const patience = reads.length < places.length ? Math.min(waitMs, LOOK_AGAIN_MS) : waitMs;
		const { isAnswered, isNearer } = await patiently(this.#client, () => this.#readInto(found, reads, maxBytes, patience));
		if (!isAnswered && patience > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(patience, LOOK_AGAIN_MS)));
		return { found, isNearer };
	}

	/** Where nothing was answered, asking again at once is of no use; where it came nearer, it is. */
	async #readInto(
		found: (readonly Entry[])[],
		reads: readonly Read[],
		maxBytes: number,
		waitMs: number,
	): Promise<{ readonly isAnswered: boolean; readonly isNearer: boolean }> {
		let isAnswered = false;
		let isNearer = false;
		for (const { read, batches, aborted, errorCode } of await this.#fetch(reads, maxBytes, waitMs)) {
			if (errorCode === KAFKA.offsetOutOfRange) {
				const start = await this.#client.offset(read.topic, read.partition, AT.start);
				// Beyond the end: the log is shorter than the place, and the reader learns that from `state`.
				if (start > read.from) this.#hint(read, start);
				isNearer ||= start > read.from;
				continue;
			}
			if (errorCode === KAFKA.unknownTopic) continue;
			if (errorCode !== 0) throw refused(errorCode);
			isAnswered = true;
			const entries: Entry[] = [];
			let bytes = 0;
			let isFull = false;
			for (const batch of readBatches(batches, aborted, read.after)) {
				for (const entry of batch.entries) {
					bytes += entry.frame.byteLength;
					isFull ||= entries.length > 0 && bytes > maxBytes;
					if (!isFull) entries.push(entry);
				}
				if (isFull) break;
				if (entries.length > 0) continue;
				this.#hint(read, batch.next);
				isNearer = true;
			}
			found[read.index] = entries;
		}
		return { isAnswered: isAnswered || isNearer, isNearer };
	}

	#hint({ topic, partition, after }: Read, from: number): void {
		const key = `${topic}:${partition}`;
		this.#hints.delete(key);
		this.#hints.set(key, { after, from });
		if (this.#hints.size > 10_000) for (const oldest of this.#hints.keys()) return void this.#hints.delete(oldest);
	}

	/** Asks each broker for what it leads; the first answer that holds something ends the wait for the others. */
	async #fetch(reads: readonly Read[], maxBytes: number, waitMs: number): Promise<readonly Answer[]> {
		const byBroker = new Map<string, { readonly broker: { readonly host: string; readonly port: number }; readonly reads: Read[] }>();
		const timesRead = new Map<string, number>();
		for (const read of reads) {
			const broker = await this.#client.leader(read.topic, read.partition);
			// One request names a partition once: whoever reads it from another place asks in another.
			const place = `${read.topic}:${read.partition}`;
			const times = timesRead.get(place) ?? 0;
			timesRead.set(place, times + 1);
			const key = `${broker.host}:${broker.port}:${times}`;
			const group = byBroker.get(key) ?? { broker, reads: [] };
			byBroker.set(key, group);
			group.reads.push(read);
		}
		const groups = [...byBroker.values()];
		const [only] = groups;
		if (only === undefined) return [];
		if (groups.length === 1) return this.#ask(only.broker, only.reads, maxBytes, waitMs);
		const answers: Answer[] = [];
		await new Promise<void>((resolve, reject) => {
			let open = groups.length;
			for (const group of groups) {
				this.#ask(group.broker, group.reads, maxBytes, waitMs).then((some) => {
					answers.push(...some);
					open -= 1;
					if (open === 0 || some.some(({ batches }) => batches.length > 0)) resolve();
				}, reject);
			}
		});
		return answers;
	}

	async #ask(
		broker: { readonly host: string; readonly port: number },
		reads: readonly Read[],
		maxBytes: number,
		waitMs: number,
	): Promise<readonly Answer[]> {
		const pool = await this.#take();
		try {
			const connection = await pool.get(broker);
			return await this.#send(connection, reads, maxBytes, waitMs);
		} finally {
			this.#idle.push(pool);
			this.#waiting.shift()?.();
		}
	}

	async #send(connection: Connection, reads: readonly Read[], maxBytes: number, waitMs: number): Promise<readonly Answer[]> {
		// A broker gives the first partition at least one batch whatever its size, so each is the first in its turn.
		this.#turn += 1;
		const turned = reads.map((_, i) => reads[(i + this.#turn) % reads.length]).filter((read) => read !== undefined);
		const topics = new Map<string, Map<number, Read>>();
		for (const read of turned) topics.set(read.topic, (topics.get(read.topic) ?? new Map()).set(read.partition, read));
		const piece = Math.max(maxBytes, SMALLEST_PIECE);
		const wanted = [...topics].map(([topic, partitions]) => ({
			topicId: topic,
			partitions: [...partitions.values()].map(({ partition, from }) => ({
				partition,
				currentLeaderEpoch: -1,
				fetchOffset: BigInt(from),
				lastFetchedEpoch: -1,
				partitionMaxBytes: maxBytes === 1 ? 1 : piece,
			})),
		}));
		const total = maxBytes === 1 ? 1 : Math.min(ANSWER_BYTES, piece * reads.length);
		const { responses } = await fetchV12.api
			.async(connection, Math.ceil(waitMs), waitMs > 0 ? 1 : 0, total, READ_COMMITTED, 0, -1, wanted, [], "")
			.catch((error: unknown) => {
				// One partition that moved or was trimmed must not hide what the others hold.
				const { response } = error as { response?: fetchV12.FetchResponse };
				if (response === undefined) throw error;
				return response;
			});
		const answers: Answer[] = [];
		for (const { topicId, partitions } of responses) {
			for (const { partitionIndex, errorCode, records, abortedTransactions } of partitions) {
				const read = topics.get(topicId)?.get(partitionIndex);
				if (read === undefined) continue;
				if (errorCode !== 0 && errorCode !== KAFKA.offsetOutOfRange) this.#client.forget();
				answers.push({ read, batches: records ?? [], aborted: abortedTransactions ?? [], errorCode });
			}
		}
		return answers;
	}

	async #take(): Promise<ConnectionPool> {
		for (;;) {
			const idle = this.#idle.pop();
			if (idle !== undefined) return idle;
			if (this.#all.size < this.#limit || this.#isClosed) break;
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
		const pool = createPool(LONGEST_WAIT_MS + 4_000);
		this.#all.add(pool);
		if (this.#isClosed) await pool.close();
		return pool;
	}
}

/** An answer of a broker that is no answer, as the client would throw it. */
function refused(apiCode: number): Error {
	return Object.assign(new Error("a partition could not be read"), { apiCode });
}
