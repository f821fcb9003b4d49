import { WeirError } from "@weir/errors";
import type { BatchReader, ReadFailure } from "@weir/formats";
import { countRecords, FRAME_HEADER_BYTES, RECORD_HEADER_BYTES, type RecordBatch, readFrameHeader, visitRecords } from "@weir/records";
import type { Entry, StreamRef } from "./ports.ts";
import type { Deliver, InputContext, TaskInput } from "./task-input.ts";
import { placeKey } from "./task-name.ts";
import type { InputState } from "./task-state.ts";
import type { InputTime } from "./watermark-merge.ts";

const decoder = new TextDecoder();

export interface SourceTiming {
	readonly maxDisorderMs: number;
	readonly idleAfterMs: number;
}

export interface SourceParts {
	readonly stream: StreamRef;
	readonly partition: number;
	readonly generation: number;
	readonly isEarlier: boolean;
	/** Inputs of older generations of the stream, which come first. */
	readonly older: readonly SourceInput[];
	/** Which records are the task's, where others are not. */
	readonly owns?: (key: string) => boolean;
	readonly position: string;
	readonly timing: SourceTiming;
	readonly batchRows: number;
	readonly deliver: Deliver;
	/** Makes the reader; `setAside` is told of each record that became no row. */
	createReader(setAside: (failure: ReadFailure) => void): BatchReader;
	setAside(failure: ReadFailure): void;
	/** Rows read, those set aside among them. */
	count(rows: number): void;
}

/** One partition of an endpoint's raw records. */
export class SourceInput implements TaskInput {
	readonly place: string;
	readonly stream: StreamRef;
	readonly partition: number;
	readonly times: readonly InputTime[];
	position: string;
	records: number;
	isEnded: boolean;
	drainTo: string | undefined;
	sealedAt: string | undefined;
	readonly generation: number;
	readonly isEarlier: boolean;
	readonly #parts: SourceParts;
	readonly #time: InputTime;
	readonly #reader: BatchReader;
	#greatest: number;
	#failures = 0;
	#atEndSinceMs: number | undefined;
	#offset = 0;
	/** Of entries that hold records of others: the numbers of those that are the task's. */
	#kept = new Map<string, readonly number[]>();
	#hasPassed = false;

