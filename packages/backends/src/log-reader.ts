import type { Entry, ReadRequest } from "@weir/runtime";
import type { Redis } from "ioredis";
import { compareEntryIds, streamKey } from "./log-keys.ts";
import { connectRedis, untilReady } from "./redis-client.ts";

/** XREAD brings so many entries of each stream at most: eight as large as a door makes them are what a reader takes at a time. */
export const ENTRIES_AT_FIRST = 8;

/** What XREAD is told, to wait for something where a time is given. */
export function xreadArguments(requests: readonly ReadRequest[], blockMs?: number): (string | number)[] {
	return [
		"COUNT",
		ENTRIES_AT_FIRST,
		...(blockMs === undefined ? [] : ["BLOCK", blockMs]),
		"STREAMS",
		...requests.map((request) => streamKey(request.stream, request.partition)),
		...requests.map((request) => request.after || "0-0"),
	];
}

/** What XREAD answered, for each request: it names the streams that have something, in the order in which it was asked for them. */
export function entriesOf(requests: readonly ReadRequest[], reply: unknown): readonly (readonly Entry[])[] {
	const lists = ((reply ?? []) as [Buffer, [Buffer, [Buffer, Buffer]][]][]).map(([key, entries]) => ({
		key: key.toString(),
		entries: entries.map(([id, fields]): Entry => ({ id: id.toString(), frame: fields[1] })),
	}));
	let next = 0;
	return requests.map(({ stream, partition, after }) => {
		const list = lists[next];
		const first = list?.entries[0];
		// Two may read one stream from different places: what begins before a place is the answer to the other.
		if (list?.key !== streamKey(stream, partition) || first === undefined || compareEntryIds(first.id, after) <= 0) return [];
		next += 1;
		return list.entries;
	});
}

/** A blocked XREAD holds its connection, so each waits on one of its own; they are kept and used again. */
export class LogReaders {
	readonly #url: string;
	readonly #idle: Redis[] = [];
	readonly #all = new Set<Redis>();
	readonly #waiting: (() => void)[] = [];
	readonly #limit: number;
	#closed = false;

	constructor(url: string, limit: number) {
		this.#url = url;
		this.#limit = limit;
	}

	/** Waits until one of the places has something after it. Empty arrays: nothing came in time, or the signal fired. */
	async wait(requests: readonly ReadRequest[], waitMs: number, signal: AbortSignal | undefined): Promise<readonly (readonly Entry[])[]> {
		const client = await this.#take();
		const work = this.#block(client, requests, waitMs).finally(() => this.#give(client));
		if (signal === undefined) return work;
		// The read goes on to its end unseen: it takes nothing away, and its connection comes back afterwards.
		return new Promise((resolve, reject) => {
			const onAbort = () => resolve(requests.map(() => []));
			if (signal.aborted) onAbort();
			signal.addEventListener("abort", onAbort, { once: true });
			work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
		});
	}

	close(): void {
		this.#closed = true;
		for (const client of this.#all) client.disconnect();
		for (const wake of this.#waiting.splice(0)) wake();
	}

	async #block(client: Redis, requests: readonly ReadRequest[], waitMs: number): Promise<readonly (readonly Entry[])[]> {
		await untilReady(client);
		// A connection that hangs half open would wait for ever: cut it when the answer is overdue.
		const overdue = setTimeout(() => client.disconnect(true), waitMs + 2_000);
		try {
			return entriesOf(requests, await client.callBuffer("XREAD", xreadArguments(requests, Math.max(1, Math.ceil(waitMs)))));
		} finally {
			clearTimeout(overdue);
		}
	}

	async #take(): Promise<Redis> {
		for (;;) {
			const idle = this.#idle.pop();
			if (idle?.status === "ready") return idle;
			// One that waits for its next attempt would keep the caller waiting too; a new one tries at once.
			if (idle !== undefined) this.#forget(idle);
			if (this.#all.size < this.#limit || this.#closed) break;
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
		const client = connectRedis(this.#url, { commandTimeout: undefined });
		if (this.#closed) client.disconnect();
		this.#all.add(client);
		return client;
	}

	#forget(client: Redis): void {
		client.disconnect();
		this.#all.delete(client);
	}

	#give(client: Redis): void {
		this.#idle.push(client);
		this.#waiting.shift()?.();
	}
}
