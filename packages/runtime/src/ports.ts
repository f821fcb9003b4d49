import type { LogMedium, RejectedRow, SpillSpace } from "@weir/node-kit";

/** A tenant's named, partitioned log. `stream` is `e:<endpointId>` for an endpoint, `e:<endpointId>~<n>` from its second generation on, `x:<jobId>:<exchangeId>` for an exchange. */
export interface StreamRef {
	readonly tenant: string;
	readonly stream: string;
}

/** Place of an entry in a partition: opaque text that only the log compares. `""` is before the first entry. */
export type EntryId = string;

export interface Entry {
	readonly id: EntryId;
	/** A packed frame (records/frame.ts). */
	readonly frame: Uint8Array;
}

/** Who appends, and its running number per partition: a repeat of the same number adds nothing. */
export interface Producer {
	readonly id: string;
	readonly seq: number;
}

export interface IdentifiedRecord {
	readonly messageId: string;
	/** One packed record (records/frame.ts). */
	readonly record: Uint8Array;
}

export interface PartitionState {
	/** Oldest entry still kept; undefined when there is none. */
	readonly first: EntryId | undefined;
	/** Newest entry ever appended; `""` when there never was one. Does not go back when entries are trimmed. */
	readonly last: EntryId;
	/** Records ever appended. */
	readonly records: number;
}

export interface ReadRequest {
	readonly stream: StreamRef;
	readonly partition: number;
	readonly after: EntryId;
}

/**
 * Our ordered, replayable stream. Every adapter passes `conformance/log.ts`.
 * Every call rejects with LOG_UNAVAILABLE while the log is away, and LOG_FULL when it takes no more.
 */
export interface Log {
	/** Resolves when the frame is durable at the stream's class. Order within a partition is the order of calls that wait for each other. */
	append(stream: StreamRef, partition: number, frame: Uint8Array, records: number, producer: Producer): Promise<EntryId>;
	/** As `append`, but leaves out the records whose message id the stream has seen within the horizon (24 h); answers how many were new. */
	appendIdentified(
		stream: StreamRef,
		partition: number,
		header: Uint8Array,
		records: readonly IdentifiedRecord[],
		producer: Producer,
	): Promise<{ readonly accepted: number; readonly duplicates: readonly number[] }>;
	/** Entries after the given places, in order, up to about `maxBytes` each; waits up to `waitMs` when there are none. */
	read(
		requests: readonly ReadRequest[],
		options: { readonly maxBytes: number; readonly waitMs: number; readonly signal?: AbortSignal },
	): Promise<readonly (readonly Entry[])[]>;
	state(stream: StreamRef, partition: number): Promise<PartitionState>;
	/** The newest entries that are kept, newest first: for people who look, never for work. */
	tail(stream: StreamRef, partition: number, entries: number): Promise<readonly Entry[]>;
	/** −1, 0 or 1. */
	compare(a: EntryId, b: EntryId): number;
	/** The place right before what was appended at this time (ms since 1970) or later. It may lie between entries. */
	at(stream: StreamRef, partition: number, timeMs: number): Promise<EntryId>;
	/** All that was appended at this time or later is still kept; undefined: nothing was ever forgotten. */
	heldFrom(stream: StreamRef, partition: number): Promise<number | undefined>;
	/** Bytes that what a partition still keeps takes, about: an estimate that costs nothing. */
	bytes(stream: StreamRef, partition: number): Promise<number>;
	/**
	 * Ends a partition for good: from then on every append to it is refused with STREAM_SEALED, but for repeats of what is there. Its place in the
	 * stream is taken by those of the next generation. Safe to repeat.
	 */
	seal(stream: StreamRef, partition: number): Promise<void>;
	/** Takes a seal back, while nothing was written to the next generation yet: the caller proves it. */
	unseal(stream: StreamRef, partition: number): Promise<void>;
	isSealed(stream: StreamRef, partition: number): Promise<boolean>;
	/** Forgets entries up to and including `upTo`. The caller proves that no live task needs them (I11). */
	trim(stream: StreamRef, partition: number, upTo: EntryId): Promise<void>;
	/** Forgets the stream whole. */
	drop(stream: StreamRef, partitions: number): Promise<void>;
	close(): Promise<void>;
}

/** One partition of a stage of a job. Its text form is `<jobId>/<stage>/<partition>`. */
export interface TaskRef {
	readonly tenant: string;
	readonly job: string;
	readonly stage: string;
	readonly partition: number;
}

/** Last entry read, by `<stream>/<partition>`. Keys sorted when written as text, so equal places are equal text. */
export type Position = Readonly<Record<string, EntryId>>;

/** Where a task stands and what it needs to go on, but for its operators: small, and written whole with every commit. */
export interface CheckpointHead {
	readonly position: Position;
	/** What the inputs know, and which parts belong to this checkpoint; packed by the runtime, empty at the start. */
	readonly state: Uint8Array;
	readonly watermark: number;
	/** Cumulative counters since the job began (runtime/counters.ts): part of the commit, so that the ledger balances (I7). */
	readonly counters: Readonly<Record<string, number>>;
}

/** What a task goes on from. */
export interface Checkpoint extends CheckpointHead {
	/** What is stored of the operators' states, by growing number. Packed by the runtime; a part never changes. */
	readonly parts: ReadonlyMap<number, Uint8Array>;
}

