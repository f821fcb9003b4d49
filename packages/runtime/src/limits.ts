/** Bounds of a task: every buffer has a size, and "full" means commit before reading on (I9). */
export interface TaskLimits {
	/** Bytes of frames taken from each input at a time. */
	readonly readBytes: number;
	/** Rows of one batch. */
	readonly batchRows: number;
	/** A commit is due when this many rows, or bytes, wait for it. */
	readonly commitRows: number;
	readonly commitBytes: number;
	/** A commit is due this long after the first row that waits for it … */
	readonly commitEveryMs: number;
	/** … or after this when there is nothing left to read, and fewer bytes than `commitBusyBytes` were read: with many on their way, few large commits cost less. */
	readonly commitIdleMs: number;
	readonly commitBusyBytes: number;
	/** Records set aside at which a commit is due. */
	readonly deadLetters: number;
	/** A task that has nothing to read looks up this often. */
	readonly waitMs: number;
	/** Watermarks go to an exchange without rows at most this often. */
	readonly tellEveryMs: number;
}

export const DEFAULT_TASK_LIMITS: TaskLimits = {
	readBytes: 1_000_000,
	batchRows: 16_384,
	commitRows: 5_000,
	commitBytes: 8_000_000,
	commitEveryMs: 1_000,
	commitIdleMs: 250,
	commitBusyBytes: 32_768,
	deadLetters: 1_000,
	waitMs: 1_000,
	tellEveryMs: 500,
};
