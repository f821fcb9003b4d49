import { type Column, createDictionary, isNullAt, keyTextAt, type RecordBatch, type RecordSchema } from "@weir/records";
import type { RowStore } from "./row-store.ts";

/** How the columns of a joined record come from its two sides. */
export interface JoinShape {
	readonly schema: RecordSchema;
	/** By left key field: its column on the left, and that of the right key field it equals. */
	readonly keys: readonly { readonly left: number; readonly right: number }[];
	/** Columns of the right that go on, in the order they have behind the left ones. */
	readonly right: readonly number[];
}

/** Pairs of stored rows; −1 on one side: there is none. */
export interface Pairs {
	readonly left: Int32Array;
	readonly right: Int32Array;
	readonly times: Float64Array;
	readonly watermarks: Float64Array;
}

/** The joined records. A key field of a record without a left side has the right one's value. */
export function joinedRows(shape: JoinShape, left: RowStore, right: RowStore, pairs: Pairs): RecordBatch {
	const n = pairs.left.length;
	const leftColumns = left.columnsOf(pairs.left, n);
	const rightColumns = right.columnsOf(pairs.right, n);
	const keys: Column[] = [];
	for (const key of shape.keys) {
		const own = leftColumns[key.left];
		const other = rightColumns[key.right];
		if (own === undefined || other === undefined) continue;
		const column = pairs.left.includes(-1) ? filledIn(own, other, pairs.left) : own;
		leftColumns[key.left] = column;
		keys.push(column);
	}
	const received = left.ingestTimesOf(pairs.left, n);
	const alsoReceived = right.ingestTimesOf(pairs.right, n);
	return {
		schema: shape.schema,
		length: n,
		columns: [...leftColumns, ...shape.right.flatMap((index) => rightColumns[index] ?? [])],
		selected: n,
		keys: recordKeyOf(keys, n),
		eventTimes: pairs.times,
		ingestTimes: received.map((time, i) => Math.max(time, alsoReceived[i] ?? 0)),
		watermarks: pairs.watermarks,
	};
}

function recordKeyOf(keys: readonly Column[], n: number): Column | undefined {
	if (keys.length < 2) return keys[0];
	const dictionary = createDictionary();
	return { type: "text", codes: Int32Array.from({ length: n }, (_, row) => dictionary.codeOf(keyTextAt(keys, row))), dictionary };
}

/** `column` with the values of `other` where there is no left row. The two are of one type. */
function filledIn(column: Column, other: Column, left: Int32Array): Column {
	const n = left.length;
	const from = (row: number) => ((left[row] ?? 0) < 0 ? other : column);
	const valid = Uint8Array.from({ length: n }, (_, row) => (isNullAt(from(row), row) ? 0 : 1));
	if (column.type === "text" && other.type === "text") {
		const dictionary = createDictionary();
		const textAt = (of: typeof column, row: number) => of.dictionary.valueAt(of.codes[row] ?? 0);
		const codes = Int32Array.from({ length: n }, (_, row) =>
			valid[row] === 0 ? 0 : dictionary.codeOf(textAt((left[row] ?? 0) < 0 ? other : column, row)),
		);
		return { type: "text", codes, dictionary, valid };
	}
	if (column.type === "boolean" && other.type === "boolean") {
		const values = Uint8Array.from({ length: n }, (_, row) => ((left[row] ?? 0) < 0 ? other : column).values[row] ?? 0);
		return { type: "boolean", values, valid };
	}
	if (column.type === "text" || column.type === "json" || column.type === "boolean") return column;
	if (other.type === "text" || other.type === "json" || other.type === "boolean") return column;
	const values = Float64Array.from({ length: n }, (_, row) => ((left[row] ?? 0) < 0 ? other : column).values[row] ?? 0);
	return { type: column.type, values, valid };
}
