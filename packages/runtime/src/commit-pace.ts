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
	#heldUntilMs: number | undefined;

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

	/** Rows are held back until then, so that they make larger pieces; undefined: they are not. */
	hold(gatherMs: number | undefined): void {
		this.#heldUntilMs = gatherMs === undefined || this.#dirtySinceMs === undefined ? undefined : this.#dirtySinceMs + gatherMs;
	}

	isHeld(nowMs: number): boolean {
		return this.#heldUntilMs !== undefined && nowMs < this.#heldUntilMs;
	}

	committed(): void {
		this.#heldUntilMs = undefined;
		this.#dirtySinceMs = undefined;
		this.#readBytes = 0;
	}

	isDue(nowMs: number, isAtEnd: boolean, waiting: Waiting, mostReadBytes = this.#limits.commitReadBytes): boolean {
		if (this.#dirtySinceMs === undefined) return false;
		if (this.isHeld(nowMs)) return waiting.deadLetters >= this.#limits.deadLetters;
		const { commitRows, commitBytes, deadLetters } = this.#limits;
		if (waiting.rows >= commitRows || waiting.bytes >= commitBytes || this.#readBytes >= mostReadBytes) return true;
		if (waiting.deadLetters >= deadLetters) return true;
		return nowMs - this.#dirtySinceMs >= this.#patienceMs(isAtEnd);
	}

	/** How long a task may wait for records before it must look at its commit. */
	waitMs(nowMs: number, untilMs: number): number {
		const { waitMs } = this.#limits;
		const dueMs = this.#dirtySinceMs === undefined ? undefined : this.#dirtySinceMs + this.#patienceMs(true);
		const untilCommit = dueMs === undefined ? waitMs : Math.max(dueMs, this.#heldUntilMs ?? dueMs) - nowMs;
		return Math.max(0, Math.min(waitMs, untilMs - nowMs, untilCommit));
	}

	/** How long to let records come together before reading on: not where a commit waits for them, or where more are there than one read takes. */
	gatherMs(nowMs: number, untilMs: number, lastReadBytes: number): number {
		const { gatherMs, readBytes } = this.#limits;
		if (this.#dirtySinceMs === undefined || gatherMs === 0 || lastReadBytes * 2 >= readBytes) return 0;
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
