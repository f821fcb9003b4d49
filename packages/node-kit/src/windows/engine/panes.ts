import type { ByteReader, ByteWriter, Column, RecordBatch, RecordSchema } from "@weir/records";
import type { KeyShare } from "../../state/index.ts";
import type { Aggregate } from "../aggregate.ts";
import type { Mask } from "./filters.ts";
import { hasMarks, OpenWindow, type Telling } from "./open-window.ts";
import { ByGroup, Piece } from "./piece.ts";
import { ROWS_PER_BATCH } from "./results.ts";
import { Slots } from "./slots.ts";
import type { WindowShape } from "./spans.ts";

/** Fewer changed slots than this are worth telling apart in any case. */
const MOST_CHANGED = 1_000;

/** Where rows of a batch come from. */
export interface Incoming {
	readonly batch: RecordBatch;
	/** Rows in play, and the group of each. */
	readonly rows: Int32Array;
	readonly groups: Int32Array;
	readonly columns: readonly (Column | undefined)[];
	readonly masks: readonly Mask[];
}

/** A group of a window has had so many records that it shall speak early. */
export type OnEarly = (window: OpenWindow, group: number) => void;

/** All open windows with their pieces and what was gathered in each. A record is gathered once, however many windows it lies in. */
export class Panes {
	readonly slots: Slots;
	readonly #shape: WindowShape;
	readonly #telling: Telling;
	readonly #pieces = new Map<number, Piece>();
	readonly #windows = new Map<number, OpenWindow>();
	readonly #hasMarks: boolean;
	#rows = new Int32Array(0);
	#slotsOfRows = new Int32Array(0);
	/** Rows that came after all their windows had closed; the first `lateRows` since it was set to 0. */
	late = new Int32Array(0);
	lateRows = 0;
	/** Windows that closed by this watermark take nothing any more. */
	closedUntil = Number.NEGATIVE_INFINITY;
	/** The least watermark at which a window has something to do. */
	dueAt = Number.POSITIVE_INFINITY;

	constructor(groupBy: readonly string[], aggregates: readonly Aggregate[], input: RecordSchema, shape: WindowShape, telling: Telling) {
		this.slots = new Slots(groupBy, aggregates, input);
		this.#shape = shape;
		this.#telling = telling;
		this.#hasMarks = hasMarks(telling);
	}

	/** Takes the rows `from` … `to − 1` of those in play. */
	add(incoming: Incoming, from: number, to: number, onEarly: OnEarly): void {
		const { batch, rows: selection, groups } = incoming;
		if (this.late.length < batch.selected) {
			this.#rows = new Int32Array(batch.selected * 2);
			this.#slotsOfRows = new Int32Array(batch.selected * 2);
			const late = new Int32Array(batch.selected * 2);
			late.set(this.late.subarray(0, this.lateRows));
			this.late = late;
		}
		const { eventTimes, watermarks, ingestTimes } = batch;
		const { spans } = this.#shape;
		const rows = this.#rows;
		const slots = this.#slotsOfRows;
		const { earlyRecords } = this.#telling;
		let index = 0;
		let piece: Piece | undefined;
		let start = Number.POSITIVE_INFINITY;
		let end = 0;
		let closesAt = 0;
		let windows: OpenWindow[] | undefined;
		let taken = 0;
		for (let i = from; i < to; i++) {
			const row = selection[i] as number;
			const time = eventTimes[row] as number;
			if (!(time >= start && time < end)) {
				index = spans.indexOf(time);
				start = spans.startOf(index);
				end = spans.startOf(index + 1);
				piece = this.#pieces.get(index);
				closesAt = piece?.closesAt ?? this.#closesAt(index);
				if (closesAt <= this.closedUntil) closesAt = Number.NEGATIVE_INFINITY;
				windows = undefined;
			}
			if ((watermarks[row] as number) >= closesAt) {
				this.late[this.lateRows++] = row;
				continue;
			}
			piece ??= this.#openPiece(index);
			const ingestTime = ingestTimes[row] as number;
			if (ingestTime > piece.ingestTimeMs) piece.ingestTimeMs = ingestTime;
			const group = groups[i] as number;
			let slot = piece.find(group);
			if (slot < 0) {
				slot = this.slots.take(group);
				piece.put(group, slot);
			}
			rows[taken] = row;
			slots[taken++] = slot;
			if (!this.#hasMarks) continue;
			windows ??= this.#windowsOf(index);
			for (const window of windows) {
				const since = window.marks?.note(group) ?? 0;
				if (window.isFinal) this.dueAt = Number.NEGATIVE_INFINITY;
				else if (since === earlyRecords) {
					this.slots.add(incoming.columns, incoming.masks, rows, slots, taken, eventTimes);
					taken = 0;
					onEarly(window, group);
				}
			}
		}
		this.slots.add(incoming.columns, incoming.masks, rows, slots, taken, eventTimes);
	}

	/** The first window that holds a piece is the one that begins last. */
	#lastWindowOf(index: number): number {
		return Math.floor(index / this.#shape.step) * this.#shape.step;
	}

	#closesAt(index: number): number {
		return this.#shape.spans.startOf(this.#lastWindowOf(index) + this.#shape.pieces) + this.#telling.graceMs;
	}

