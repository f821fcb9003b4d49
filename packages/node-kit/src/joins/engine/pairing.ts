import { type ByteReader, type ByteWriter, type Column, type RecordBatch, select, selectionOf, withColumns } from "@weir/records";
import type { Emit, Operator, OperatorContext } from "../../operator.ts";
import { type JoinShape, joinedRows, type KeyShare, storedByKey, TimeHeap } from "../../state/index.ts";
import { type JoinConfig, rightFieldsOf } from "../fields.ts";
import { Side } from "./side.ts";

const FORMAT = 2;
const ROWS_PER_BATCH = 4_096;
const NONE = -1;

/** Config that every join of two streams has. */
interface PairingConfig extends JoinConfig {
	readonly kind: "inner" | "left" | "full";
	readonly maxRows: number;
}

/**
 * Which records belong together. A record is held once at each of its places, which are numbers; it meets those of the other side
 * that are held at certain places.
 */
export interface Matching {
	/** The places of a record. */
	placesOf(timeMs: number): readonly number[];
	/** First and last place on the other side of those that a record held at this one meets. */
	firstPartner(isLeft: boolean, place: number): number;
	lastPartner(isLeft: boolean, place: number): number;
	/** At this watermark a record that arrives for the place comes too late. */
	isLate(place: number, watermark: number): boolean;
	/** Once event time is past this nobody comes any more that a record at this place could meet. */
	leavesMs(isLeft: boolean, place: number): number;
	/** Event time of a pair or of a record that leaves alone; `timeMs` is the later one of its records. */
	resultMs(timeMs: number, place: number): number;
	/** Results come so much after the event time they bear, at most. */
	readonly waitMs: number;
	/** Columns in front of those of the records, from the place of each result. */
	leading?(places: Float64Array): readonly Column[];
}

/**
 * Joins two streams by event time: a pair leaves when the second of the two arrives, a record that found nobody when nobody can come any more. Late
 * records leave by `late` and `late_right`.
 */