	constructor(parts: SourceParts, state: InputState | undefined) {
		this.#parts = parts;
		this.stream = parts.stream;
		this.partition = parts.partition;
		this.generation = parts.generation;
		this.isEarlier = parts.isEarlier;
		this.place = placeKey(parts.stream, parts.partition);
		this.position = parts.position;
		this.records = state?.records ?? 0;
		this.isEnded = state?.isEnded ?? false;
		this.drainTo = state?.drainTo;
		this.#greatest = state?.greatest ?? Number.NEGATIVE_INFINITY;
		this.#time = { watermark: this.#greatest - parts.timing.maxDisorderMs, isIdle: state?.isIdle ?? parts.older.length > 0 };
		if (this.isEnded) this.#time.watermark = Number.POSITIVE_INFINITY;
		this.times = [this.#time];
		this.#reader = parts.createReader((failure) => {
			this.#failures += 1;
			parts.setAside({ ...failure, position: this.#placeOf(failure.position, this.#offset, this.#kept) });
		});
	}

	get isResting(): boolean {
		return this.#hasPassed || this.#parts.older.some((one) => !one.#hasPassed && !one.isEnded);
	}

	pass(): void {
		this.#hasPassed = true;
		this.#time.isIdle = true;
	}

	take(entries: readonly Entry[], context: InputContext): void {
		if (entries.length === 0) return;
		this.#time.isIdle = false;
		this.#atEndSinceMs = undefined;
		for (const entry of entries) {
			this.#add(this.#own(entry), context);
			this.position = entry.id;
			if (this.#reader.rows >= this.#parts.batchRows) this.#flush(context);
		}
		this.#flush(context);
	}

	recordsIn(entry: Entry): number {
		return countRecords(entry.frame);
	}

	takeRecords(entry: Entry, from: number, to: number, context: InputContext): void {
		if (to <= from) return;
		this.#time.isIdle = false;
		this.#offset = from;
		try {
			const records = entry.frame.subarray(recordAt(entry.frame, from).start, recordAt(entry.frame, to - 1).end);
			const frame = new Uint8Array(FRAME_HEADER_BYTES + records.length);
			frame.set(entry.frame.subarray(0, FRAME_HEADER_BYTES));
			frame.set(records, FRAME_HEADER_BYTES);
			this.#add(this.#own({ id: entry.id, frame }), context);
			this.#flush(context);
		} finally {
			this.#offset = 0;
		}
	}

	refuseRecord(entry: Entry, index: number, reason: string): void {
		const { key, payload, end } = recordAt(entry.frame, index);
		if (this.#parts.owns?.(key) === false) return;
		this.records += 1;
		this.#parts.count(1);
		this.#parts.setAside({
			code: "RECORD_POISONOUS",
			reason,
			raw: entry.frame.slice(payload, end),
			position: `${this.place}/${entry.id}#${index}`,
			key,
			ingestTimeMs: readFrameHeader(entry.frame).ingestTimeMs,
		});
	}

	finish(entry: Entry): void {
		this.position = entry.id;
	}

	rest(nowMs: number): boolean {
		this.#atEndSinceMs ??= nowMs;
		if (this.#time.isIdle || nowMs - this.#atEndSinceMs < this.#parts.timing.idleAfterMs) return false;
		this.#time.isIdle = true;
		return true;
	}

	end(): void {
		this.isEnded = true;
		this.#time.watermark = Number.POSITIVE_INFINITY;
		this.#time.isIdle = false;
	}

	state(): InputState {
		const { records, isEnded, drainTo } = this;
		return { records, greatest: this.#greatest, isIdle: this.#time.isIdle, isEnded, drainTo, producers: new Map() };
	}

	/** The entry with the task's records alone. */
	#own(entry: Entry): Entry {
		const { owns } = this.#parts;
		if (owns === undefined) return entry;
		const pieces: Uint8Array[] = [entry.frame.subarray(0, FRAME_HEADER_BYTES)];
		const kept: number[] = [];
		let records = 0;
		visitRecords(entry.frame, (index, keyStart, topicStart, _payload, end) => {
			records += 1;
			if (!owns(decoder.decode(entry.frame.subarray(keyStart, topicStart)))) return;
			kept.push(index);
			pieces.push(entry.frame.subarray(keyStart - RECORD_HEADER_BYTES, end));
		});
		if (kept.length === records) return entry;
		this.#kept.set(`${this.place}/${entry.id}`, kept);
		return { id: entry.id, frame: Buffer.concat(pieces) };
	}

	/** A position by the numbers that records have in the stream. */
	#placeOf(position: string, offset: number, kept: ReadonlyMap<string, readonly number[]>): string {
		if (offset === 0 && kept.size === 0) return position;
		const hash = position.lastIndexOf("#");
		const index = Number(position.slice(hash + 1));
		return `${position.slice(0, hash)}#${(kept.get(position.slice(0, hash))?.[index] ?? index) + offset}`;
	}

	/** Rows of an entry are judged by the watermark in force when the entry is reached: the entry is the unit of progress. */
	#add(entry: Entry, context: InputContext): void {
		this.#failures = 0;
		const added = this.#reader.add(entry.frame, `${this.place}/${entry.id}`, context.watermark());
		this.records += added.records;
		this.#parts.count(added.endRow - added.firstRow + this.#failures);
		if (added.maxEventTimeMs > this.#greatest) {
			this.#greatest = added.maxEventTimeMs;
			this.#time.watermark = this.#greatest - this.#parts.timing.maxDisorderMs;
			context.look();
		}
	}

	#flush(context: InputContext): void {
		if (this.#reader.rows > 0) {
			const batch = this.#reader.batch();
			const [offset, kept] = [this.#offset, this.#kept];
			const isAsRead = offset === 0 && kept.size === 0;
			this.#parts.deliver(isAsRead ? batch : withOrigin(batch, (position) => this.#placeOf(position, offset, kept)));
		}
		if (this.#kept.size > 0) this.#kept = new Map();
		this.#reader.clear();
		context.advance();
	}
}

function withOrigin(batch: RecordBatch, placeOf: (position: string) => string): RecordBatch {
	const { origin } = batch;
	return origin === undefined ? batch : { ...batch, origin: { ...origin, positionOf: (row) => placeOf(origin.positionOf(row)) } };
}

interface PackedRecord {
	readonly start: number;
	readonly payload: number;
	readonly end: number;
	readonly key: string;
}

function recordAt(frame: Uint8Array, wanted: number): PackedRecord {
	let found: PackedRecord | undefined;
	visitRecords(frame, (index, keyStart, topicStart, payload, end) => {
		if (index === wanted)
			found = { start: keyStart - RECORD_HEADER_BYTES, payload, end, key: decoder.decode(frame.subarray(keyStart, topicStart)) };
	});
	if (found === undefined) throw new WeirError("INVARIANT_BROKEN", `An entry has no record ${wanted}.`);
	return found;
}
