import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type CrashNotes, type RecordRange, type TaskRef, taskName } from "@weir/runtime";
import type { Redis } from "ioredis";
import * as z from "zod";
import { connectRedis } from "./redis-client.ts";

const recordSchema = z.object({ entry: z.string(), index: z.number() });
const rangeSchema = z.object({ place: z.string(), first: recordSchema, last: recordSchema });

/** A note that nobody touched for this long says nothing any more. */
const FORGET_MS = 3_600_000;
/** The event loop gets its turn after so many notes. */
const NOTES_UNANSWERED = 64;
/** So many of the newest are remembered of a task that keeps dying. */
const NAMED = 32;

/** Crash notes in control Redis. While it is away there are no notes, and a fatal record may kill once more. */
export class RedisCrashNotes implements CrashNotes {
	readonly #client: Redis;
	#notes = 0;

	constructor(url: string) {
		this.#client = connectRedis(url);
	}

	async begin(task: TaskRef): Promise<{ readonly crashes: number; readonly named: readonly RecordRange[] }> {
		const key = keyOf(task);
		const reply = await this.#client
			.multi()
			.hincrby(key, "starts", 1)
			.hmget(key, "suspect", "named")
			.hdel(key, "suspect")
			.pexpire(key, FORGET_MS)
			.exec()
			.catch(ignore);
		const crashes = Math.max(0, Number(reply?.[0]?.[1] ?? 1) - 1);
		const [suspect, before] = (reply?.[1]?.[1] ?? []) as readonly (string | null)[];
		const named = rangesOf(before ?? "[]");
		if (typeof suspect !== "string") return { crashes, named };
		const all = [...named, ...rangesOf(`[${suspect}]`)].slice(-NAMED);
		await this.#client.hset(key, "named", JSON.stringify(all)).catch(ignore);
		return { crashes, named: all };
	}

	/**
	 * A note is on its way once the kernel has it, and it arrives whatever becomes of this process: so the answer is waited for now and then only,
	 * or after a death every task of a process would wait for hundreds of answers.
	 */
	async suspect(task: TaskRef, records: RecordRange | undefined): Promise<void> {
		const key = keyOf(task);
		const { status, stream } = this.#client;
		const answer = (
			records === undefined ? this.#client.hdel(key, "suspect") : this.#client.hset(key, "suspect", JSON.stringify(records))
		).catch(ignore);
		// The notes may have been erased meanwhile, with the flow: what comes later must not stay for ever.
		void this.#client.pexpire(key, FORGET_MS).catch(ignore);
		this.#notes += 1;
		const isWithKernel = status === "ready" && stream instanceof Socket && !(stream instanceof TLSSocket) && stream.writableLength === 0;
		if (!isWithKernel || this.#notes % NOTES_UNANSWERED === 0) await answer;
	}

	async settle(task: TaskRef): Promise<void> {
		const key = keyOf(task);
		await this.#client.multi().hset(key, "starts", 1).hdel(key, "suspect", "named").pexpire(key, FORGET_MS).exec().catch(ignore);
	}

	async rest(task: TaskRef): Promise<void> {
		const key = keyOf(task);
		await this.#client.multi().hincrby(key, "starts", -1).hdel(key, "suspect").pexpire(key, FORGET_MS).exec().catch(ignore);
	}

	async end(task: TaskRef): Promise<void> {
		await this.#client.unlink(keyOf(task)).catch(ignore);
	}

	async close(): Promise<void> {
		this.#client.disconnect();
	}
}

function keyOf(task: TaskRef): string {
	return crashKey(taskName(task));
}

/** Key of the notes about a task, by its name. */
export function crashKey(task: string): string {
	return `crash:${task}`;
}

function ignore(): undefined {
	return undefined;
}

function rangesOf(text: string): readonly RecordRange[] {
	const parsed = z.array(rangeSchema).safeParse(JSON.parse(text));
	return parsed.success ? parsed.data : [];
}