/** What a commit makes of the checkpoint before it. */
export interface CheckpointStep extends CheckpointHead {
	/** Parts that are added. Their numbers are greater than all before. */
	readonly put: ReadonlyMap<number, Uint8Array>;
	/** Numbers of parts that are no longer needed. */
	readonly drop: readonly number[];
}

/** What a commit in our log gathers. */
export interface LogOutput {
	readonly appends: readonly ExchangeAppend[];
	readonly capped: readonly { readonly name: string; readonly entries: readonly Uint8Array[]; readonly keep: number }[];
}

/** A frame for an exchange. */
export interface ExchangeAppend {
	readonly stream: StreamRef;
	readonly partition: number;
	readonly frame: Uint8Array;
	readonly records: number;
}

/** Medium of a stage that commits in our log: capped lists of its sinks, and frames for exchanges. */
export interface LogCommitMedium extends LogMedium {
	append(frame: ExchangeAppend): void;
}

/**
 * The one place where a task's output and checkpoint are committed together (I3, I4).
 * `Medium` is what a sink writes through.
 */
export interface CommitAuthority<Medium> {
	/** Plants the generation and reads the truth. Undefined: a newer generation is there already, do not run. */
	acquire(task: TaskRef, generation: number): Promise<Checkpoint | undefined>;
	/** The checkpoint as it is, without taking the task. */
	read(task: TaskRef): Promise<Checkpoint | undefined>;
	/** Runs `act` with the medium outside any commit, to make ready what writing needs. */
	prepare(task: TaskRef, act: (medium: Medium) => Promise<void>): Promise<void>;
	/**
	 * One atomic advance of output, head and parts: only if the generation is mine and the position is the one I started from.
	 * `next` is asked once `write` is through, so that what happened while writing is part of it.
	 * Any error, an unknown outcome included: the caller drops all memory and acquires again.
	 */
	commit(
		task: TaskRef,
		generation: number,
		previous: Position,
		next: () => CheckpointStep,
		write: (medium: Medium) => Promise<void>,
	): Promise<"committed" | "fenced">;
	/**
	 * Forgets a job's checkpoints, and the capped lists that stand beside them. Its tasks cannot be acquired any more, not even by a worker that has
	 * slept with a generation in hand. Safe to repeat.
	 */
	forget(tenant: string, job: string): Promise<void>;
	close(): Promise<void>;
}

/** Records set aside. Written before the commit under an id made from place and bytes, so a repeat adds nothing. */
export interface DeadLetters {
	put(letters: readonly NewDeadLetter[]): Promise<void>;
}

export interface NewDeadLetter extends RejectedRow {
	/** sha-256 over reading, node and position (job, node and bytes where there is none): the same record gives the same id. */
	readonly id: string;
	readonly tenant: string;
	readonly job: string;
	readonly node: string;
	readonly code: string;
}

/** The right to run a task. Generations come from control Postgres and only grow (I6). */
export interface Leases {
	/** Draws a new generation and makes this process the owner. Undefined: the task is not to run. */
	take(task: TaskRef): Promise<number | undefined>;
	/** A sign of life; false when a newer generation was drawn. */
	renew(task: TaskRef, generation: number): Promise<boolean>;
}

/** One record of one entry. */
export interface RecordPlace {
	/** `<stream>/<partition>` */
	readonly place: string;
	readonly entry: EntryId;
	readonly index: number;
}

/** Records of one place that follow each other, both ends included. */
export interface RecordRange {
	readonly place: string;
	readonly first: Omit<RecordPlace, "place">;
	readonly last: Omit<RecordPlace, "place">;
}

/**
 * What dead owners of a task left behind, so that one record can kill workers three times at most (I14).
 * Losing these notes costs nothing but further attempts.
 */
export interface CrashNotes {
	/**
	 * Notes a start; answers how many starts before it had no good end, and what was noted as under way when they ended so, oldest first,
	 * since the notes were settled.
	 */
	begin(task: TaskRef): Promise<{ readonly crashes: number; readonly named: readonly RecordRange[] }>;
	/** Notes the records about to be processed; undefined: they did no harm. */
	suspect(task: TaskRef, records: RecordRange | undefined): Promise<void>;
	/** The part of the stream that may have killed the last owner is behind us. */
	settle(task: TaskRef): Promise<void>;
	/** The start ended well, and what may have killed the owner before is still ahead. */
	rest(task: TaskRef): Promise<void>;
	/** The start ended well, and nothing is suspect. */
	end(task: TaskRef): Promise<void>;
}

/** The local disk of a process, where states go that do not fit into memory: never the truth, and empty when the process begins. */
export interface SpillDisk {
	/** Room for one task of a job. */
	open(job: string): TaskSpill;
	/** Why it takes no more at the moment; undefined: it does. */
	readonly trouble: string | undefined;
}

export interface TaskSpill {
	/** A space for an operator of a node. */
	space(node: string): SpillSpace;
	/** Bytes on the disk of a node. */
	bytesOf(node: string): number;
	/** Closes all spaces that are still open. */
	close(): void;
}

/** Time is handed in, so that every stream behaviour has a fast, repeatable test. */
export interface Clock {
	/** Milliseconds since 1970 UTC. */
	now(): number;
	/** Resolves after `ms`, or at once when the signal aborts. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
