import { type Column, createDictionary, keyTextAt, type RecordBatch, type RecordSchema } from "@weir/records";

/** Rows of a batch of results at most. */
export const ROWS_PER_BATCH = 4_096;

/** One row a result: where its window lies, what was gathered, and what nodes behind must know. */
export interface Results {
	readonly starts: Float64Array;
	readonly ends: Float64Array;
	/** Times told of this window and group before; absent: no column. */
	readonly revisions?: Float64Array | undefined;
	/** The window is still open; absent: no column. */
	readonly isPartial?: boolean | undefined;
	/** 1 where a window was told that is none; absent: no column. */
	readonly isRetracted?: Uint8Array<ArrayBuffer> | undefined;
	readonly groups: readonly Column[];
	readonly aggregates: readonly Column[];
	readonly eventTimes: Float64Array;
	readonly ingestTimes: Float64Array;
	/** What nodes behind have been told so far: no result is late for them. */
	readonly watermark: number;
}

export function batchOf(schema: RecordSchema, results: Results): RecordBatch {
	const { starts, revisions, isPartial, isRetracted, groups } = results;
	const n = starts.length;
	return {
		schema,
		length: n,
		columns: [
			{ type: "timestamp", values: starts },
			{ type: "timestamp", values: results.ends },
			...(revisions === undefined ? [] : [{ type: "integer" as const, values: revisions }]),
			...(isPartial === undefined ? [] : [{ type: "boolean" as const, values: new Uint8Array(n).fill(isPartial ? 1 : 0) }]),
			...(isRetracted === undefined ? [] : [{ type: "boolean" as const, values: isRetracted }]),
			...groups,
			...results.aggregates,
		],
		selected: n,
		keys: keysOf(groups, n),
		eventTimes: results.eventTimes,
		ingestTimes: results.ingestTimes,
		watermarks: new Float64Array(n).fill(results.watermark),
	};
}

/** The record key of a result is its group. */
function keysOf(groups: readonly Column[], n: number): Column | undefined {
	if (groups.length < 2) return groups[0];
	const dictionary = createDictionary();
	return { type: "text", codes: Int32Array.from({ length: n }, (_, row) => dictionary.codeOf(keyTextAt(groups, row))), dictionary };
}
