import { WeirError } from "@weir/errors";
import type { CreateOperator, Emit } from "@weir/node-kit";
import { rightFieldsOf } from "@weir/node-kit/joins";
import { type JoinShape, joinedRows, TimeHeap } from "@weir/node-kit/state";
import { ByteReader, ByteWriter, type RecordBatch, selectionOf } from "@weir/records";
import { type IntervalJoinConfig, longestWaitMs } from "./definition.ts";
import { Side } from "./side.ts";

const FORMAT = 1;
const ROWS_PER_BATCH = 4_096;
const NONE = -1;
/** Just before the end of a window: doubles of today's times have steps of a quarter of it. */
const STEP_MS = 2 ** -10;

export const createOperator: CreateOperator<IntervalJoinConfig> = (config, context) => {
	const leftSchema = context.inputs?.left ?? context.input;
	const rightSchema = context.inputs?.right ?? { fields: [] };
	const indexIn = (schema: typeof leftSchema, name: string) => schema.fields.findIndex((field) => field.name === name);
	const shape: JoinShape = {
		schema: context.outputs.out ?? { fields: [] },
		keys: config.leftKeys.map((name, i) => ({ left: indexIn(leftSchema, name), right: indexIn(rightSchema, config.rightKeys[i] ?? "") })),
		right: rightFieldsOf(config, leftSchema, rightSchema).map(({ field }) => indexIn(rightSchema, field.name)),
	};
	const left = new Side(leftSchema, config.leftKeys);
	const right = new Side(rightSchema, config.rightKeys);
	/** Both sides' slots (left ones doubled, right ones doubled and one more) by the time of the last partner each could have. */
	const leaving = new TimeHeap();
	const waitMs = longestWaitMs(config);
	let arrival = 0;
	let told = Number.NEGATIVE_INFINITY;
	let lefts: number[] = [];
	let rights: number[] = [];
	let times: number[] = [];
	let watermarks: number[] = [];

	function lastPartnerMs(isLeft: boolean, timeMs: number): number {
		if (config.match === "window") return Math.floor(timeMs / config.windowMs) * config.windowMs + config.windowMs - STEP_MS;
		return timeMs + (isLeft ? config.afterMs : config.beforeMs);
	}

	function firstPartnerMs(isLeft: boolean, timeMs: number): number {
		if (config.match === "window") return Math.floor(timeMs / config.windowMs) * config.windowMs;
		return timeMs - (isLeft ? config.beforeMs : config.afterMs);
	}

	/** What nodes behind are told is earlier by the longest wait, and so is what a record bears. */
	function add(leftSlot: number, rightSlot: number, timeMs: number, watermark: number): void {
		lefts.push(leftSlot);
		rights.push(rightSlot);
		times.push(timeMs);
		watermarks.push(watermark - waitMs);
	}

	function flush(emit: Emit): void {
		for (let from = 0; from < lefts.length; from += ROWS_PER_BATCH) {
			const to = from + ROWS_PER_BATCH;
			const pairs = {
				left: Int32Array.from(lefts.slice(from, to)),
				right: Int32Array.from(rights.slice(from, to)),
				times: Float64Array.from(times.slice(from, to)),
				watermarks: Float64Array.from(watermarks.slice(from, to)),
			};
			emit("out", joinedRows(shape, left.store, right.store, pairs));
		}
		lefts = [];
		rights = [];
		times = [];
		watermarks = [];
	}

	/** Lets the record go that would go first, alone where it found nobody and the join keeps those. */
	function letGo(watermark: number): void {
		const item = leaving.take();
		const isLeft = item % 2 === 0;
		const slot = item >> 1;
		const side = isLeft ? left : right;
		const isKept = config.kind === "full" || (config.kind === "left" && isLeft);
		if (isKept && !side.isPaired(slot)) add(isLeft ? slot : NONE, isLeft ? NONE : slot, side.store.eventTimes[slot] ?? 0, watermark);
		side.free(slot);
	}

	function take(batch: RecordBatch, row: number, isLeft: boolean, emit: Emit): void {
		const timeMs = batch.eventTimes[row] ?? 0;
		const [own, other] = isLeft ? [left, right] : [right, left];
		const key = own.keyAt(row);
		const slot = own.put(row, key, arrival++);
		leaving.put(lastPartnerMs(isLeft, timeMs), slot * 2 + (isLeft ? 0 : 1));
		for (const partner of other.partners(key, firstPartnerMs(isLeft, timeMs), lastPartnerMs(isLeft, timeMs))) {
			const partnerMs = other.store.eventTimes[partner] ?? 0;
			own.pair(slot);
			other.pair(partner);
			const [leftSlot, rightSlot] = isLeft ? [slot, partner] : [partner, slot];
			add(leftSlot, rightSlot, Math.max(timeMs, partnerMs), batch.watermarks[row] ?? told);
		}
		if (left.store.size + right.store.size <= config.maxRows) return;
		letGo(batch.watermarks[row] ?? told);
		context.count("expired", 1);
		// The slot of what was given up is used again by the next record.
		flush(emit);
	}

	return {
		watermarkDelayMs: waitMs,
		onBatch(batch, emit, port) {
			const isLeft = port !== "right";
			const own = isLeft ? left : right;
			own.follow(batch);
			const rows = selectionOf(batch);
			let late = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				if ((batch.eventTimes[row] ?? 0) < (batch.watermarks[row] ?? Number.NEGATIVE_INFINITY)) late += 1;
				else take(batch, row, isLeft, emit);
			}
			context.count("late", late);
			context.count("aggregated", batch.selected - late);
			flush(emit);
		},
		onWatermark(watermark, emit) {
			while (leaving.size > 0 && leaving.earliest < watermark) letGo(told);
			flush(emit);
			told = watermark;
		},
		stateBytes: () => left.store.bytes + right.store.bytes + leaving.size * 100,
		snapshot() {
			const items = leaving.inOrder().map(([, item]) => item);
			const slotsOf = (isLeft: boolean) => items.filter((item) => (item % 2 === 0) === isLeft).map((item) => item >> 1);
			const inArrival = (side: Side, slots: number[]) => slots.sort((a, b) => side.arrivalOf(a) - side.arrivalOf(b));
			const writer = new ByteWriter().u8(FORMAT).f64(told).f64(arrival);
			left.write(writer, inArrival(left, slotsOf(true)));
			right.write(writer, inArrival(right, slotsOf(false)));
			return writer.finish();
		},
		restore(snapshot) {
			const reader = new ByteReader(snapshot);
			if (reader.u8() !== FORMAT) throw new WeirError("STATE_CORRUPT", "The stored state of a Join node has an unknown format.");
			told = reader.f64();
			arrival = reader.f64();
			const held = [
				...Array.from({ length: left.read(reader) }, (_, slot) => ({ side: left, slot, isLeft: true })),
				...Array.from({ length: right.read(reader) }, (_, slot) => ({ side: right, slot, isLeft: false })),
			];
			held.sort((a, b) => a.side.arrivalOf(a.slot) - b.side.arrivalOf(b.slot));
			for (const { side, slot, isLeft } of held)
				leaving.put(lastPartnerMs(isLeft, side.store.eventTimes[slot] ?? 0), slot * 2 + (isLeft ? 0 : 1));
		},
	};
};
