import type { RecordBatch } from "./batch.ts";
import type { Column, Dictionary } from "./column.ts";
import { partitionOf } from "./hash.ts";
import { keyTextAt } from "./values.ts";

const remembered = new WeakMap<Dictionary, Map<number, Int32Array>>();

/** Per code of a dictionary: its partition + 1, or 0 while unknown. */
function partitionsByCode(dictionary: Dictionary, partitions: number): Int32Array {
	const byCount = remembered.get(dictionary) ?? new Map<number, Int32Array>();
	remembered.set(dictionary, byCount);
	const known = byCount.get(partitions);
	if (known !== undefined && known.length >= dictionary.size) return known;
	const larger = new Int32Array(Math.max(256, dictionary.size * 2));
	if (known !== undefined) larger.set(known);
	byCount.set(partitions, larger);
	return larger;
}

/** The partition of every row in play, by row, for rows that must meet when `columns` are equal. `out` has room for `batch.length`. */
export function partitionRows(batch: RecordBatch, columns: readonly Column[], partitions: number, out: Int32Array): void {
	const [only] = columns;
	const cache =
		columns.length === 1 && only?.type === "text" && only.valid === undefined ? partitionsByCode(only.dictionary, partitions) : undefined;
	for (let i = 0; i < batch.selected; i++) {
		const row = batch.selection === undefined ? i : (batch.selection[i] ?? 0);
		if (cache === undefined || only?.type !== "text") {
			out[row] = partitionOf(keyTextAt(columns, row), partitions);
			continue;
		}
		const code = only.codes[row] ?? 0;
		let partition = (cache[code] ?? 0) - 1;
		if (partition < 0) {
			partition = partitionOf(only.dictionary.valueAt(code), partitions);
			cache[code] = partition + 1;
		}
		out[row] = partition;
	}
}
