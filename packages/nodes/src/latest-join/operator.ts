import type { CreateOperator, Emit } from "@weir/node-kit";
import { rightFieldsOf } from "@weir/node-kit/joins";
import { type JoinShape, joinedRows, type KeyShare, type KeyValue, KeyValues, RowStore, storedByKey, TimeHeap } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, type RecordBatch, select, selectionOf } from "@weir/records";
import type { LatestJoinConfig } from "./definition.ts";
import { Versions } from "./versions.ts";

const FORMAT = 1;
const ROWS_PER_BATCH = 4_096;
const NONE = -1;

export const createOperator: CreateOperator<LatestJoinConfig> = (config, context) => {
	const leftSchema = context.inputs?.left ?? context.input;
	const rightSchema = context.inputs?.right ?? { fields: [] };
	const indexIn = (schema: typeof leftSchema, name: string) => schema.fields.findIndex((field) => field.name === name);
	const shape: JoinShape = {
		schema: context.outputs.out ?? { fields: [] },
		keys: config.leftKeys.map((name, i) => ({ left: indexIn(leftSchema, name), right: indexIn(rightSchema, config.rightKeys[i] ?? "") })),
		right: rightFieldsOf(config, leftSchema, rightSchema).map(({ field }) => indexIn(rightSchema, field.name)),
	};
	const versions = new Versions(rightSchema, config.rightKeys, config);
	const keys = new KeyValues(leftSchema, config.leftKeys);
	/** Left records until event time has passed them. */
	const waiting = new TimeHeap();
	const left = new RowStore(leftSchema);
	/** By slot; undefined: null equals nothing. */
	const keyOf: (KeyValue | undefined)[] = [];
	let told = Number.NEGATIVE_INFINITY;

	/** Lets waiting records that happened before `untilMs` go, earliest first, at most so many. */
	function release(untilMs: number, most: number, emit: Emit): void {
		const slots: number[] = [];
		const values: number[] = [];
		for (let n = 0; n < most && waiting.size > 0 && waiting.earliest < untilMs; n++) {
			const slot = waiting.take();
			const key = keyOf[slot];
			const value = key === undefined ? NONE : versions.at(key, left.eventTimes[slot] ?? 0);
			left.free(slot);
			if (value === NONE && config.kind === "inner") continue;
			slots.push(slot);
			values.push(value);
		}
		if (slots.length === 0) return;
		const pairs = {
			left: Int32Array.from(slots),
			right: Int32Array.from(values),
			times: Float64Array.from(slots, (slot) => left.eventTimes[slot] ?? 0),
			watermarks: new Float64Array(slots.length).fill(told),
		};
		emit("out", joinedRows(shape, left, versions.store, pairs));
	}

	function takeRight(batch: RecordBatch): void {
		versions.follow(batch);
		const rows = selectionOf(batch);
		let expired = 0;
		for (let i = 0; i < batch.selected; i++) expired += versions.put(rows[i] ?? 0, told);
		context.count("aggregated", batch.selected);
		if (expired > 0) context.count("expired", expired);
	}

	function takeLeft(batch: RecordBatch, emit: Emit): void {
		left.follow(batch);
		keys.follow(batch.columns);
		const rows = selectionOf(batch);
		const late = new Int32Array(batch.selected);
		let n = 0;
		for (let i = 0; i < batch.selected; i++) {
			const row = rows[i] ?? 0;
			const timeMs = batch.eventTimes[row] ?? 0;
			if (timeMs < (batch.watermarks[row] ?? Number.NEGATIVE_INFINITY)) {
				late[n++] = row;
				continue;
			}
			const slot = left.put(row);
			keyOf[slot] = keys.hasNull(row) ? undefined : keys.at(row);
			waiting.put(timeMs, slot);
			if (waiting.size <= config.maxWaiting) continue;
			release(Number.POSITIVE_INFINITY, 1, emit);
			context.count("expired", 1);
		}
		context.count("aggregated", batch.selected - n);
		if (n === 0) return;
		context.count("late", n);
		emit("late", select(batch, late, n));
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		writer.f64(told);
		versions.write(writer, share);
		const slots = Int32Array.from(waiting.inOrder(), ([, slot]) => slot);
		keys.follow(left.columnsOf(slots, slots.length));
		left.write(
			writer,
			slots.filter((_slot, i) => share === undefined || share.owns(keys.at(i))),
		);
	}

	function read(reader: ByteReader): void {
		told = Math.max(told, reader.f64());
		versions.read(reader);
		const slots = left.read(reader);
		keys.follow(left.columnsOf(slots, slots.length));
		slots.forEach((slot, i) => {
			keyOf[slot] = keys.hasNull(i) ? undefined : keys.at(i);
			waiting.put(left.eventTimes[slot] ?? 0, slot);
		});
	}

	return {
		onBatch(batch, emit, port) {
			if (port === "right") takeRight(batch);
			else takeLeft(batch, emit);
		},
		onWatermark(watermark, emit) {
			while (waiting.size > 0 && waiting.earliest < watermark) release(watermark, ROWS_PER_BATCH, emit);
			told = watermark;
			versions.tidy(watermark);
		},
		stateBytes: () => left.bytes + versions.store.bytes,
		...storedByKey("Latest join", FORMAT, { write, read }),
	};
};
