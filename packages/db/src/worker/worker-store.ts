import type { Secret } from "@weir/errors";
import type { HandOver, JobState, WantedState } from "@weir/jobs";
import type { Plan } from "@weir/planner";

/** A job as control and stream workers see it. */
export interface StoredJob {
	readonly tenant: string;
	readonly id: string;
	readonly flow: string;
	readonly flowVersion: string;
	readonly plan: string;
	readonly wanted: WantedState;
	readonly state: JobState;
	readonly seed: number;
	/**
	 * The version cut: this job starts only when the tasks of that one have stopped for good, at the places that they had committed.
	 * `setCut` stores it.
	 */
	readonly previous: string | undefined;
	/** Where its sources start, by `<stream>/<partition>`; undefined until the cut is known, `{}` = from the beginning. */
	readonly startPosition: Readonly<Record<string, string>> | undefined;
	/** Nodes that begin empty by choice. */
	readonly fresh: readonly string[];
	/** What it takes over besides; undefined until the cut is known. */
	readonly carried: HandOver | undefined;
	/** A newer job takes over from this one, or did. */
	readonly isReplaced: boolean;
	/** Number of a replay: a job of its own over a range of what was received, beside the one that runs. */
	readonly replay: number | undefined;
	/** By time of receipt: where a replay or a rewound flow begins to read, and where a replay ends (that time not among them). */
	readonly fromMs: number | undefined;
	readonly toMs: number | undefined;
	/** Where its sources end, by `<stream>/<partition>`; undefined: they do not, or the replay has not begun. */
	readonly endPosition: Readonly<Record<string, string>> | undefined;
	/** It takes over nothing of the job before it but the fence: it was rewound. */
	readonly startsAnew: boolean;
	/** The job that began this reading of the streams; undefined: it is the first. */
	readonly reading: string | undefined;
	/** Greatest number of a dead letter that one of its tasks is to take again. */
	readonly retrySeq: number;
	/** Moves counted so far; hand it back to `moveJob`. */
	readonly generation: number;
	readonly createdAtMs: number;
}

/** A job with what the one after it has to know. */
export interface StoredAncestor extends Pick<StoredJob, "tenant" | "id" | "previous" | "startsAnew" | "fresh" | "carried"> {
	readonly plan: Plan;
	readonly endpoints: Readonly<Record<string, string>>;
}

export interface StoredTask {
	readonly tenant: string;
	readonly job: string;
	readonly stage: string;
	readonly partition: number;
	readonly generation: number;
	readonly owner: string | undefined;
	readonly heartbeatAtMs: number | undefined;
	/** Starts since the last heartbeat that told of progress. */
	readonly attempts: number;
	/** Times that it was taken up after a silence: its worker died, was too slow, or paused after a failure. */
	readonly restarts: number;
	readonly state: TaskState;
	/** Why it failed, when it did. */
	readonly failure?: StoredFailure | undefined;
}

export type TaskState = "waiting" | "running" | "done" | "failed";

export interface TaskPlace {
	readonly job: string;
	readonly stage: string;
	readonly partition: number;
}

export interface StoredFailure {
	readonly code: string;
	readonly message: string;
	readonly node?: string | undefined;
}

/** An endpoint a job's source reads: the stream is `e:<id>`. */
export interface SourceEndpoint {
	readonly id: string;
	readonly node: string;
	readonly partitions: number;
}

/** How long and how much of an endpoint's stream is kept, where somebody chose it. */
export interface ChosenRetention {
	readonly tenant: string;
	readonly flow: string;
	readonly node: string;
	readonly endpoint: string;
	/** Of each generation of the stream, oldest first. */
	readonly generations: readonly number[];
	readonly keepMs: number | undefined;
	readonly maxBytes: number | undefined;
}

export interface StuckGrowth {
	readonly tenant: string;
	readonly endpoint: string;
	readonly partitions: number;
	readonly generation: number;
}

/** Whose event log gets a line: a job's, or a flow's where no job has to do with it. */
export type EventPlace = Pick<StoredJob, "tenant" | "flow"> & Partial<Pick<StoredJob, "id">>;

/** A connection with its secrets open. Never log or store it. */
export interface OpenConnection {
	readonly tenant: string;
	readonly id: string;
	readonly type: string;
	/** Without the secrets. */
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: Readonly<Record<string, Secret>>;
	/** Kept by Weir itself: it may lead into our own network. */
	readonly managed: boolean;
}

export interface DeadLetterRow {
	readonly id: string;
	readonly tenant: string;
	readonly job: string;
	readonly node: string;
	readonly code: string;
	readonly reason: string;
	readonly position: string | undefined;
	readonly raw: Uint8Array;
	/** The row as the node got it, as JSON, with its key and its event time: what it takes to try it again. */
	readonly row?: string | undefined;
	readonly key?: string | undefined;
	readonly eventTimeMs?: number | undefined;
}

export interface PendingRetry {
	readonly seq: number;
	readonly node: string;
	readonly raw: Uint8Array;
	readonly row: string | undefined;
	readonly key: string | undefined;
	readonly position: string | undefined;
	readonly eventTimeMs: number;
}

export interface RollupRow {
	readonly tenant: string;
	readonly job: string;
	/** Start of the minute, milliseconds since 1970 UTC. */
	readonly minuteMs: number;
	/** What was added within the minute, and `records`: how many were read from the sources' streams. The same minute again replaces it. */
	readonly counters: Readonly<Record<string, number>>;
	readonly readings: Readonly<Record<string, number>>;
}

