import type { FailureCode } from "@weir/errors";
import type { RecordBatch, RecordSchema, Watermark } from "@weir/records";
import type { SpillSpace } from "./spill.ts";
import type { KeyShare } from "./state/key-share.ts";

/** Passes a batch on. It is used up when the call returns. */
export type Emit = (port: string, batch: RecordBatch) => void;

/** Everything an operator may know. No clock, no random, no logger, no network. */
export interface OperatorContext {
	/** Schema at the first input port. */
	readonly input: RecordSchema;
	/** Of a node with several inputs: the schema at each. */
	readonly inputs?: Readonly<Record<string, RecordSchema>>;
	/** Schema per output port, as the definition derived it. */
	readonly outputs: Readonly<Record<string, RecordSchema>>;
	/**
	 * Watermarks told to this node are earlier by this than those that rows straight from the inputs of its stage bear, because results of a node
	 * before it come later. Absent: 0.
	 */
	readonly watermarkDelayMs?: number;
	/**
	 * Rows come to this node by several ways within its stage, a join or a union before it among them: the watermark that a row bears says nothing
	 * of rows of the same batch that come by another way, so only the watermarks told may close anything. Absent: they do not.
	 */
	readonly isGathered?: boolean;
	/** Same for all partitions and for every replay of one flow version. */
	readonly seed: number;
	/**
	 * Opens room on the local disk, which the operator closes with itself. What comes out MUST be the same with it and without. Absent: there is none,
	 * and the state stays in memory.
	 */
	readonly openSpill?: () => SpillSpace;
	/** Sets one row aside as a dead letter (with bytes, position and node added by the runtime). The operator MUST leave the row out of what it emits. */
	reject(batch: RecordBatch, row: number, code: FailureCode, reason: string): void;
	/**
	 * Counts rows for the ledger, whether or not a side port also passes them on: `filtered`, `duplicate` and `late` end here by intent;
	 * `aggregated` were taken into a window or other state, and a later result stands for them. Rows emitted on a port are counted by the runtime.
	 * `expired` is no part of the ledger's sum: rows or keys of a state that were given up before their time, because the state was full.
	 */
	count(bucket: "filtered" | "duplicate" | "late" | "aggregated" | "expired", rows: number): void;
}

/**
 * What a node type does. Calls are never concurrent. Given the same (state, batches, watermarks) its output is the same:
 * replay, preview and fault proofs rest on this.
 */
export interface Operator {
	/** Rows of `batch` in play, arrived at the input `port` (absent: the first); MUST NOT keep the batch or its columns after returning. */
	onBatch(batch: RecordBatch, emit: Emit, port?: string): void;
	/** Event time has passed this point. Called with growing values only; +Infinity when the stream has ended. */
	onWatermark?(watermark: Watermark, emit: Emit): void;
	/**
	 * Results may come this much after the event time they bear (a window with a lateness waits before it fires).
	 * Operators behind this one are told watermarks that are earlier by it. Absent: 0.
	 */
	readonly watermarkDelayMs?: number;
	/** Everything needed to go on exactly. Absent: the operator keeps nothing. */
	snapshot?(): Uint8Array;
	/** Called at most once, before the first batch. MUST refuse (STATE_CORRUPT) bytes that it cannot read. */
	restore?(snapshot: Uint8Array): void;
	/** As `snapshot`, of the keys of a share alone: what another number of tasks goes on with. An operator that keeps something by key MUST have it. */
	snapshotOf?(share: KeyShare): Uint8Array;
	/**
	 * Takes in what `snapshotOf` wrote in another task, beside what is there, as something new that has not been stored here. Called before the first
	 * batch, once for each task that had keys of this one, instead of `restore`. MUST refuse as `restore` does.
	 */
	absorb?(snapshot: Uint8Array): void;
	/**
	 * What changed since `snapshot` or `snapshotDelta` was called last, or since the operator was made or restored: much less than a snapshot,
	 * so that a commit writes what is new. Undefined: only a snapshot can say it. Absent: every commit takes a snapshot.
	 */
	snapshotDelta?(): StateDelta | undefined;
	/** Called behind `restore`, or without it where the first commits were deltas, with every delta kept, in the order they were made. MUST refuse as `restore` does. */
	restoreDelta?(delta: Uint8Array): void;
	/** About how many bytes of memory the state takes; absent: as many as are stored of it. */
	stateBytes?(): number;
	/** Called also after a failure. */
	close?(): void;
}

/** A change of an operator's state, stored behind the snapshot and the changes before it. */
export interface StateDelta {
	/** Empty: nothing changed, and nothing is stored. */
	readonly bytes: Uint8Array;
	/**
	 * Once the operator has been told a watermark past this one it does without the delta, and the delta may be left out of a restore.
	 * A state all of whose deltas say so is never written whole again: what is old falls off. Absent: kept until the next snapshot.
	 */
	readonly neededUntil?: Watermark;
}