	/** The open windows that hold a piece, oldest first. */
	#windowsOf(index: number): OpenWindow[] {
		const { pieces, step } = this.#shape;
		const windows: OpenWindow[] = [];
		for (let at = this.#lastWindowOf(index); at > index - pieces; at -= step) {
			const window = this.#windows.get(at);
			if (window !== undefined) windows.push(window);
		}
		return windows.reverse();
	}

	#openPiece(index: number): Piece {
		const piece = new Piece(index, this.#closesAt(index));
		this.#pieces.set(index, piece);
		const { pieces, step } = this.#shape;
		for (let at = this.#lastWindowOf(index); at > index - pieces; at -= step) this.#openWindow(at);
		return piece;
	}

	/** Windows that have closed stay so, whether or not they ever had a record. */
	#openWindow(index: number): void {
		if (this.#windows.has(index)) return;
		const window = new OpenWindow(index, this.#shape, this.#telling);
		if (window.closesAt <= this.closedUntil) return;
		this.#windows.set(index, window);
		this.dueAt = Math.min(this.dueAt, window.dueAt);
	}

	/** Windows with something to do at this watermark, oldest first. */
	due(watermark: number): OpenWindow[] {
		return [...this.#windows.values()].filter((window) => watermark >= window.dueAt).sort((a, b) => a.index - b.index);
	}

	/** Forgets windows and pieces that no record can come for any more. */
	close(watermark: number): void {
		this.closedUntil = watermark;
		this.dueAt = Number.POSITIVE_INFINITY;
		for (const window of this.#windows.values()) {
			if (watermark >= window.closesAt) this.#windows.delete(window.index);
			else this.dueAt = Math.min(this.dueAt, window.dueAt);
		}
		for (const piece of this.#pieces.values()) {
			if (watermark < piece.closesAt) continue;
			this.#pieces.delete(piece.index);
			this.slots.giveBack(piece.slots);
		}
	}

	/** The pieces of a window that have records, oldest first. */
	#piecesOf(window: OpenWindow): Piece[] {
		const pieces: Piece[] = [];
		for (let k = 0; k < this.#shape.pieces; k++) {
			const piece = this.#pieces.get(window.index + k);
			if (piece !== undefined) pieces.push(piece);
		}
		return pieces;
	}

	/**
	 * Hands on slots with what a window gathered, some at a time, good during the call; `only`: just these groups. In the order in which the groups
	 * first appeared, piece by piece.
	 */
	gathered(window: OpenWindow, only: Int32Array | undefined, use: (slots: Int32Array, ingestTimeMs: number) => void): void {
		const pieces = this.#piecesOf(window);
		const ingestTimeMs = pieces.reduce((latest, piece) => Math.max(latest, piece.ingestTimeMs), Number.NEGATIVE_INFINITY);
		const [first] = pieces;
		if (first === undefined) return;
		const isWhole = this.#shape.pieces === 1;
		const all = isWhole ? slotsOf(first, only) : (only ?? this.#groupsOf(pieces));
		for (let from = 0; from < all.length; from += ROWS_PER_BATCH) {
			const some = all.slice(from, from + ROWS_PER_BATCH);
			if (isWhole) use(some, ingestTimeMs);
			else this.#merged(pieces, some, (slots) => use(slots, ingestTimeMs));
		}
	}

	#groupsOf(pieces: readonly Piece[]): Int32Array {
		const seen = new ByGroup();
		let groups = new Int32Array(64);
		let n = 0;
		for (const piece of pieces) {
			for (const slot of piece.slots) {
				const group = this.slots.groupOf(slot);
				if (seen.get(group) >= 0) continue;
				seen.set(group, 0);
				if (n === groups.length) {
					const larger = new Int32Array(n * 2);
					larger.set(groups);
					groups = larger;
				}
				groups[n++] = group;
			}
		}
		return groups.subarray(0, n);
	}

	#merged(pieces: readonly Piece[], groups: Int32Array, use: (slots: Int32Array) => void): void {
		const slots = groups.map((group) => this.slots.take(group));
		const from = new Int32Array(groups.length);
		const into = new Int32Array(groups.length);
		for (const piece of pieces) {
			let n = 0;
			for (let i = 0; i < groups.length; i++) {
				const slot = piece.find(groups[i] as number);
				if (slot < 0) continue;
				from[n] = slot;
				into[n++] = slots[i] as number;
			}
			this.slots.merge(from, into, n);
		}
		use(slots);
		this.slots.giveBack(slots);
	}

	/** Forgets groups and texts that no open window holds, when they have become many. Call between batches. */
	tidy(isStored = false): void {
		const moved = this.slots.tidy(() => this.#openSlots(), isStored);
		if (moved === undefined) return;
		for (const piece of this.#pieces.values()) piece.renumber((slot) => this.slots.groupOf(slot));
		for (const { marks } of this.#windows.values()) marks?.renumber(moved);
	}

	#openSlots(): Int32Array {
		const slots = new Int32Array(this.slots.open);
		let at = 0;
		for (const piece of this.#pieces.values()) {
			slots.set(piece.slots, at);
			at += piece.slots.length;
		}
		return slots;
	}

	/** What is open now has been stored: from now on `writeNew` tells what has changed. */
	noteStored(): void {
		this.slots.noteStored();
		for (const piece of this.#pieces.values()) piece.storedSlots = piece.slots.length;
	}

	write(writer: ByteWriter): void {
		this.tidy(true);
		this.slots.groups.write(writer);
		writer.f64(this.closedUntil).u32(this.#pieces.size);
		for (const piece of this.#pieces.values()) this.#writePiece(writer, piece, piece.slots);
		this.#writeWindows(writer);
		this.slots.write(writer, this.#openSlots());
	}

	/** As `write`, with the groups of a share alone: for `readMore`. */
	writeShare(writer: ByteWriter, share: KeyShare): void {
		const isOwn = (group: number) => this.slots.groups.isIn(share, group);
		const own = [...this.#pieces.values()].map((piece) => ({
			piece,
			slots: piece.slots.filter((slot) => isOwn(this.slots.groupOf(slot))),
		}));
		this.slots.groups.write(writer);
		writer.f64(this.closedUntil).u32(own.length);
		for (const { piece, slots } of own) this.#writePiece(writer, piece, slots);
		this.#writeWindows(writer, isOwn);
		this.slots.write(writer, joined(own.map(({ slots }) => slots)));
	}

	/** Reads what `writeShare` wrote, beside what is there. */
	readMore(reader: ByteReader): void {
		const groupsHere = this.slots.groups.readMore(reader);
		this.closedUntil = Math.max(this.closedUntil, reader.f64());
		const read: Int32Array[] = [];
		for (let left = reader.u32(); left > 0; left--) read.push(this.#readPiece(reader, groupsHere).added);
		for (let left = reader.u32(); left > 0; left--) {
			const stored = new OpenWindow(reader.f64(), this.#shape, this.#telling);
			stored.read(reader, groupsHere);
			const known = this.#windows.get(stored.index);
			if (known === undefined) this.#windows.set(stored.index, stored);
			else known.take(stored);
		}
		for (const window of this.#windows.values()) this.dueAt = Math.min(this.dueAt, window.dueAt);
		this.slots.readMore(reader, joined(read));
	}

	/** Writes what has changed since `noteStored`; false when that is too much, or cannot be told apart. */
	writeNew(writer: ByteWriter): boolean {
		const { slots } = this;
		if (slots.isRenumbered) return false;
		const changed = this.#openSlots().filter((slot) => slots.isChanged(slot));
		if (changed.length > MOST_CHANGED && changed.length * 2 > slots.open) return false;
		slots.groups.writeNew(writer);
		const pieces = [...this.#pieces.values()].filter((piece) => piece.slots.some((slot) => slots.isChanged(slot)));
		writer.f64(this.closedUntil).u32(pieces.length);
		for (const piece of pieces) {
			this.#writePiece(writer, piece, piece.slots.subarray(piece.storedSlots));
			const places = Int32Array.from(piece.slots, (slot, place) => (slots.isChanged(slot) ? place : -1));
			writer.array(places.filter((place) => place >= 0));
		}
		this.#writeWindows(writer);
		slots.writeNew(writer, changed);
		return true;
	}

	#writePiece(writer: ByteWriter, piece: Piece, slots: Int32Array): void {
		const groups = slots.map((slot) => this.slots.groupOf(slot));
		writer.f64(piece.index).f64(piece.ingestTimeMs).array(groups);
	}

	#writeWindows(writer: ByteWriter, isOwn?: (group: number) => boolean): void {
		writer.u32(this.#windows.size);
		for (const window of this.#windows.values()) window.write(writer, isOwn);
	}

	read(reader: ByteReader): void {
		this.slots.groups.read(reader);
		this.closedUntil = reader.f64();
		for (let left = reader.u32(); left > 0; left--) this.#readPiece(reader);
		this.#readWindows(reader);
		this.slots.read(reader, this.#openSlots());
		this.noteStored();
	}

	/** Reads what `writeNew` wrote on top of what was stored before. */
	readNew(reader: ByteReader): void {
		this.slots.groups.readNew(reader);
		this.close(reader.f64());
		const changed: Int32Array[] = [];
		for (let left = reader.u32(); left > 0; left--) {
			const { slots } = this.#readPiece(reader).piece;
			changed.push(reader.int32Array().map((place) => slots[place] as number));
		}
		this.#windows.clear();
		this.#readWindows(reader);
		this.slots.read(reader, joined(changed));
		this.noteStored();
	}

	/** `groupsHere` answers the numbers that groups have here, where they are others than those stored. */
	#readPiece(reader: ByteReader, groupsHere = same): { readonly piece: Piece; readonly added: Int32Array } {
		const index = reader.f64();
		const piece = this.#pieces.get(index) ?? new Piece(index, this.#closesAt(index));
		this.#pieces.set(index, piece);
		piece.ingestTimeMs = Math.max(piece.ingestTimeMs, reader.f64());
		const groups = groupsHere(reader.int32Array());
		const added = groups.map((group) => this.slots.take(group));
		groups.forEach((group, i) => {
			piece.put(group, added[i] as number);
		});
		return { piece, added };
	}

	#readWindows(reader: ByteReader): void {
		this.dueAt = Number.POSITIVE_INFINITY;
		for (let left = reader.u32(); left > 0; left--) {
			const window = new OpenWindow(reader.f64(), this.#shape, this.#telling);
			window.read(reader);
			this.#windows.set(window.index, window);
			this.dueAt = Math.min(this.dueAt, window.dueAt);
		}
	}
}

function same(groups: Int32Array): Int32Array {
	return groups;
}

function joined(parts: readonly Int32Array[]): Int32Array {
	const all = new Int32Array(parts.reduce((sum, some) => sum + some.length, 0));
	let at = 0;
	for (const some of parts) {
		all.set(some, at);
		at += some.length;
	}
	return all;
}

function slotsOf(piece: Piece, only: Int32Array | undefined): Int32Array {
	return only === undefined ? piece.slots : only.map((group) => piece.find(group));
}
