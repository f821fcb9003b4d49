import type { Entry, Log, ReadRequest } from "@weir/runtime";

type Found = readonly (readonly Entry[])[];

interface Waiter {
	readonly requests: readonly ReadRequest[];
	readonly maxBytes: number;
	readonly untilMs: number;
	readonly signal: AbortSignal | undefined;
	settle(found: Found): void;
	fail(error: unknown): void;
}

/** Bytes that one call to the log may bring at most. */
const CALL_BYTES = 8_000_000;
/** How long one blocking read lasts: a newcomer waits so long at most until the log watches its streams too. */
const BLOCK_MS = 100;

/**
 * One reader for all tasks of a process: those that ask at the same moment share a call, and those that wait share a blocking one,
 * so that many quiet streams cost little.
 */
export class SharedReader implements Pick<Log, "read"> {
	readonly #log: Log;
	#asking: Waiter[] = [];
	#waiting: Waiter[] = [];
	#isBlocking = false;

	constructor(log: Log) {
		this.#log = log;
	}

	read(
		requests: readonly ReadRequest[],
		{ maxBytes, waitMs, signal }: { readonly maxBytes: number; readonly waitMs: number; readonly signal?: AbortSignal },
	): Promise<Found> {
		return new Promise((settle, fail) => {
			if (this.#asking.length === 0) setImmediate(() => void this.#ask());
			this.#asking.push({ requests, maxBytes, untilMs: performance.now() + waitMs, signal, settle, fail });
		});
	}

	/** Looks once for everybody who asked in this turn; who finds nothing joins those that wait. */
	async #ask(): Promise<void> {
		const asking = this.#asking;
		this.#asking = [];
		for (const group of groups(asking)) {
			await this.#look(group, 0, (waiter) => {
				if (isOver(waiter)) waiter.settle(waiter.requests.map(() => []));
				else this.#waiting.push(waiter);
			});
		}
		if (!this.#isBlocking) void this.#block();
	}

	async #block(): Promise<void> {
		this.#isBlocking = true;
		while (this.#waiting.length > 0) {
			const waiting = this.#waiting;
			this.#waiting = [];
			const untilMs = Math.min(...waiting.map((waiter) => waiter.untilMs), performance.now() + BLOCK_MS);
			const left = Math.max(1, untilMs - performance.now());
			await Promise.all(
				groups(waiting).map((group) =>
					this.#look(group, left, (waiter) => {
						if (isOver(waiter)) waiter.settle(waiter.requests.map(() => []));
						else this.#waiting.push(waiter);
					}),
				),
			);
		}
		this.#isBlocking = false;
	}

	async #look(group: readonly Waiter[], waitMs: number, onNothing: (waiter: Waiter) => void): Promise<void> {
		const requests = group.flatMap((waiter) => waiter.requests);
		const maxBytes = Math.min(...group.map((waiter) => waiter.maxBytes));
		const signals = group.flatMap((waiter) => waiter.signal ?? []);
		try {
			const found = await this.#log.read(requests, {
				maxBytes,
				waitMs,
				...(signals.length > 0 && waitMs > 0 ? { signal: AbortSignal.any(signals) } : {}),
			});
			let at = 0;
			for (const waiter of group) {
				const mine = found.slice(at, at + waiter.requests.length);
				at += waiter.requests.length;
				if (mine.some((entries) => entries.length > 0)) waiter.settle(mine);
				else onNothing(waiter);
			}
		} catch (error) {
			for (const waiter of group) waiter.fail(error);
		}
	}
}

function isOver(waiter: Waiter): boolean {
	return waiter.signal?.aborted === true || performance.now() >= waiter.untilMs - 1;
}

/** Groups so small that an answer stays within bounds even when every stream has a backlog. */
function groups(waiters: readonly Waiter[]): readonly (readonly Waiter[])[] {
	const made: Waiter[][] = [];
	let bytes = Number.POSITIVE_INFINITY;
	for (const waiter of waiters) {
		const needed = waiter.maxBytes * waiter.requests.length;
		if (bytes + needed > CALL_BYTES) {
			made.push([]);
			bytes = 0;
		}
		made.at(-1)?.push(waiter);
		bytes += needed;
	}
	return made;
}