export function createPairing(config: PairingConfig, context: OperatorContext, matching: Matching): Operator {
	const leftSchema = context.inputs?.left ?? context.input;
	const rightSchema = context.inputs?.right ?? { fields: [] };
	const indexIn = (schema: typeof leftSchema, name: string) => schema.fields.findIndex((field) => field.name === name);
	const schema = context.outputs.out ?? { fields: [] };
	const shape: JoinShape = {
		schema,
		keys: config.leftKeys.map((name, i) => ({ left: indexIn(leftSchema, name), right: indexIn(rightSchema, config.rightKeys[i] ?? "") })),
		right: rightFieldsOf(config, leftSchema, rightSchema).map(({ field }) => indexIn(rightSchema, field.name)),
	};
	const left = new Side(leftSchema, config.leftKeys);
	const right = new Side(rightSchema, config.rightKeys);
	/** Both sides' slots (left ones doubled, right ones doubled and one more) by the time at which each is let go. */
	const leaving = new TimeHeap();
	let arrival = 0;
	let told = Number.NEGATIVE_INFINITY;
	let late = new Int32Array(0);
	let lefts: number[] = [];
	let rights: number[] = [];
	let places: number[] = [];
	let times: number[] = [];
	let watermarks: number[] = [];

	/** What nodes behind are told is earlier by the longest wait, and so is what a record bears. */
	function add(leftSlot: number, rightSlot: number, place: number, timeMs: number, watermark: number): void {
		lefts.push(leftSlot);
		rights.push(rightSlot);
		places.push(place);
		times.push(matching.resultMs(timeMs, place));
		watermarks.push(watermark - matching.waitMs);
	}

	function flush(emit: Emit): void {
		for (let from = 0; from < lefts.length; from += ROWS_PER_BATCH) {
			const to = from + ROWS_PER_BATCH;
			const joined = joinedRows(shape, left.store, right.store, {
				left: Int32Array.from(lefts.slice(from, to)),
				right: Int32Array.from(rights.slice(from, to)),
				times: Float64Array.from(times.slice(from, to)),
				watermarks: Float64Array.from(watermarks.slice(from, to)),
			});
			const leading = matching.leading?.(Float64Array.from(places.slice(from, to)));
			emit("out", leading === undefined ? joined : withColumns(joined, schema, [...leading, ...joined.columns]));
		}
		lefts = [];
		rights = [];
		places = [];
		times = [];
		watermarks = [];
	}

	function hold(isLeft: boolean, slot: number): void {
		const side = isLeft ? left : right;
		leaving.put(matching.leavesMs(isLeft, side.placeOf(slot)), slot * 2 + (isLeft ? 0 : 1));
	}

	/** Lets the record go that would go first, alone where it found nobody and the join keeps those. */
	function letGo(watermark: number): void {
		const item = leaving.take();
		const isLeft = item % 2 === 0;
		const slot = item >> 1;
		const side = isLeft ? left : right;
		const isKept = config.kind === "full" || (config.kind === "left" && isLeft);
		if (isKept && !side.isPaired(slot)) {
			const timeMs = side.store.eventTimes[slot] ?? 0;
			add(isLeft ? slot : NONE, isLeft ? NONE : slot, side.placeOf(slot), timeMs, watermark);
		}
		side.free(slot);
	}

	/** Holds a row at those of its places that event time has not left; false: there is none. */
	function take(batch: RecordBatch, row: number, isLeft: boolean, emit: Emit): boolean {
		const timeMs = batch.eventTimes[row] ?? 0;
		const watermark = batch.watermarks[row] ?? told;
		const [own, other] = isLeft ? [left, right] : [right, left];
		const key = own.keyAt(row);
		let isHeld = false;
		for (const place of matching.placesOf(timeMs)) {
			if (matching.isLate(place, watermark)) continue;
			isHeld = true;
			const slot = own.put(row, key, place, arrival++);
			hold(isLeft, slot);
			for (const partner of other.partners(key, matching.firstPartner(isLeft, place), matching.lastPartner(isLeft, place))) {
				own.pair(slot);
				other.pair(partner);
				const [leftSlot, rightSlot] = isLeft ? [slot, partner] : [partner, slot];
				add(leftSlot, rightSlot, place, Math.max(timeMs, other.store.eventTimes[partner] ?? 0), watermark);
			}
			if (left.store.size + right.store.size <= config.maxRows) continue;
			letGo(watermark);
			context.count("expired", 1);
			// The slot of what was given up is used again by the next record.
			flush(emit);
		}
		return isHeld;
	}

	function write(writer: ByteWriter, share: KeyShare | undefined): void {
		const items = leaving.inOrder().map(([, item]) => item);
		writer.f64(told).f64(arrival);
		for (const side of [left, right]) {
			const slots = items.filter((item) => (item % 2 === 0) === (side === left)).map((item) => item >> 1);
			const own = share === undefined ? slots : side.ownOf(slots, share);
			side.write(
				writer,
				[...own].sort((a, b) => side.arrivalOf(a) - side.arrivalOf(b)),
			);
		}
	}

	function read(reader: ByteReader): void {
		told = Math.max(told, reader.f64());
		const before = arrival;
		arrival += reader.f64();
		const held = [left, right].flatMap((side) => Array.from(side.read(reader, before), (slot) => ({ side, slot })));
		held.sort((a, b) => a.side.arrivalOf(a.slot) - b.side.arrivalOf(b.slot));
		for (const { side, slot } of held) hold(side === left, slot);
	}

	return {
		watermarkDelayMs: matching.waitMs,
		onBatch(batch, emit, port) {
			const isLeft = port !== "right";
			const own = isLeft ? left : right;
			own.follow(batch);
			if (late.length < batch.selected) late = new Int32Array(batch.selected * 2);
			const rows = selectionOf(batch);
			let n = 0;
			for (let i = 0; i < batch.selected; i++) {
				const row = rows[i] ?? 0;
				if (!take(batch, row, isLeft, emit)) late[n++] = row;
			}
			context.count("aggregated", batch.selected - n);
			flush(emit);
			if (n === 0) return;
			context.count("late", n);
			emit(isLeft ? "late" : "late_right", select(batch, late, n));
		},
		onWatermark(watermark, emit) {
			while (leaving.size > 0 && leaving.earliest < watermark) letGo(told);
			flush(emit);
			told = watermark;
		},
		stateBytes: () => left.store.bytes + right.store.bytes + leaving.size * 100,
		...storedByKey("Join", FORMAT, { write, read }),
	};
}
