import { isUtf8 } from "node:buffer";
import type { ColumnStore, FieldCells } from "../column-store.ts";
import { Layout } from "./layout.ts";
import type { LoopPlace, MemberKind, MemberShape } from "./layout-loop.ts";
import { parseDocument, parseRow, type RowFault } from "./parse-tier.ts";
import { skipSpace } from "./scan.ts";
import { passNumber, ValueReader } from "./value-reader.ts";

/** Reads JSON records into the store, one at a time. */
export interface JsonRows {
	/** Writes the row at `store.rows` (without counting it), or answers why it cannot. */
	read(bytes: Uint8Array, start: number, end: number): RowFault | undefined;
	/** Reads as many packed records from `place.at` on as are written like the last ones, and counts them in `place` and `store.rows`. */
	run(bytes: Uint8Array, place: LoopPlace): void;
	/** The whole value, for formats that are JSON underneath. */
	parse(bytes: Uint8Array, start: number, end: number): RowFault | { readonly value: unknown };
}

export type Tier = "loop" | "layout" | "scan" | "parse";

const LAYOUTS = 4;
const MOST_MEMBERS = 128;

export interface LoopOptions {
	/** A layout that fitted so many records gets a loop of its own: for fewer, compiling it would cost more than it saves. */
	readonly hitsBeforeLoop: number;
	/** A loop that stopped at once is left alone for so many records. */
	readonly recordsOfRest: number;
}

const LOOP: LoopOptions = { hitsBeforeLoop: 512, recordsOfRest: 8 };
const encoder = new TextEncoder();

export function createJsonRows(store: ColumnStore): TieredRows {
	return new TieredRows(store);
}

/**
 * Tiers, chosen record by record: the layout learnt from earlier records, by a loop of its own (`run`) once many records had it; a scan in any
 * order; `JSON.parse`. All give the same rows and
 * refuse the same records, also for what stands in values that nobody wants.
 */
export class TieredRows implements JsonRows {
	readonly #store: ColumnStore;
	readonly #loop: LoopOptions;
	readonly #names: readonly Uint8Array[];
	readonly #values = new ValueReader();
	/** Most recently used first. */
	#layouts: Layout[] = [];
	/** Records that a layout fitted, and layouts learnt: who never writes the same way twice is not learnt from for ever. */
	#hits = 0;
	#learnt = 0;
	#rest = 0;
	#bytes: Uint8Array = new Uint8Array(0);
	#view: DataView = new DataView(new ArrayBuffer(0));
	readonly #prefixStarts = new Int32Array(MOST_MEMBERS + 1);
	readonly #prefixEnds = new Int32Array(MOST_MEMBERS + 1);
	readonly #targets: (FieldCells | null)[] = [];
	/** Tier of the last record, for tests and the bench. */
	lastTier: Tier = "parse";

	constructor(store: ColumnStore, loop = LOOP) {
		this.#store = store;
		this.#loop = loop;
		this.#names = store.wanted.map((cells) => encoder.encode(cells.field.name));
	}

