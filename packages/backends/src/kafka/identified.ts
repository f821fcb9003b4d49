import type { IdentifiedRecord, Producer, StreamRef } from "@weir/runtime";
import * as z from "zod";
import type { Counts } from "./counts.ts";
import type { Fetcher } from "./fetcher.ts";
import { isFenced, isUnexpected, sortKafkaError } from "./kafka-errors.ts";
import { recordsOf } from "./kafka-frames.ts";
import { idsTopic, streamTopic } from "./topic-names.ts";
import { type Append, TransactionalProducer } from "./transactions.ts";
import { AT, type KafkaClient, type TopicSettings } from "./wire.ts";

/** An append of records with message ids. */
export interface IdentifiedAppend {
	readonly partition: number;
	readonly header: Uint8Array;
	readonly records: readonly IdentifiedRecord[];
	readonly producer: Producer;
}

export interface IdentifiedAnswer {
	readonly accepted: number;
	readonly duplicates: readonly number[];
}

export interface IdentifiedParts {
	readonly client: KafkaClient;
	readonly fetcher: Fetcher;
	readonly counts: Counts;
	readonly horizonMs: number;
	/** Makes the stream's topic, or grows it. */
	ensure(stream: StreamRef, partition: number): Promise<unknown>;
}

interface Waiting {
	readonly append: IdentifiedAppend;
	settle(answer: IdentifiedAnswer): void;
	fail(error: unknown): void;
}

const WRITER = "ids";
const TIMEOUT_MS = 5_000;
const SEEN_MS = 1_000;
const PATIENCE_MS = 8_000;
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 400;

/** What is stored of one append: who, which number, where, how many were new, which were not, and the new ids. */
const noteSchema = z.tuple([z.string(), z.number(), z.number(), z.number(), z.array(z.number()), z.array(z.string())]);

/**
 * Appends to one stream, each message id once, whichever gateway it came through. The ids are written in the transaction that writes the records,
 * under one transactional id per stream: a second gateway that appends takes the stream over, learns what the first has written, and the
 * first one that goes on takes it back. What gathers meanwhile goes into one transaction.
 */
export class IdentifiedWriter {
	readonly #stream: StreamRef;
	readonly #parts: IdentifiedParts;
	/** When each id was written, oldest first. */
	readonly #seen = new Map<string, number>();
	readonly #answers = new Map<string, { readonly seq: number; readonly answer: IdentifiedAnswer }>();
	readonly #extra = new Map<number, number>();
	#waiting: Waiting[] = [];
	#isBusy = false;
	#next = 0;
	#holder: TransactionalProducer | undefined;

	constructor(stream: StreamRef, parts: IdentifiedParts) {
		this.#stream = stream;
		this.#parts = parts;
	}

	append(append: IdentifiedAppend): Promise<IdentifiedAnswer> {
		return new Promise((settle, fail) => {
			this.#waiting.push({ append, settle, fail });
			if (!this.#isBusy) void this.#run();
		});
	}

	async #run(): Promise<void> {
		this.#isBusy = true;
		while (this.#waiting.length > 0) {
			const waiting = this.#waiting;
			this.#waiting = [];
			try {
				const answers = await this.#appendAll(waiting.map(({ append }) => append));
				waiting.forEach(({ settle }, i) => {
					settle(answers[i] ?? { accepted: 0, duplicates: [] });
				});
			} catch (error) {
				const failure = sortKafkaError(error);
				for (const { fail } of waiting) fail(failure);
			}
		}
		this.#isBusy = false;
	}

