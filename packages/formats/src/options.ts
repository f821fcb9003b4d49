import type { FailureCode } from "@weir/errors";
import type { RecordBatch, RecordSchema } from "@weir/records";

export type FormatName = "json" | "senml";

/** How the bytes of one source become rows. */
export interface ReaderOptions {
	readonly format: FormatName;
	readonly schema: RecordSchema;
	/** Fields to decode; the columns of the others are all null. Absent: all. */
	readonly fields?: readonly string[];
	/** Field that carries event time (`timestamp`, `integer` or `number` of milliseconds). Absent: the time of receipt. */
	readonly eventTimeField?: string;
	/** A record without event time counts from the time of receipt, or is set aside (default). */
	readonly missingEventTime?: "receipt" | "reject";
	/** Field that the door took the record key from. A record without it is set aside: its like would not meet in one task. */
	readonly keyField?: string;
	/** Records further than this ahead of the time of receipt are set aside. Absent: no limit. */
	readonly maxFutureMs?: number;
	/** Whether batches carry the record key. Default true. */
	readonly keys?: boolean;
}

/** A record that cannot become a row. The bytes are a copy. */
export interface ReadFailure {
	readonly code: FailureCode;
	readonly reason: string;
	readonly raw: Uint8Array;
	/** `<entry>#<index>` */
	readonly position: string;
	readonly key: string;
	readonly ingestTimeMs: number;
}

export interface AddedFrame {
	/** Records in the frame; one record may be several rows (SenML), or none (a failure). */
	readonly records: number;
	/** The frame's rows are `firstRow … endRow − 1` of the batch. */
	readonly firstRow: number;
	readonly endRow: number;
	/** Greatest event time among the rows; −Infinity when there are none. */
	readonly maxEventTimeMs: number;
}

/** Gathers raw frames into one batch of columns in memory that is used again and again. */
export interface BatchReader {
	readonly rows: number;
	/** Bytes taken in since `clear`; whoever feeds it looks here when to stop. */
	readonly bytes: number;
	/**
	 * Reads the records of a raw frame behind those already there. `entry` is the entry's place as text (`stream/partition/entryId`);
	 * `watermark` is what is in force when the entry is reached.
	 */
	add(frame: Uint8Array, entry: string, watermark: number): AddedFrame;
	/** The rows since `clear`; valid until `clear` or the next `add`. */
	batch(): RecordBatch;
	clear(): void;
}
