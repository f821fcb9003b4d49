import { WeirError } from "@weir/errors";
import type { CreateOperator, Emit } from "@weir/node-kit";
import { BoundedMap, type KeyShare, KeyValues, RowStore, storedByKey, TimeHeap } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, type RecordBatch, select, selectionOf } from "@weir/records";
import type { RateLimitConfig } from "./definition.ts";

const FORMAT = 1;
const ROWS_PER_BATCH = 4_096;

export const createOperator: CreateOperator<RateLimitConfig> = (config, context) => {
	const isQueue = config.over === "queue";
	const keys = new KeyValues(context.input, config.keys);
	const spacingMs = config.perMs / config.records;
	/** So far may a key be ahead of its even pace: a whole burst but one. */
	const slackMs = config.perMs - spacingMs;
	/** When the next record of each key is due at an even pace. A key whose time has passed has its whole burst again, and may be forgotten. */
	const due = new BoundedMap<number>({ most: config.maxKeys, forgetAfterMs: 0 });
	const store = new RowStore(context.input);
	const waiting = new TimeHeap();
	let told = Number.NEGATIVE_INFINITY;
	let passed = new Int32Array(0);
	let refused = new Int32Array(0);

	/** When the row may pass: at its own time or later. */
	function turnOf(batch: RecordBatch, row: number): number {
		const timeMs = (config.clock === "event" ? batch.eventTimes[row] : batch.ingestTimes[row]) ?? 0;
		const key = keys.at(row);
		const dueMs = due.get(key, Number.NEGATIVE_INFINITY) ?? Number.NEGATIVE_INFINITY;
		const turnMs = Math.max(timeMs, dueMs - slackMs);
		if (turnMs > timeMs && (!isQueue || waiting.size >= config.maxQueued)) return Number.POSITIVE_INFINITY;
		const nextMs = Math.max(turnMs, dueMs) + spacingMs;
		const expired = due.set(key, nextMs, nextMs);
		if (expired > 0) context.count("expired", expired);
		const isNow = turnMs <= timeMs || turnMs <= (batch.watermarks[row] ?? Number.NEGATIVE_INFINITY);
		return isNow ? Number.NEGATIVE_INFINITY : turnMs;
	}

	function release(untilMs: number, emit: Emit): void {
		while (waiting.size > 0 && waiting.earliest <= untilMs) {
			const slots: number[] = [];
			const times: number[] = [];
			while (waiting.size > 0 && waiting.earliest <= untilMs && slots.length < ROWS_PER_BATCH) {
				times.push(waiting.earliest);
				slots.push(waiting.take());
			}
			emit("out", store.batchOf(Int32Array.from(slots), slots.length, told, Float64Array.from(times)));
			for (const slot of slots) store.free(slot);
		}
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		writer.f64(told);
		due.write(writer, (timeMs) => writer.f64(timeMs), share);
		const inOrder = waiting.inOrder();
		const slots = Int32Array.from(inOrder, ([, slot]) => slot);
		keys.follow(store.columnsOf(slots, slots.length));
		const own = inOrder.filter((_waiting, i) => share === undefined || share.owns(keys.at(i)));
		writer.array(Float64Array.from(own, ([timeMs]) => timeMs));
		store.write(
			writer,
			Int32Array.from(own, ([, slot]) => slot),
		);
	}

	function read(reader: ByteReader): void {
		told = Math.max(told, reader.f64());
		due.read(reader, () => reader.f64());
		const times = reader.float64Array();
		const slots = store.read(reader);
		if (slots.length !== times.length) throw new WeirError("STATE_CORRUPT", "A stored queue has lost records.");
		slots.forEach((slot, i) => {
			waiting.put(times[i] ?? 0, slot);
		});
	}

	return {
		onBatch(batch, emit) {
			const n = batch.selected;
			keys.follow(batch.columns);
			if (isQueue) store.follow(batch);
			if (passed.length < n) {
				passed = new Int32Array(n * 2);
				refused = new Int32Array(n * 2);
			}
			const rows = selectionOf(batch);
			let out = 0;
			let over = 0;
			for (let i = 0; i < n; i++) {
				const row = rows[i] ?? 0;
				const turnMs = turnOf(batch, row);
				if (turnMs === Number.NEGATIVE_INFINITY) passed[out++] = row;
				else if (turnMs === Number.POSITIVE_INFINITY) refused[over++] = row;
				else waiting.put(turnMs, store.put(row));
			}
			context.count("filtered", over);
			if (isQueue) context.count("aggregated", n - over);
			if (over > 0) emit("rejected", select(batch, refused, over));
			if (out > 0) emit("out", out === n ? batch : select(batch, passed, out));
		},
		onWatermark(watermark, emit) {
			release(watermark, emit);
			told = watermark;
			if (config.clock === "event") due.tidy(watermark);
		},
		stateBytes: () => store.bytes + due.size * 100,
		...storedByKey("Rate limit", FORMAT, { write, read }),
	};
};
