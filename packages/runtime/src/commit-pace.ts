import type { TaskLimits } from "./limits.ts";

/** What waits for the next commit. */
export interface Waiting {
	readonly rows: number;
	readonly bytes: number;
	readonly deadLetters: number;
}

/** Says when a commit is due: soon after the last record, and under load when enough has come together. */
export class CommitPace {
	readonly #limits: TaskLimits;
	#dirtySinceMs: number | undefined;
	#readBytes = 0;

	constructor(limits: TaskLimits) {
		this.#limits = limits;
	}

	/** Something waits for a commit. */
	get isDirty(): boolean {
		return this.#dirtySinceMs !== undefined;
	}

	/** Something happened that a commit has to keep. */
	touch(nowMs: number, readBytes = 0): void {
		this.#dirtySinceMs ??= nowMs;
		this.#readBytes += readBytes;
	}

	committed(): void {
		this.#dirtySinceMs = undefined;
		this.#readBytes = 0;
	}

	isDue(nowMs: number, isAtEnd: boolean, waiting: Waiting): boolean {
		if (this.#dirtySinceMs === undefined) return false;
		const { commitRows, commitBytes, deadLetters } = this.#limits;
		if (waiting.rows >= commitRows || waiting.bytes >= commitBytes || this.#readBytes >= commitBytes) return true;
		if (waiting.deadLetters >= deadLetters) return true;
		return nowMs - this.#dirtySinceMs >= this.#patienceMs(isAtEnd);
	}

	/** How long a task may wait for records before it must look at its commit. */
	waitMs(nowMs: number, untilMs: number): number {
		const { waitMs } = this.#limits;
		const untilCommit = this.#dirtySinceMs === undefined ? waitMs : this.#dirtySinceMs + this.#patienceMs(true) - nowMs;
		return Math.max(0, Math.min(waitMs, untilMs - nowMs, untilCommit));
	}

	/** How long to let records come together before reading on: not where a commit waits for them, or where there are many already. */
	gatherMs(nowMs: number, untilMs: number, lastReadBytes: number): number {
		const { gatherMs, commitBusyBytes } = this.#limits;
		if (this.#dirtySinceMs === undefined || gatherMs === 0 || lastReadBytes >= commitBusyBytes) return 0;
		// At the same moments for all tasks of a process, so that they read together.
		const untilNext = gatherMs - (nowMs % gatherMs);
		return Math.max(0, Math.min(untilNext, this.waitMs(nowMs, untilMs)));
	}

	#patienceMs(isAtEnd: boolean): number {
		const { commitIdleMs, commitEveryMs, commitBusyMs, commitBusyBytes } = this.#limits;
		if (this.#readBytes >= commitBusyBytes) return commitBusyMs;
		return isAtEnd ? commitIdleMs : commitEveryMs;
	}
}
