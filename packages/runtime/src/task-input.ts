import type { RecordBatch } from "@weir/records";
import type { Entry, EntryId, StreamRef } from "./ports.ts";
import type { InputState } from "./task-state.ts";
import type { InputTime } from "./watermark-merge.ts";

/** What a task gives an input to work with. */
export interface InputContext {
	/** Watermark in force now, over all inputs of the task. */
	watermark(): number;
	/** Looks at the members' times again. */
	look(): void;
	/** Looks, and tells the operators when the watermark moved. MUST NOT be called while rows wait that are older. */
	advance(): void;
}

/** Entries of one partition of a stream that feed a stage. */
export interface TaskInput {
	/** `<stream>/<partition>` */
	readonly place: string;
	readonly stream: StreamRef;
	readonly partition: number;
	/** Members of the watermark merge that this input speaks for. */
	readonly times: readonly InputTime[];
	/** Last entry taken in. */
	position: EntryId;
	/** Records of the partition taken in so far. */
	records: number;
	isEnded: boolean;
	drainTo: EntryId | undefined;
	/** It is not read yet, or no more: older generations of its stream come first, or it is one, sealed, and read to its end. */
	readonly isResting?: boolean;
	/** It is sealed: newer generations of its stream come after it. */
	readonly isEarlier?: boolean;
	/** Its last entry, where it is sealed: set when that is known. */
	sealedAt?: EntryId | undefined;
	/** Sealed, and read to its end: it says no more of event time. */
	pass?(): void;
	/** Takes in whole entries, in order, and hands their rows on. */
	take(entries: readonly Entry[], context: InputContext): void;
	/** How many records an entry holds. */
	recordsIn(entry: Entry): number;
	/** Takes in records of an entry, from a number up to but without another; the position does not move. */
	takeRecords(entry: Entry, from: number, to: number, context: InputContext): void;
	/** Sets one record of an entry aside unread. */
	refuseRecord(entry: Entry, index: number, reason: string): void;
	/** All records of the entry were taken in or refused one by one. */
	finish(entry: Entry, context: InputContext): void;
	/** The input is at its end and nothing came: true when that made it idle just now. */
	rest(nowMs: number): boolean;
	/** Nothing more will come. */
	end(): void;
	state(): InputState;
}

/** Hands rows to the operators. */
export type Deliver = (batch: RecordBatch) => void;
