import type { Emit, Operator, OperatorContext } from "@weir/node-kit";
import { type KeyShare, type KeyValue, KeyValues, RowStore, readKey, storedByKey, TimeHeap, writeKey } from "@weir/node-kit/state";
import { type ByteReader, type ByteWriter, type RecordBatch, select, selectionOf } from "@weir/records";
import type { DedupConfig } from "./definition.ts";

const FORMAT = 1;
const ROWS_PER_BATCH = 4_096;

/** Equal records less than the horizon from the first of them, of which the latest is held. */
interface Group {
	readonly key: KeyValue;
	readonly startMs: number;
	slot: number;
}

/** Holds the latest of equal records and lets it through when the horizon is over. */
export function keepLast(config: DedupConfig, context: OperatorContext): Operator {
	const { horizonMs } = config;
	const keys = new KeyValues(context.input, config.keys);
	const byKey = new Map<KeyValue, number[]>();
	/** By number; those that have left are undefined, and their numbers are used again. */
	const groups: (Group | undefined)[] = [];
	const free: number[] = [];
	const leaving = new TimeHeap();
	const store = new RowStore(context.input);
	let told = Number.NEGATIVE_INFINITY;

	function open(group: Group): void {
		const number = free.pop() ?? groups.length;
		groups[number] = group;
		const own = byKey.get(group.key);
		if (own === undefined) byKey.set(group.key, [number]);
		else own.push(number);
		leaving.put(group.startMs + horizonMs, number);
	}

	/** Lets the groups go whose horizon is over by `untilMs`, at most so many. */
	function release(untilMs: number, most: number, emit: Emit): void {
		const slots: number[] = [];
		const times: number[] = [];
		while (slots.length < most && leaving.size > 0 && leaving.earliest <= untilMs) {
			const number = leaving.take();
			const group = groups[number];
			if (group === undefined) continue;
			groups[number] = undefined;
			free.push(number);
			const own = byKey.get(group.key) ?? [];
			own.splice(own.indexOf(number), 1);
			if (own.length === 0) byKey.delete(group.key);
			slots.push(group.slot);
			// The last millisecond of the horizon, as of a window's result.
			times.push(group.startMs + horizonMs - 1);
		}
		if (slots.length === 0) return;
		emit("out", store.batchOf(Int32Array.from(slots), slots.length, told, Float64Array.from(times)));
		for (const slot of slots) store.free(slot);
	}

	/** Takes a repeat into its group; the one of the two that is not kept leaves as a duplicate. */
	function meet(group: Group, batch: RecordBatch, row: number, emit: Emit): void {
		context.count("duplicate", 1);
		if ((batch.eventTimes[row] ?? 0) < (store.eventTimes[group.slot] ?? 0)) {
			emit("duplicate", select(batch, Int32Array.of(row), 1));
			return;
		}
		emit("duplicate", store.batchOf(Int32Array.of(group.slot), 1, batch.watermarks[row] ?? told));
		store.free(group.slot);
		group.slot = store.put(row);
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		const inOrder = leaving
			.inOrder()
			.flatMap(([, number]) => groups[number] ?? [])
			.filter(({ key }) => share === undefined || share.owns(key));
		writer.f64(told).u32(inOrder.length);
		for (const { key, startMs } of inOrder) {
			writeKey(writer, key);
			writer.f64(startMs);
		}
		store.write(
			writer,
			Int32Array.from(inOrder, ({ slot }) => slot),
		);
	}

	function read(reader: ByteReader): void {
		told = Math.max(told, reader.f64());
		const held: { key: KeyValue; startMs: number }[] = [];
		for (let left = reader.u32(); left > 0; left--) held.push({ key: readKey(reader), startMs: reader.f64() });
		const slots = store.read(reader);
		held.forEach((group, i) => {
			open({ ...group, slot: slots[i] ?? 0 });
		});
	}

	return {
		onBatch(batch, emit) {
			keys.follow(batch.columns);
			store.follow(batch);
			const rows = selectionOf(batch);
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				if (keys.hasNull(row)) {
					// Of nobody's group: it is taken in and leaves at once.
					context.count("aggregated", 1);
					emit("out", select(batch, Int32Array.of(row), 1));
					continue;
				}
				const key = keys.at(row);
				const timeMs = batch.eventTimes[row] ?? 0;
				const known = byKey.get(key)?.find((number) => Math.abs(timeMs - (groups[number]?.startMs ?? 0)) < horizonMs);
				const group = known === undefined ? undefined : groups[known];
				if (group !== undefined) {
					meet(group, batch, row, emit);
					continue;
				}
				context.count("aggregated", 1);
				open({ key, startMs: timeMs, slot: store.put(row) });
				if (leaving.size <= config.maxKeys) continue;
				context.count("expired", 1);
				release(Number.POSITIVE_INFINITY, 1, emit);
			}
		},
		onWatermark(watermark, emit) {
			while (leaving.size > 0 && leaving.earliest <= watermark) release(watermark, ROWS_PER_BATCH, emit);
			told = watermark;
		},
		stateBytes: () => store.bytes + leaving.size * 100,
		...storedByKey("Dedup", FORMAT, { write, read }),
	};
}
