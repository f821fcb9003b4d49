import { setTimeout as pause } from "node:timers/promises";
import { asWeirError, WeirError } from "@weir/errors";
import type { ControlQueue, QueueWorker, SliceMessage, SliceOutcome } from "@weir/jobs";
import { type Job, Queue, Worker } from "bullmq";
import { connectRedis, untilReady } from "./redis-client.ts";
import { seldom } from "./seldom.ts";

/** Figures measured on BullMQ 6.7: its defaults take over after 31 to 59 s and give a job up after two deaths. */
const LOCK_MS = 2_000;
const STALLED_EVERY_MS = 1_000;
/** A slice may lose its worker any number of times; what a task's deaths mean is decided elsewhere. */
const DEATHS = 1_000_000_000;

const QUEUE = "slices";

export interface BullMqOptions {
	/** Told of what BullMQ reports beside the calls: connections lost, locks lost. */
	readonly onError?: (error: Error) => void;
	/** Keeps queues of several test files apart. */
	readonly prefix?: string;
}

/** Slices as BullMQ jobs with a new id each, holding ids only. A lock here is a hint; the fence is in the commit. */
export class BullMqControlQueue implements ControlQueue {
	readonly #url: string;
	readonly #prefix: string;
	readonly #onError: (error: Error) => void;
	readonly #queue: Queue<SliceMessage>;

	constructor(url: string, { onError = () => {}, prefix = "weir" }: BullMqOptions = {}) {
		this.#url = url;
		this.#prefix = prefix;
		this.#onError = seldom(onError);
		this.#queue = new Queue<SliceMessage>(QUEUE, {
			connection: { ...connection(url), enableOfflineQueue: false },
			prefix,
		});
		this.#queue.on("error", this.#onError);
	}

	async offer(slice: SliceMessage): Promise<void> {
		try {
			await this.#queue.waitUntilReady();
			await this.#queue.add("slice", slice, {
				// Held until the job has ended, so a task has one slice waiting or running at most.
				deduplication: { id: `${slice.job}/${slice.stage}/${slice.partition}` },
				removeOnComplete: true,
				removeOnFail: true,
			});
		} catch (cause) {
			throw new WeirError("LOG_UNAVAILABLE", "The control queue cannot be reached: check that the Redis at REDIS_URL is running.", {
				cause,
			});
		}
	}

	/** Slices under way. */
	async active(): Promise<number> {
		return this.#queue.getActiveCount();
	}

	/** Takes out what waits or is under way for these jobs: for jobs that no longer exist. */
	async forget(jobs: ReadonlySet<string>): Promise<void> {
		const slices = await this.#queue.getJobs(["waiting", "active", "delayed", "prioritized"]);
		for (const slice of slices) {
			if (!jobs.has(slice.data.job)) continue;
			// One that a worker holds is gone when that one has looked at it.
			const isOut = await slice.remove().then(
				() => true,
				() => false,
			);
			if (isOut) await this.#queue.removeDeduplicationKey(`${slice.data.job}/${slice.data.stage}/${slice.data.partition}`);
		}
		// BullMQ notes there what it did with each; nobody reads it.
		const client = connectRedis(this.#url);
		try {
			await untilReady(client);
			await client.unlink(this.#queue.toKey("events"));
		} finally {
			client.disconnect();
		}
	}

	async work(
		handle: (slice: SliceMessage, signal: AbortSignal) => Promise<SliceOutcome>,
		options: { readonly concurrency: number },
	): Promise<QueueWorker> {
		const running = new Map<string, AbortController>();
		const offers = new Set<Promise<void>>();
		const closing = new AbortController();
		const worker = new Worker<SliceMessage, SliceOutcome>(
			QUEUE,
			async (job) => {
				// Taken from the queue just before the worker closed: give it back untouched.
				if (closing.signal.aborted) return { next: "again", delayMs: 0 };
				return this.#run(job, handle, running);
			},
			{
				connection: connection(this.#url),
				prefix: this.#prefix,
				concurrency: options.concurrency,
				lockDuration: LOCK_MS,
				stalledInterval: STALLED_EVERY_MS,
				maxStalledCount: DEATHS,
				// 15 s by default: the time a worker does nothing after its Redis came back.
				runRetryDelay: 250,
				drainDelay: 1,
				removeOnComplete: { count: 0 },
				removeOnFail: { count: 0 },
			},
		);
		worker.on("error", this.#onError);
		worker.on("lockRenewalFailed", (ids) => {
			for (const id of ids) running.get(id)?.abort();
		});
		// The next slice is offered once this one has let go of the task's place in the queue. A death in between is the reconciler's case.
		worker.on("completed", (job, outcome) => {
			if (outcome.next !== "again") return;
			// The delay is ours and not BullMQ's, who goes by the time of day: that of a worker may be hours wrong.
			const due = outcome.delayMs > 0 ? pause(outcome.delayMs, undefined, { signal: closing.signal }).catch(() => {}) : Promise.resolve();
			const offer = due
				.then(() => this.offer(job.data))
				.catch((error) => this.#onError(asWeirError(error)))
				.finally(() => offers.delete(offer));
			offers.add(offer);
		});
		return {
			close: async () => {
				closing.abort();
				await worker.pause(true);
				for (const controller of running.values()) controller.abort();
				await worker.close();
				// The last slices are handed on by their next ones: they must be in the queue before its connection closes.
				await Promise.all(offers);
			},
		};
	}

	async close(): Promise<void> {
		await this.#queue.close();
	}

	async #run(
		job: Job<SliceMessage>,
		handle: (slice: SliceMessage, signal: AbortSignal) => Promise<SliceOutcome>,
		running: Map<string, AbortController>,
	): Promise<SliceOutcome> {
		const id = job.id ?? "";
		const controller = new AbortController();
		running.set(id, controller);
		try {
			return await handle(job.data, controller.signal);
		} finally {
			running.delete(id);
		}
	}
}

function connection(url: string) {
	return { url, maxRetriesPerRequest: null, retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000) };
}
