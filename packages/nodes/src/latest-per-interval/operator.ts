import type { CreateOperator, Emit } from "@weir/node-kit";
import { type KeyShare, type KeyValue, KeyValues, RowStore, readKey, storedByKey, writeKey } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, select, selectionOf } from "@weir/records";
import type { LatestPerIntervalConfig } from "./definition.ts";

const FORMAT = 1;
const ROWS_PER_BATCH = 4_096;

export const createOperator: CreateOperator<LatestPerIntervalConfig> = (config, context) => {
	const { everyMs, allowedLatenessMs: graceMs } = config;
	const keys = new KeyValues(context.input, config.keys);
	const isLatest = config.keep === "latest";
	const store = new RowStore(context.input);
	/** Start of each open interval → the slot of each key's record. */
	const open = new Map<number, Map<KeyValue, number>>();
	let told = Number.NEGATIVE_INFINITY;
	let late = new Int32Array(0);

	/** Event time of a record that leaves is the last millisecond of its interval, as of a window's result. */
	function close(start: number, slotOf: ReadonlyMap<KeyValue, number>, emit: Emit): void {
		const slots = Int32Array.from(slotOf.values());
		for (let from = 0; from < slots.length; from += ROWS_PER_BATCH) {
			const part = slots.subarray(from, from + ROWS_PER_BATCH);
			emit("out", store.batchOf(part, part.length, told, new Float64Array(part.length).fill(start + everyMs - 1)));
		}
		for (const slot of slots) store.free(slot);
	}

	function take(row: number, timeMs: number): void {
		const start = Math.floor(timeMs / everyMs) * everyMs;
		let interval = open.get(start);
		if (interval === undefined) {
			interval = new Map();
			open.set(start, interval);
		}
		const key = keys.at(row);
		const known = interval.get(key);
		if (known !== undefined) {
			const heldMs = store.eventTimes[known] ?? 0;
			if (isLatest ? timeMs < heldMs : timeMs >= heldMs) return;
			store.free(known);
		}
		interval.set(key, store.put(row));
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		writer.f64(told).u32(open.size);
		const slots: number[] = [];
		for (const [start, interval] of open) {
			const own = [...interval].filter(([key]) => share === undefined || share.owns(key));
			writer.f64(start).u32(own.length);
			for (const [key, slot] of own) {
				writeKey(writer, key);
				slots.push(slot);
			}
		}
		store.write(writer, Int32Array.from(slots));
	}

	function read(reader: ByteReader): void {
		told = Math.max(told, reader.f64());
		const held: { interval: Map<KeyValue, number>; key: KeyValue }[] = [];
		for (let intervals = reader.u32(); intervals > 0; intervals--) {
			const start = reader.f64();
			const interval = open.get(start) ?? new Map<KeyValue, number>();
			open.set(start, interval);
			for (let left = reader.u32(); left > 0; left--) held.push({ interval, key: readKey(reader) });
		}
		const slots = store.read(reader);
		held.forEach(({ interval, key }, i) => {
			interval.set(key, slots[i] ?? 0);
		});
	}

	return {
		watermarkDelayMs: graceMs,
		onBatch(batch, emit) {
			keys.follow(batch.columns);
			store.follow(batch);
			if (late.length < batch.selected) late = new Int32Array(batch.selected * 2);
			const rows = selectionOf(batch);
			let n = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				const timeMs = batch.eventTimes[row] ?? 0;
				const endMs = Math.floor(timeMs / everyMs) * everyMs + everyMs;
				if ((batch.watermarks[row] ?? Number.NEGATIVE_INFINITY) >= endMs + graceMs) late[n++] = row;
				else take(row, timeMs);
			}
			context.count("aggregated", batch.selected - n);
			if (n === 0) return;
			context.count("late", n);
			emit("late", select(batch, late, n));
		},
		onWatermark(watermark, emit) {
			const due = [...open.keys()].filter((start) => start + everyMs + graceMs <= watermark).sort((a, b) => a - b);
			for (const start of due) {
				const interval = open.get(start);
				open.delete(start);
				if (interval !== undefined) close(start, interval, emit);
			}
			told = watermark - graceMs;
		},
		stateBytes: () => store.bytes,
		...storedByKey("Latest per interval", FORMAT, { write, read }),
	};
};
