/** Bounds of a task: every buffer has a size, and "full" means commit before reading on (I9). */
export interface TaskLimits {
	/** Bytes of frames taken from each input at a time. */
	readonly readBytes: number;
	/** An input does not run ahead of another of the task by more than this of event time. */
	readonly maxAheadMs: number;
	/** Rows of one batch. */
	readonly batchRows: number;
	/** A commit is due when this many rows, or bytes, wait for it. */
	readonly commitRows: number;
	readonly commitBytes: number;
	/** A commit is due when so much was read since the last one: what a death makes others read again. While a record is suspect it is `commitBytes`. */
	readonly commitReadBytes: number;
	/** A commit is due this long after the first row that waits for it … */
	readonly commitEveryMs: number;
	/** … after this when there is nothing left to read … */
	readonly commitIdleMs: number;
	/** … and after this where so many bytes were read: few large commits cost less than many. */
	readonly commitBusyMs: number;
	readonly commitBusyBytes: number;
	/** Records set aside at which a commit is due. */
	readonly deadLetters: number;
	/** A task that has nothing to read looks up this often. */
	readonly waitMs: number;
	/** While rows wait for a commit anyway, the next ones are gathered for this long before they are read: many small batches cost more than few. */
	readonly gatherMs: number;
	/** Watermarks go to an exchange without rows at most this often. */
	readonly tellEveryMs: number;
}

export const DEFAULT_TASK_LIMITS: TaskLimits = {
	readBytes: 1_000_000,
	maxAheadMs: 60_000,
	batchRows: 16_384,
	commitRows: 5_000,
	commitBytes: 8_000_000,
	commitReadBytes: 64_000_000,
	commitEveryMs: 500,
	commitIdleMs: 250,
	commitBusyMs: 1_000,
	commitBusyBytes: 32_768,
	deadLetters: 1_000,
	waitMs: 1_000,
	gatherMs: 200,
	tellEveryMs: 500,
};
