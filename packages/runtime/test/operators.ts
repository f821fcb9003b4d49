import type { Operator, OperatorContext, OperatorModule, OperatorRegistry, SinkOperator } from "@weir/node-kit";
import { aBatch, ByteReader, ByteWriter, type RecordBatch, rowAsJson, rowAt, select, selectionOf, valueAt } from "@weir/records";

const encoder = new TextEncoder();

/** Passes rows whose `litres` is at least the limit; a row with `litres` 13 makes it throw. */
function createPass(config: { readonly atLeast: number; readonly explodes?: boolean }, context: OperatorContext): Operator {
	return {
		onBatch(batch, emit) {
			const column = batch.columns[batch.schema.fields.findIndex((field) => field.name === "litres")];
			const rows = selectionOf(batch);
			const kept = new Int32Array(batch.selected);
			let n = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				const litres = column === undefined ? 0 : Number(valueAt(column, row));
				if (config.explodes === true && litres === 13) throw new TypeError("a pump that cannot be");
				if (litres >= config.atLeast) kept[n++] = row;
			}
			context.count("filtered", batch.selected - n);
			emit("out", select(batch, kept, n));
		},
	};
}

/** Litres per pump and minute of event time. */
function createPerMinute(config: { readonly key: string }, context: OperatorContext): Operator {
	const sums = new Map<string, { end: number; key: string; litres: number }>();
	let passed = Number.NEGATIVE_INFINITY;
	return {
		onBatch(batch, emit) {
			const rows = selectionOf(batch);
			const late = new Int32Array(batch.selected);
			let lateRows = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				const end = (Math.floor((batch.eventTimes[row] ?? 0) / 60_000) + 1) * 60_000;
				if ((batch.watermarks[row] ?? 0) >= end) {
					late[lateRows++] = row;
					continue;
				}
				const values = rowAt(batch, row);
				const key = String(values[config.key]);
				const sum = sums.get(`${end}/${key}`) ?? { end, key, litres: 0 };
				sum.litres += Number(values.litres);
				sums.set(`${end}/${key}`, sum);
				context.count("aggregated", 1);
			}
			context.count("late", lateRows);
			emit("late", select(batch, late, lateRows));
		},
		onWatermark(watermark, emit) {
			const due = [...sums.entries()].filter(([, sum]) => sum.end <= watermark).sort(([a], [b]) => (a < b ? -1 : 1));
			for (const [name] of due) sums.delete(name);
			if (due.length > 0) {
				const schema = context.outputs.out ?? context.input;
				const rows = due.map(([, { end, key, litres }]) => ({ [config.key]: key, litres, minute: end }));
				emit("out", aBatch(schema, rows, { times: due.map(([, { end }]) => end - 1), watermark: passed }));
			}
			passed = watermark;
		},
		snapshot() {
			const writer = new ByteWriter().f64(passed).u32(sums.size);
			for (const { end, key, litres } of sums.values()) writer.f64(end).text(key).f64(litres);
			return writer.finish();
		},
		restore(snapshot) {
			const reader = new ByteReader(snapshot);
			passed = reader.f64();
			for (let left = reader.u32(); left > 0; left--) {
				const sum = { end: reader.f64(), key: reader.text(), litres: reader.f64() };
				sums.set(`${sum.end}/${sum.key}`, sum);
			}
		},
	};
}

/** Writes rows as JSON to the capped list `rows`. */
function createList(): SinkOperator<{ appendCapped(name: string, entries: readonly Uint8Array[], keep: number): void }> {
	let waiting: Uint8Array[] = [];
	return {
		onBatch(batch: RecordBatch) {
			const rows = selectionOf(batch);
			for (let i = 0; i < batch.selected; i++) waiting.push(encoder.encode(rowAsJson(batch, rows[i] ?? 0)));
		},
		pending: () => ({ rows: waiting.length, bytes: waiting.reduce((sum, entry) => sum + entry.length, 0) }),
		async write(medium) {
			medium.appendCapped("rows", waiting, 100_000);
			waiting = [];
		},
	};
}

/** Operators for tests of the runtime, which knows no node type by name. */
export const TEST_OPERATORS: OperatorRegistry = new Map<string, () => Promise<OperatorModule>>([
	["pass", async () => ({ createOperator: createPass })],
	["per-minute", async () => ({ createOperator: createPerMinute })],
	["list", async () => ({ createSink: createList })],
] as [string, () => Promise<OperatorModule>][]);
