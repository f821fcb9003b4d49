import type { ByteReader, ByteWriter } from "@weir/records";
import { Marks } from "./marks.ts";
import type { WindowShape } from "./spans.ts";

/** When windows speak. */
export interface Telling {
	/** How long after its end a window still takes records. */
	readonly graceMs: number;
	/** Speaks at its end, and once more when a late record has changed it; else it waits for late records before it speaks. */
	readonly corrects: boolean;
	/** Speaks before its end: after so many records of a group. */
	readonly earlyRecords?: number | undefined;
	/** Speaks before its end: each time event time has gone so far on. */
	readonly earlyMs?: number | undefined;
}

/** One window that has records and is not closed for good. */
export class OpenWindow {
	readonly index: number;
	readonly start: number;
	readonly end: number;
	readonly #telling: Telling;
	/** Absent where every window speaks just once. */
	readonly marks: Marks | undefined;
	/** It spoke at its end. */
	isFinal = false;
	/** Event time until which it has spoken early. */
	#earlyUntil: number;

	constructor(index: number, shape: WindowShape, telling: Telling) {
		this.index = index;
		this.start = shape.spans.startOf(index);
		this.end = shape.spans.startOf(index + shape.pieces);
		this.#telling = telling;
		this.#earlyUntil = this.start;
		this.marks = hasMarks(telling) ? new Marks() : undefined;
	}

	get closesAt(): number {
		return this.end + this.#telling.graceMs;
	}

	get finalAt(): number {
		return this.#telling.corrects ? this.end : this.closesAt;
	}

	get #earlyAt(): number {
		const { earlyMs } = this.#telling;
		return earlyMs === undefined ? Number.POSITIVE_INFINITY : this.#earlyUntil + earlyMs;
	}

	/** The watermark at which there is something to do. */
	get dueAt(): number {
		if (!this.isFinal) return Math.min(this.finalAt, this.#earlyAt);
		return this.marks?.hasChanged === true ? Number.NEGATIVE_INFINITY : this.closesAt;
	}

	/** Whether it shall speak early at this watermark; notes that it has. */
	isEarly(watermark: number): boolean {
		const { earlyMs } = this.#telling;
		if (earlyMs === undefined || watermark < this.#earlyAt) return false;
		this.#earlyUntil += Math.floor((watermark - this.#earlyUntil) / earlyMs) * earlyMs;
		return true;
	}

	/** `isOwn`: of these groups alone. */
	write(writer: ByteWriter, isOwn?: (group: number) => boolean): void {
		writer
			.f64(this.index)
			.u8(this.isFinal ? 1 : 0)
			.f64(this.#earlyUntil);
		this.marks?.write(writer, isOwn);
	}

	/** Reads what `write` wrote behind the index; `groupsHere` answers other numbers of groups. */
	read(reader: ByteReader, groupsHere?: (groups: Int32Array) => Int32Array): void {
		this.isFinal = reader.u8() === 1;
		this.#earlyUntil = reader.f64();
		this.marks?.read(reader, groupsHere);
	}

	/** The same window, as it was for other groups. */
	take(other: OpenWindow): void {
		this.isFinal &&= other.isFinal;
		this.#earlyUntil = Math.min(this.#earlyUntil, other.#earlyUntil);
		if (other.marks !== undefined) this.marks?.take(other.marks);
	}
}

/** Whether a window may speak more than once. */
export function hasMarks(telling: Telling): boolean {
	return telling.corrects || telling.earlyRecords !== undefined || telling.earlyMs !== undefined;
}
