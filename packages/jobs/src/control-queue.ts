/** What BullMQ carries: ids only. One message = one slice of one task. */
export interface SliceMessage {
	readonly tenant: string;
	readonly job: string;
	readonly stage: string;
	readonly partition: number;
}

/** How a slice ended, which decides when the task's next slice is due. */
export type SliceOutcome =
	/** Add the next slice after `delayMs`. */
	| { readonly next: "again"; readonly delayMs: number }
	/** The task is done (drained, stopped, failed or fenced): the reconciler decides. */
	| { readonly next: "none" };

/**
 * Decides who should work; never who may commit.
 * Every adapter survives the death of a worker in the middle of a slice: another one starts within 5 s.
 */
export interface ControlQueue {
	/** Puts a slice in the queue unless the task has one waiting or running. */
	offer(slice: SliceMessage): Promise<void>;
	/** Takes slices, at most `concurrency` at once. The signal aborts when the lease on the slice was lost or the worker closes. */
	work(
		handle: (slice: SliceMessage, signal: AbortSignal) => Promise<SliceOutcome>,
		options: { readonly concurrency: number },
	): Promise<QueueWorker>;
	close(): Promise<void>;
}

export interface QueueWorker {
	/** Takes no new slice, aborts the running ones, waits until they have handed over. */
	close(): Promise<void>;
}