	async #appendAll(appends: readonly IdentifiedAppend[]): Promise<readonly IdentifiedAnswer[]> {
		const until = performance.now() + PATIENCE_MS;
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.#tryAll(appends);
			} catch (error) {
				this.#holder = undefined;
				this.#parts.client.forget();
				// Somebody else has taken the stream over, or nobody knows what became of it: what counts is read when it is taken back.
				if (!(isFenced(error) || isUnexpected(error)) || performance.now() > until) throw error;
				// Whoever takes it back at once gives up what the other has begun, and the other does the same: so wait, each for another time.
				const mostMs = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** attempt);
				await new Promise((resolve) => setTimeout(resolve, SHORTEST_PAUSE_MS + Math.random() * mostMs));
			}
		}
	}

	async #tryAll(appends: readonly IdentifiedAppend[]): Promise<readonly IdentifiedAnswer[]> {
		const { counts, ensure } = this.#parts;
		for (const { partition } of appends) await ensure(this.#stream, partition);
		const holder = this.#holder ?? (await this.#take());
		this.#forgetOld();
		const topic = streamTopic(this.#stream);
		const ids: Append = { topic: idsTopic(this.#stream), partition: 0, records: [] };
		const all: Append[] = [];
		const noted: { readonly key: string; readonly seq: number; readonly answer: IdentifiedAnswer; readonly fresh: readonly string[] }[] =
			[];
		const mine = new Set<string>();
		for (const { partition, header, records, producer } of appends) {
			const before = this.#answers.get(keyOf(producer.id, partition));
			if (before !== undefined && before.seq >= producer.seq) continue;
			const fresh: string[] = [];
			const duplicates: number[] = [];
			const kept: Uint8Array[] = [header];
			for (const [index, { messageId, record }] of records.entries()) {
				if (mine.has(messageId) || this.#seen.has(messageId)) duplicates.push(index);
				else {
					mine.add(messageId);
					fresh.push(messageId);
					kept.push(record);
				}
			}
			noted.push({ key: keyOf(producer.id, partition), seq: producer.seq, answer: { accepted: fresh.length, duplicates }, fresh });
			if (fresh.length === 0) continue;
			all.push({ topic, partition, records: recordsOf({ topic, partition }, Buffer.concat(kept), fresh) });
			const note: z.infer<typeof noteSchema> = [producer.id, producer.seq, partition, fresh.length, duplicates, fresh];
			ids.records.push({ topic: ids.topic, partition: 0, value: Buffer.from(JSON.stringify(note)) });
		}
		if (all.length > 0) {
			const extras = new Map<string, number>();
			for (const partition of new Set(all.map((one) => one.partition))) {
				const extra = this.#extra.get(partition) ?? (await counts.noted(this.#stream.tenant, topic, partition, WRITER));
				this.#extra.set(partition, extra - 1); // the mark at the end of the transaction
				extras.set(`${topic}:${partition}`, extra - 1);
			}
			const lasts = await holder.commit([...all, ids, await counts.notes(this.#stream.tenant, WRITER, extras)]);
			this.#next = Math.max(this.#next, (lasts[all.length] ?? -1) + 1);
			await Promise.all(all.map((one, i) => this.#untilSeen(one, lasts[i] ?? -1)));
		}
		const nowMs = Date.now();
		for (const { key, seq, answer, fresh } of noted) {
			for (const id of fresh) this.#seen.set(id, nowMs);
			this.#answers.set(key, { seq, answer });
		}
		return appends.map(
			({ producer, partition }) => this.#answers.get(keyOf(producer.id, partition))?.answer ?? { accepted: 0, duplicates: [] },
		);
	}

	/** The mark of a transaction that is through comes a moment later; whoever was answered may read at once. */
	async #untilSeen({ topic, partition }: Append, last: number): Promise<void> {
		for (const until = performance.now() + SEEN_MS; performance.now() < until; ) {
			// What is stored is stored: a failure to look changes nothing about that.
			const end = await this.#parts.client.offset(topic, partition, AT.end).catch(() => Number.POSITIVE_INFINITY);
			if (end > last) return;
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
	}

	/** Becomes the one who writes, and reads what was written before. */
	async #take(): Promise<TransactionalProducer> {
		const { client, fetcher, horizonMs } = this.#parts;
		const topic = idsTopic(this.#stream);
		await client.ensure(topic, 1, idsSettings(horizonMs));
		const holder = await TransactionalProducer.open(client, topic, TIMEOUT_MS);
		this.#extra.clear();
		const end = await client.offset(topic, 0, AT.end);
		// A topic that is shorter than what we know was made anew.
		if (end < this.#next) {
			this.#next = 0;
			this.#seen.clear();
			this.#answers.clear();
		}
		for await (const { value, timeMs, next } of fetcher.records(topic, 0, this.#next, end)) {
			const [producer, seq, partition, accepted, duplicates, fresh] = noteSchema.parse(JSON.parse(String(value)));
			for (const id of fresh) this.#seen.set(id, timeMs);
			const key = keyOf(producer, partition);
			if ((this.#answers.get(key)?.seq ?? -1) < seq) this.#answers.set(key, { seq, answer: { accepted, duplicates } });
			this.#next = next;
		}
		this.#next = Math.max(this.#next, end);
		this.#holder = holder;
		return holder;
	}

	#forgetOld(): void {
		const before = Date.now() - this.#parts.horizonMs;
		for (const [id, atMs] of this.#seen) {
			if (atMs >= before) break;
			this.#seen.delete(id);
		}
	}
}

function idsSettings(horizonMs: number): TopicSettings {
	const segmentMs = Math.max(60_000, Math.floor(horizonMs / 8));
	return { "retention.ms": String(Math.max(horizonMs, 60_000)), "segment.ms": String(segmentMs) };
}

function keyOf(producer: string, partition: number): string {
	return `${partition}/${producer}`;
}