/** A job that came to rest and that nobody goes on with: a newer one of the same flow has replaced it, or it was a replay. */
export interface OutlivedJob {
	readonly tenant: string;
	readonly id: string;
	readonly plan: string;
	/** The newest job of the flow; null: it was a replay, which nothing takes over from. */
	readonly newest: string | null;
}

/** What control and stream workers keep in Postgres. Every call rejects with DATABASE_UNAVAILABLE while it is away. */
export interface WorkerStore {
	/** All but failed and finished jobs, and stopped ones that are to stay so. */
	unsettledJobs(): Promise<readonly StoredJob[]>;
	/** The newest job of each flow, where it is at rest: stopped, failed or finished. */
	restingJobs(): Promise<readonly StoredJob[]>;
	job(id: string): Promise<StoredJob | undefined>;
	plan(id: string): Promise<Plan | undefined>;
	endpointsOf(job: StoredJob): Promise<readonly SourceEndpoint[]>;
	/** Streams that were to get more partitions, and did not within a time: their partitions may be sealed. */
	stuckGrowth(olderThanMs: number): Promise<readonly StuckGrowth[]>;
	/** Forgets that a stream was to get more partitions, if it has not got them meanwhile; `unseal` runs before, while nobody can change it. */
	takeBackGrowth(growth: StuckGrowth, unseal: () => Promise<void>): Promise<void>;
	/** Streams for which somebody chose how long or how much is kept. */
	chosenRetention(): Promise<readonly ChosenRetention[]>;
	/** A job with its plan and its endpoints by source node; undefined when it is gone. */
	ancestor(id: string): Promise<StoredAncestor | undefined>;
	/** Stores the next state if nobody moved the job since it was read. False: read it again. */
	moveJob(job: StoredJob, to: JobState, failure?: StoredFailure): Promise<boolean>;
	/** Stores where a job starts and what it takes over from the one before. */
	setCut(
		job: string,
		position: Readonly<Record<string, string>>,
		carried: HandOver,
		endPosition?: Readonly<Record<string, string>>,
	): Promise<void>;
	/** The job that runs the job's flow, or ran it last; replays are none. */
	liveJob(job: StoredJob): Promise<StoredJob | undefined>;
	/** Notes that a replay is taking over from a job: from then on that one counts as replaced. */
	beginHandOver(job: string, from: string): Promise<void>;
	/** Makes a replay the job that runs its flow, and its version the one that is deployed. */
	endHandOver(job: string): Promise<void>;
	/** Changes what is wanted, e.g. to `stopped` when a job failed for good. */
	setWanted(job: string, wanted: WantedState): Promise<void>;

	/** Makes the rows of a job's tasks that are not there yet. */
	ensureTasks(job: StoredJob, tasks: readonly { readonly stage: string; readonly partition: number }[]): Promise<void>;
	tasksOf(job: string): Promise<readonly StoredTask[]>;
	/** Tasks of jobs wanted running (or draining) whose heartbeat is older than this, with `waiting` ones. */
	silentTasks(olderThanMs: number): Promise<readonly StoredTask[]>;
	/** Draws the next generation and plants it with the owner. Undefined: the task is gone, done or failed. */
	lease(task: TaskPlace, owner: string): Promise<number | undefined>;
	/** Says that the owner still works on these; `progressed` ones have their attempts forgotten. Answers those whose lease was lost. */
	heartbeat(
		owner: string,
		tasks: readonly (TaskPlace & { readonly generation: number; readonly progressed: boolean })[],
	): Promise<readonly TaskPlace[]>;
	/** Gives a lease back at once, so that another worker need not wait. */
	release(task: TaskPlace, generation: number): Promise<void>;
	/** Ends a task; false when the lease was lost meanwhile. */
	endTask(task: TaskPlace, generation: number, state: "done" | "failed", failure?: StoredFailure): Promise<boolean>;
	/** Ends the tasks of some stages for good and draws a generation for each, greater than any that was given out: who plants it fences the last owner. */
	retireTasks(job: StoredJob, stages: readonly string[]): Promise<readonly (TaskPlace & { readonly generation: number })[]>;
	/** Replaced jobs and replays at rest since before the given time that still have tasks. */
	outlivedJobs(beforeMs: number): Promise<readonly OutlivedJob[]>;
	/** Forgets the tasks of a job: nobody can lease one any more. */
	forgetTasks(job: string): Promise<void>;
	/** Sets the tasks of a job that are not done back to `waiting` (start after stop or failure). */
	resetTasks(job: string): Promise<void>;

	/** By id, or `managed` for the one Weir keeps for the tenant. Undefined: there is none. */
	connection(tenant: string, id: string): Promise<OpenConnection | undefined>;
	/** Written before the commit under an id made from place and bytes, so a repeat adds nothing. */
	putDeadLetters(letters: readonly DeadLetterRow[]): Promise<void>;
	/** Dead letters that a task is to take again, behind a number, in order. One that was begun three times without a commit is set aside again. */
	pendingRetries(task: TaskPlace, after: number, limit: number): Promise<readonly PendingRetry[]>;
	/** Those up to this number were taken, in a commit that holds. */
	settleRetries(task: TaskPlace, upTo: number): Promise<void>;
	/** The job will take no more: what it did not take is set aside again. */
	returnRetries(job: string): Promise<void>;
	putRollups(rows: readonly RollupRow[]): Promise<void>;
	/** Adds a line to the flow's event log. */
	addEvent(of: EventPlace, kind: string, text: string, detail?: Readonly<Record<string, unknown>>): Promise<void>;
	ping(): Promise<void>;
	close(): Promise<void>;
}
