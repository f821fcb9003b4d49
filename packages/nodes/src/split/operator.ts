import type { CreateOperator } from "@weir/node-kit";
import {
	type BatchOrigin,
	type Column,
	columnFrom,
	copyColumn,
	isNullAt,
	type RecordBatch,
	type RowValue,
	selectionOf,
} from "@weir/records";
import { itemFields, type SplitConfig } from "./definition.ts";
import { itemsOf } from "./items.ts";

const ROWS_PER_BATCH = 4_096;
const decoder = new TextDecoder();

export const createOperator: CreateOperator<SplitConfig> = (config, context) => {
	const output = context.outputs.out ?? { fields: [] };
	const added = itemFields(config);
	const taken = config.indexAs === "" ? added : added.slice(0, -1);
	const source = context.input.fields.findIndex(({ name }) => name === config.field);
	/** Column of the input for each field of the output, or of the item. */
	const origins = output.fields.map(({ name }) => ({
		item: added.findIndex((field) => field.name === name),
		input: context.input.fields.findIndex((field) => field.name === name),
	}));
	const nulls: readonly RowValue[] = added.map(() => null);

	return {
		onBatch(batch, emit) {
			const array = batch.columns[source];
			if (array === undefined) return;
			const selection = selectionOf(batch);
			let rows: number[] = [];
			let values: RowValue[][] = [];
			let split = 0;
			const flush = () => {
				if (rows.length > 0) emit("out", madeOf(batch, Int32Array.from(rows), values));
				rows = [];
				values = [];
			};
			for (let i = 0; i < batch.selected; i++) {
				const row = selection[i] ?? 0;
				const items = isNullAt(array, row) ? [] : itemsOf(textAt(array, row), config.take, taken);
				if (typeof items === "string") {
					context.reject(batch, row, "RECORD_SCHEMA_MISMATCH", `${config.field}: ${items}`);
					continue;
				}
				if (items.length === 0 && config.empty === "leave out") {
					context.count("filtered", 1);
					continue;
				}
				split += 1;
				for (const [at, item] of items.entries()) {
					rows.push(row);
					values.push(config.indexAs === "" ? [...item] : [...item, at]);
					if (rows.length >= ROWS_PER_BATCH) flush();
				}
				if (items.length > 0) continue;
				rows.push(row);
				values.push([...nulls]);
			}
			// Other records leave than came, so those that came count as taken in.
			context.count("aggregated", split);
			flush();
		},
	};

	function madeOf(batch: RecordBatch, rows: Int32Array, values: readonly (readonly RowValue[])[]): RecordBatch {
		const n = rows.length;
		const times = (from: Float64Array) => Float64Array.from(rows, (row) => from[row] ?? 0);
		return {
			schema: output,
			length: n,
			columns: origins.flatMap(({ item, input }): readonly Column[] => {
				if (item >= 0)
					return [
						columnFrom(
							added[item]?.type ?? "json",
							values.map((row) => row[item]),
						),
					];
				const column = batch.columns[input];
				return column === undefined ? [] : [copyColumn(column, rows, n)];
			}),
			selected: n,
			keys: batch.keys === undefined ? undefined : copyColumn(batch.keys, rows, n),
			eventTimes: times(batch.eventTimes),
			ingestTimes: times(batch.ingestTimes),
			watermarks: times(batch.watermarks),
			...(batch.origin === undefined ? {} : { origin: originOf(batch.origin, rows) }),
		};
	}
};

/** Every item comes from the bytes of its record. */
function originOf({ slab, starts, ends, positionOf }: BatchOrigin, rows: Int32Array): BatchOrigin {
	return {
		slab,
		starts: rows.map((row) => starts[row] ?? 0),
		ends: rows.map((row) => ends[row] ?? 0),
		positionOf: (row) => positionOf(rows[row] ?? 0),
	};
}

function textAt(column: Column, row: number): string {
	if (column.type === "text") return column.dictionary.valueAt(column.codes[row] ?? 0);
	return column.type === "json" ? decoder.decode(column.slab.subarray(column.starts[row], column.ends[row])) : "";
}