	run(bytes: Uint8Array, place: LoopPlace): void {
		const layout = this.#layouts[0];
		if (layout?.loop === undefined) return;
		if (this.#rest > 0) {
			this.#rest -= 1;
			return;
		}
		this.#follow(bytes);
		const store = this.#store;
		const from = store.rows;
		place.row = from;
		place.capacity = store.capacity;
		layout.loop(bytes, this.#view, layout.literal, layout.view, layout.cells, store, place, this.#values);
		const { row } = place;
		if (row === from) {
			this.#rest = this.#loop.recordsOfRest;
			return;
		}
		store.rows = row;
		this.#hits += row - from;
		this.lastTier = "loop";
		for (const present of layout.present) present.valid.fill(1, from, row);
		for (const absent of layout.absent) {
			absent.valid.fill(0, from, row);
			absent.hasNulls = true;
		}
	}

	#follow(bytes: Uint8Array): void {
		if (bytes === this.#bytes) return;
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	read(bytes: Uint8Array, start: number, end: number): RowFault | undefined {
		this.#follow(bytes);
		const layouts = this.#layouts;
		for (let i = 0; i < layouts.length; i++) {
			const layout = layouts[i] as Layout;
			if (!this.#speculate(layout, start, end)) continue;
			if (i > 0) {
				layouts[i] = layouts[0] as Layout;
				layouts[0] = layout;
			}
			this.#hits += 1;
			layout.hit(this.#loop.hitsBeforeLoop);
			if (this.lastTier !== "layout") this.lastTier = "layout";
			return undefined;
		}
		if (this.#scan(start, end)) {
			this.lastTier = "scan";
			return undefined;
		}
		this.lastTier = "parse";
		return parseRow(this.#store, bytes, start, end);
	}

	parse = parseDocument;

	/** True when the record is written in this layout and every value could be read. */
	#speculate(layout: Layout, start: number, end: number): boolean {
		const bytes = this.#bytes;
		const view = this.#view;
		const { literal, view: literalView, ends, cells } = layout;
		const row = this.#store.rows;
		const values = this.#values;
		const members = cells.length;
		values.isBeyondAscii = false;
		let at = start;
		let from = 0;
		for (let member = 0; member <= members; member++) {
			const upTo = ends[member] as number;
			// One byte more must be there: the value's first.
			if (at + (upTo - from) > end) return false;
			const length = upTo - from;
			if (length >= 4) {
				// The last four bytes overlap the ones before.
				const last = upTo - 4;
				const shift = at - from;
				while (from < last) {
					if (literalView.getInt32(from, true) !== view.getInt32(from + shift, true)) return false;
					from += 4;
				}
				if (literalView.getInt32(last, true) !== view.getInt32(last + shift, true)) return false;
				at += length;
			} else {
				while (from < upTo) {
					if (literal[from] !== bytes[at]) return false;
					from += 1;
					at += 1;
				}
			}
			from = upTo;
			if (member === members) break;
			if (at >= end) return false;
			const target = cells[member] as FieldCells | null;
			const c = bytes[at] as number;
			if (c === 0x22) at = target === null ? values.passText(bytes, at, end) : values.read(target, row, bytes, at, end);
			else if (c <= 0x39) at = target === null ? passNumber(bytes, at, end) : values.takeNumber(target, row, bytes, at, end);
			else at = values.read(target, row, bytes, at, end);
			if (at < 0) return false;
		}
		if (at !== end) return false;
		for (const absent of layout.absent) {
			absent.valid[row] = 0;
			absent.hasNulls = true;
		}
		return !values.isBeyondAscii || isUtf8(bytes.subarray(start, end));
	}

	/** True when the record is a plain object whose wanted values could be read. Remembers how it was written. */
	#scan(start: number, end: number): boolean {
		const bytes = this.#bytes;
		const { wanted, rows: row } = this.#store;
		const values = this.#values;
		values.isBeyondAscii = false;
		for (const cells of wanted) cells.valid[row] = 2;
		let at = skipSpace(bytes, start, end);
		if (bytes[at] !== 0x7b || at >= end) return false;
		at = skipSpace(bytes, at + 1, end);
		let members = 0;
		let prefixStart = start;
		if (bytes[at] === 0x7d) at += 1;
		else {
			for (;;) {
				if (at >= end || bytes[at] !== 0x22) return false;
				const nameEnd = this.#nameEnd(at + 1, end);
				if (nameEnd < 0) return false;
				const cells = this.#cellsNamed(at + 1, nameEnd);
				at = skipSpace(bytes, nameEnd + 1, end);
				if (at >= end || bytes[at] !== 0x3a) return false;
				at = skipSpace(bytes, at + 1, end);
				if (at >= end) return false;
				if (members < MOST_MEMBERS) {
					this.#prefixStarts[members] = prefixStart;
					this.#prefixEnds[members] = at;
					this.#targets[members] = cells;
				}
				members += 1;
				at = values.read(cells, row, bytes, at, end);
				if (at < 0) return false;
				prefixStart = at;
				at = skipSpace(bytes, at, end);
				if (at >= end) return false;
				const c = bytes[at];
				at += 1;
				if (c === 0x7d) break;
				if (c !== 0x2c) return false;
				at = skipSpace(bytes, at, end);
			}
		}
		if (skipSpace(bytes, at, end) !== end) return false;
		for (const cells of wanted) {
			if (cells.valid[row] !== 2) continue;
			cells.valid[row] = 0;
			cells.hasNulls = true;
		}
		if (values.isBeyondAscii && !isUtf8(bytes.subarray(start, end))) return false;
		if (members > 0 && members <= MOST_MEMBERS && (this.#learnt < 16 || this.#hits >= this.#learnt * 4))
			this.#learn(members, prefixStart, end);
		return true;
	}

	/** Index of the closing quote of a name; −1 when it has an escape, or bytes outside ASCII that could be written in two ways. */
	#nameEnd(from: number, end: number): number {
		const bytes = this.#bytes;
		let at = from;
		while (at < end) {
			const c = bytes[at] as number;
			if (c === 0x22) return at;
			if (c === 0x5c || c < 0x20) return -1;
			if (c >= 0x80) this.#values.isBeyondAscii = true;
			at += 1;
		}
		return -1;
	}

	#cellsNamed(from: number, nameEnd: number): FieldCells | null {
		const bytes = this.#bytes;
		const names = this.#names;
		const length = nameEnd - from;
		for (let i = 0; i < names.length; i++) {
			const name = names[i] as Uint8Array;
			if (name.length !== length) continue;
			let k = 0;
			while (k < length && name[k] === bytes[from + k]) k += 1;
			if (k === length) return this.#store.wanted[i] ?? null;
		}
		return null;
	}

	#learn(members: number, suffixStart: number, end: number): void {
		const bytes = this.#bytes;
		const ends = new Int32Array(members + 1);
		let length = 0;
		for (let member = 0; member < members; member++) {
			length += (this.#prefixEnds[member] as number) - (this.#prefixStarts[member] as number);
			ends[member] = length;
		}
		ends[members] = length + (end - suffixStart);
		const literal = new Uint8Array(ends[members] as number);
		let at = 0;
		for (let member = 0; member < members; member++) {
			literal.set(bytes.subarray(this.#prefixStarts[member], this.#prefixEnds[member]), at);
			at = ends[member] as number;
		}
		literal.set(bytes.subarray(suffixStart, end), at);
		const cells = this.#targets.slice(0, members);
		const shape: MemberShape[] = [];
		for (let member = 0; member < members; member++) {
			const from = this.#prefixEnds[member] as number;
			const behind = member + 1 < members ? (this.#prefixStarts[member + 1] as number) : suffixStart;
			const prefix = from - (this.#prefixStarts[member] as number);
			const kind = kindOf(cells[member] ?? null, bytes[from] as number);
			shape.push({ prefix, kind, isLong: behind - from >= (kind === "text" || kind === "passText" ? 6 : 10) });
		}
		const absent = this.#store.wanted.filter((wanted) => !cells.includes(wanted));
		this.#layouts = [new Layout(literal, ends, cells, absent, shape), ...this.#layouts].slice(0, LAYOUTS);
		this.#learnt += 1;
	}
}

/** What the loop over a layout does with a member whose value began with this byte. */
function kindOf(target: FieldCells | null, first: number): MemberKind {
	const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
	if (target === null) return first === 0x22 ? "passText" : isNumber ? "passNumber" : "any";
	const { type } = target.field;
	if (type === "text") return first === 0x22 ? "text" : "any";
	if (!isNumber || type === "json" || type === "boolean") return "any";
	return type === "integer" ? "integer" : "number";
}
