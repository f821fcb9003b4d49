import type { Column } from "./column.ts";
import type { RecordSchema } from "./schema.ts";

/**
 * Where the records of a batch came from, for dead letters, taps and latency. Indexed by row like the columns.
 * Absent on batches that an operator made anew (window results).
 */
export interface BatchOrigin {
	/** The bytes as they arrived: row i is `slab.subarray(starts[i], ends[i])`. */
	readonly slab: Uint8Array;
	readonly starts: Int32Array;
	readonly ends: Int32Array;
	/** `stream/partition/entryId#index` of a row. */
	positionOf(row: number): string;
}

/**
 * Many records as typed columns plus a selection. Columns may be longer than `length`; rows at or past `length` mean nothing.
 * A batch is valid only until the call that was handed it returns: columns live in reused memory, so whoever keeps a value copies it.
 */
export interface RecordBatch {
	readonly schema: RecordSchema;
	readonly length: number;
	/** One per field of the schema, in its order. */
	readonly columns: readonly Column[];
	/** Rows still in play, ascending; the first `selected` entries count. Absent: all rows `0 … length − 1`. */
	readonly selection?: Int32Array;
	/** Number of rows in play. Equals `length` when there is no selection. */
	readonly selected: number;
	/** The record key: decides what must be processed together. */
	readonly keys: Column | undefined;
	/** Milliseconds since 1970 UTC, per row. */
	readonly eventTimes: Float64Array;
	/** When the door received it: milliseconds since 1970 UTC, per row. Log-append time, so it is the same at every replay. */
	readonly ingestTimes: Float64Array;
	/** Watermark in force when this row is processed (see the manual, "Event time"); a row is judged late against this, so the verdict does not depend on how rows were grouped into batches. */
	readonly watermarks: Float64Array;
	readonly origin?: BatchOrigin;
}

/** No earlier event time is still expected. Milliseconds since 1970 UTC; −Infinity = nothing known yet, +Infinity = the stream has ended. */
export type Watermark = number;