/**
 * A sink writes inside the commit that advances its task. The runtime hands it rows between commits (`onBatch`, without emit)
 * and at commit time calls `write` with the medium of its `commitsIn`. After a failed commit the operator is thrown away.
 */
export interface SinkOperator<Medium = unknown> {
	onBatch(batch: RecordBatch): void;
	/** Rows buffered since the last commit; the runtime commits early when this grows large. */
	pending(): { readonly rows: number; readonly bytes: number };
	/** Writes what is buffered through the medium, then forgets it. Called once per commit, inside the transaction. */
	write(medium: Medium): Promise<void>;
	/** Makes ready what writing needs (create the table). Called once before the first write, outside the transaction; may run in several tasks at once. */
	prepare?(medium: Medium): Promise<void>;
	/** Rows are held back, and the place in the stream with them, until one of these is reached: for sinks whose output should not be in small pieces. Absent: they are not. */
	readonly gathers?: { readonly rows: number; readonly bytes: number; readonly ms: number };
	close?(): void;
}

/** Medium of a sink that commits in its connection's PostgreSQL transaction. */
export interface PostgresMedium {
	query(
		text: string,
		values?: readonly unknown[],
	): Promise<{ readonly rowCount: number | null; readonly rows: readonly Record<string, unknown>[] }>;
	/** Runs statements in one way to the server; one of them MUST be a `COPY … FROM STDIN`, which is given these bytes; they MUST stay as they are until all is done, and for good when it fails. */
	copy(statements: string, bytes: Uint8Array): Promise<void>;
	/** Sets one buffered row aside from within `write` (SINK_REJECTED). */
	reject(record: RejectedRow): void;
}

/** Medium of a sink that commits in our log: entries go out in the same script that sets the checkpoint. */
export interface LogMedium {
	/** Appends to a capped list that keeps the newest `keep` entries; `name` is local to the node. */
	appendCapped(name: string, entries: readonly Uint8Array[], keep: number): void;
}

/**
 * An outside system that can take no part in our commit, opened. What a sink brings there before the commit nobody sees; it is named by tokens
 * that are stored in the commit, and counts once they are settled after it.
 */
export interface OutsideTarget {
	/**
	 * Makes what the tokens name visible, whether or not that has happened before: a settle whose answer was lost is repeated. Answers which of them
	 * name something that is neither waiting nor there.
	 */
	settle(tokens: readonly Uint8Array[]): Promise<readonly GoneOutput[]>;
	/** Gives up what the tokens name: its commit did not come about. Best effort, never throws. */
	abandon(tokens: readonly Uint8Array[]): Promise<void>;
}

/** Output that was committed and is not there. */
export interface GoneOutput {
	/** What it is called in its system. */
	readonly name: string;
	readonly rows: number;
}

/** Medium of a sink that writes to an outside target in two steps, and whose commit is in our log. */
export interface OutsideMedium<Target extends OutsideTarget = OutsideTarget> {
	readonly target: Target;
	readonly range: OutputRange;
	/** Stores the token of what was brought to the target in the commit. */
	stage(token: Uint8Array): void;
	/** Sets one buffered row aside from within `write` (SINK_REJECTED). */
	reject(record: RejectedRow): void;
}

/** What of the streams a commit is made of: the same names for the same records, whoever writes them. */
export interface OutputRange {
	readonly tenant: string;
	readonly flow: string;
	readonly partition: number;
	/** The places right before the first record and of the last one, as text that may stand in a file's name. */
	readonly first: string;
	readonly last: string;
	/** Tells apart what jobs, nodes and streams write that have the same places. */
	readonly reading: string;
}

export interface RejectedRow {
	readonly raw: Uint8Array;
	readonly position: string | undefined;
	readonly reason: string;
	/** The row as the node got it, as JSON, with its record key and event time: what it takes to try it again. */
	readonly row?: string | undefined;
	readonly key?: string | undefined;
	readonly eventTimeMs?: number | undefined;
}

/** What `operator.ts` of a source or transform exports as `createOperator`. */
export type CreateOperator<Config = unknown> = (config: Config, context: OperatorContext) => Operator;

/** What `operator.ts` of a sink exports as `createSink`. */
export type CreateSink<Config = unknown, Medium = unknown> = (config: Config, context: OperatorContext) => SinkOperator<Medium>;

export interface OperatorModule {
	readonly createOperator?: CreateOperator<never>;
	readonly createSink?: CreateSink<never, never>;
}

/** Lazy loaders by kind: what workers are handed. */
export type OperatorRegistry = ReadonlyMap<string, () => Promise<OperatorModule>>;
