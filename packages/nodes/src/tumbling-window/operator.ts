import { WeirError } from "@weir/errors";
import type { CreateOperator, Emit } from "@weir/node-kit";
import { ByteReader, ByteWriter, type Column, createDictionary, keyTextAt, type RecordBatch, select, selectionOf } from "@weir/records";
import { createAccumulator, SlotMemory, widthOf } from "./accumulators.ts";
import type { TumblingWindowConfig } from "./definition.ts";
import { Panes } from "./panes.ts";
import type { WindowPanes } from "./window-panes.ts";

const FORMAT = 1;
const ROWS_PER_BATCH = 4_096;

export const createOperator: CreateOperator<TumblingWindowConfig> = (config, context) => {
	const { sizeMs, allowedLatenessMs: graceMs } = config;
	const fields = context.input.fields;
	const output = context.outputs.out ?? { fields: [] };
	const indexOf = (name: string) => fields.findIndex((field) => field.name === name);
	const groupIndexes = config.groupBy.map(indexOf);
	const valueIndexes = config.aggregates.map((aggregate) => (aggregate.field === "" ? -1 : indexOf(aggregate.field)));
	const widths = config.aggregates.map((aggregate) => widthOf(aggregate.function));
	const offsets = widths.map((_width, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 0));
	const memory = new SlotMemory(widths.reduce((sum, width) => sum + width, 0));
	const panes = new Panes(
		sizeMs,
		graceMs,
		groupIndexes.map((index) => fields[index]?.type ?? "text"),
		config.aggregates.map((aggregate, i) =>
			createAccumulator(aggregate.function, fields[valueIndexes[i] ?? -1]?.type ?? "number", memory, offsets[i] ?? 0),
		),
		memory,
	);
	let watermark = Number.NEGATIVE_INFINITY;

	/** Event time of a result is the last millisecond of its window, so that it falls into the same window of a node behind. */
	function resultsOf(window: WindowPanes, slots: Int32Array): RecordBatch {
		const n = slots.length;
		const { groups, aggregates } = panes.results(slots);
		const times = (value: number): Float64Array => new Float64Array(n).fill(value);
		return {
			schema: output,
			length: n,
			columns: [
				{ type: "timestamp", values: times(window.start) },
				{ type: "timestamp", values: times(window.start + sizeMs) },
				...groups,
				...aggregates,
			],
			selected: n,
			keys: keysOf(groups, n),
			eventTimes: times(window.start + sizeMs - 1),
			ingestTimes: times(window.ingestTimeMs),
			// What nodes behind have been told so far: no result is late for them.
			watermarks: times(watermark - graceMs),
		};
	}

	function fire(window: WindowPanes, emit: Emit): void {
		for (let from = 0; from < window.size; from += ROWS_PER_BATCH) {
			emit("out", resultsOf(window, window.slots.slice(from, from + ROWS_PER_BATCH)));
		}
		panes.close(window);
	}

	return {
		watermarkDelayMs: graceMs,
		onBatch(batch, emit) {
			const groupColumns = groupIndexes.flatMap((index) => batch.columns[index] ?? []);
			const late = panes.add(
				batch,
				selectionOf(batch),
				groupColumns,
				valueIndexes.map((index) => batch.columns[index]),
			);
			context.count("aggregated", batch.selected - late);
			if (late === 0) return;
			context.count("late", late);
			emit("late", select(batch, panes.late, late));
		},
		onWatermark(next, emit) {
			for (const window of panes.due(next)) fire(window, emit);
			watermark = next;
			panes.tidy();
		},
		snapshot() {
			const writer = new ByteWriter().u8(FORMAT).f64(watermark).f64(sizeMs);
			panes.write(writer);
			return writer.finish();
		},
		restore(snapshot) {
			const reader = new ByteReader(snapshot);
			if (reader.u8() !== FORMAT) throw new WeirError("STATE_CORRUPT", "The stored state of a Tumbling window has an unknown format.");
			watermark = reader.f64();
			if (reader.f64() !== sizeMs) {
				throw new WeirError("STATE_CORRUPT", "The stored windows have another length; deploy the flow with this node's state reset.");
			}
			panes.read(reader);
		},
	};
};

/** The record key of a result is its group. */
function keysOf(groups: readonly Column[], n: number): Column | undefined {
	if (groups.length < 2) return groups[0];
	const dictionary = createDictionary();
	return { type: "text", codes: Int32Array.from({ length: n }, (_, row) => dictionary.codeOf(keyTextAt(groups, row))), dictionary };
}
