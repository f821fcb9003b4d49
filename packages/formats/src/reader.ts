import { WeirError } from "@weir/errors";
import {
	type BatchOrigin,
	CODEC,
	type Column,
	FRAME_HEADER_BYTES,
	RECORD_HEADER_BYTES,
	type RecordBatch,
	readFrameHeader,
} from "@weir/records";
import { ByteDictionary } from "./byte-dictionary.ts";
import { ColumnStore, type FieldCells } from "./column-store.ts";
import type { LoopPlace } from "./json/layout-loop.ts";
import type { RowFault } from "./json/parse-tier.ts";
import { createJsonRows } from "./json/rows.ts";
import type { AddedFrame, BatchReader, ReaderOptions, ReadFailure } from "./options.ts";
import { resolveSenml } from "./senml/resolve.ts";
import { writeSenmlRow } from "./senml/rows.ts";

const decoder = new TextDecoder();

/** Turns raw frames into batches. Failures are told one by one, while `add` runs; the flow goes on. */
export function createReader(options: ReaderOptions, onFailure: (failure: ReadFailure) => void): BatchReader {
	return new FrameReader(options, onFailure);
}

function cutOff(): WeirError {
	return new WeirError("STATE_CORRUPT", "An entry of the log cannot be read: its last record is cut off.");
}

function indexOf(options: ReaderOptions, name: string | undefined): number {
	if (name === undefined) return -1;
	const index = options.schema.fields.findIndex((field) => field.name === name);
	if (index < 0) throw new WeirError("NODE_CONFIG_INVALID", `The schema of the source has no field ${name}.`);
	return index;
}

class FrameReader implements BatchReader {
	readonly #options: ReaderOptions;
	readonly #onFailure: (failure: ReadFailure) => void;
	readonly #store: ColumnStore;
	readonly #json: ReturnType<typeof createJsonRows>;
	readonly #eventTimeIndex: number;
	readonly #keyIndex: number;
	readonly #wantsKeys: boolean;
	/** The field that the door took the key from, where it is a text: then its column is the keys' column. */
	readonly #keyColumn: FieldCells | undefined;
	readonly #maxFutureMs: number;
	readonly #place: LoopPlace = { at: 0, row: 0, record: 0, end: 0, capacity: 0 };
	#keyDictionary = new ByteDictionary();
	#lastKeyCode = -1;
	#slab = new Uint8Array(65_536);
	#view = new DataView(this.#slab.buffer);
	#used = 0;
	#entries: string[] = [];
	#ingestTimeMs = 0;

	constructor(options: ReaderOptions, onFailure: (failure: ReadFailure) => void) {
		const { eventTimeField, keyField, fields } = options;
		const wanted = fields === undefined ? undefined : [...fields, ...[eventTimeField, keyField].filter((name) => name !== undefined)];
		this.#options = options;
		this.#onFailure = onFailure;
		this.#store = new ColumnStore(options.schema, wanted);
		this.#json = createJsonRows(this.#store);
		this.#wantsKeys = options.keys !== false;
		this.#maxFutureMs = options.maxFutureMs ?? Number.POSITIVE_INFINITY;
		this.#eventTimeIndex = indexOf(options, eventTimeField);
		this.#keyIndex = indexOf(options, keyField);
		const keyCells = this.#store.cells[this.#keyIndex];
		this.#keyColumn = keyCells?.field.type === "text" ? keyCells : undefined;
	}

	get rows(): number {
		return this.#store.rows;
	}

	get bytes(): number {
		return this.#used;
	}

	add(frame: Uint8Array, entry: string, watermark: number): AddedFrame {
		const header = readFrameHeader(frame);
		if (header.codec !== CODEC.raw) throw new WeirError("STATE_CORRUPT", "A source's stream holds an entry that is not raw records.");
		const base = this.#take(frame);
		this.#entries.push(entry);
		this.#ingestTimeMs = header.ingestTimeMs;
		const store = this.#store;
		const firstRow = store.rows;
		const records = this.#readRecords(base, base + frame.length);
		store.resolve(this.#slab, firstRow);
		store.ingestTimes.fill(header.ingestTimeMs, firstRow, store.rows);
		store.watermarks.fill(watermark, firstRow, store.rows);
		store.frames.fill(this.#entries.length - 1, firstRow, store.rows);
		const maxEventTimeMs = this.#judgeTimes(firstRow, base);
		return { records, firstRow, endRow: store.rows, maxEventTimeMs };
	}

	/** Reads the records in `slab[base, end)`; answers how many there are. */
	#readRecords(base: number, end: number): number {
		const store = this.#store;
		const json = this.#json;
		const slab = this.#slab;
		const view = this.#view;
		const isJson = this.#options.format === "json";
		const readsKeys = this.#wantsKeys && this.#keyColumn === undefined;
		const place = this.#place;
		let at = base + FRAME_HEADER_BYTES;
		let records = 0;
		while (at < end) {
			if (isJson) {
				store.room();
				const firstRow = store.rows;
				place.at = at;
				place.record = records;
				place.end = end;
				json.run(slab, place);
				if (readsKeys && store.rows > firstRow) this.#writeRunKeys(at, firstRow);
				at = place.at;
				records = place.record;
				if (at === end) break;
			}
			if (at + RECORD_HEADER_BYTES > end) throw cutOff();
			const keyStart = at + RECORD_HEADER_BYTES;
			const topicStart = keyStart + view.getUint16(at + 4, true);
			const payloadStart = topicStart + view.getUint16(at + 6, true);
			const payloadEnd = payloadStart + view.getUint32(at, true);
			if (payloadEnd > end) throw cutOff();
			const row = store.rows;
			let failed: RowFault | undefined;
			if (isJson) {
				if (row === store.capacity) store.room();
				failed = json.read(slab, payloadStart, payloadEnd);
				if (failed === undefined) {
					store.starts[row] = payloadStart;
					store.ends[row] = payloadEnd;
					store.indexes[row] = records;
					store.rows = row + 1;
				}
			} else failed = this.#readSenml(records, payloadStart, payloadEnd);
			if (failed !== undefined) this.#fail(failed, records, keyStart, topicStart, payloadStart, payloadEnd);
			else if (readsKeys) this.#writeKeys(row, keyStart, topicStart);
			records += 1;
			at = payloadEnd;
		}
		return records;
	}

	/** Writes the rows of a pack. It is stored or set aside whole: its bytes cannot be cut. */
	#readSenml(index: number, start: number, end: number): RowFault | undefined {
		const parsed = this.#json.parse(this.#slab, start, end);
		if ("reason" in parsed) return parsed;
		const rows = resolveSenml(parsed.value, this.#ingestTimeMs);
		if (typeof rows === "string") return { code: "RECORD_UNREADABLE", reason: rows };
		const store = this.#store;
		const before = store.rows;
		for (const said of rows) {
			store.room();
			const row = store.rows;
			const written = writeSenmlRow(store, said);
			const time = store.cells[this.#eventTimeIndex];
			store.eventTimes[row] = time === undefined || time.valid[row] === 0 ? (said.timeMs ?? this.#ingestTimeMs) : (time.values[row] ?? 0);
			const failed = written ?? this.#timeFault(row) ?? this.#futureFault(row);
			if (failed !== undefined) {
				store.rows = before;
				return failed;
			}
			store.starts[row] = start;
			store.ends[row] = end;
			store.indexes[row] = index;
			store.rows = row + 1;
		}
		return undefined;
	}

	/** Gives the rows from `firstRow` on their event times, and sets aside those that may not have theirs; answers the greatest. */
	#judgeTimes(firstRow: number, base: number): number {
		const store = this.#store;
		const cells = store.cells[this.#eventTimeIndex];
		const times = store.eventTimes;
		if (this.#options.format === "json" && cells !== undefined) {
			times.set(cells.values.subarray(firstRow, store.rows), firstRow);
			if (cells.hasNulls) for (let row = firstRow; row < store.rows; row++) if (cells.valid[row] === 0) times[row] = this.#ingestTimeMs;
		} else if (this.#options.format === "json") times.fill(this.#ingestTimeMs, firstRow, store.rows);
		const latest = this.#ingestTimeMs + this.#maxFutureMs;
		let greatest = Number.NEGATIVE_INFINITY;
		for (let row = firstRow; row < store.rows; row++) if ((times[row] as number) > greatest) greatest = times[row] as number;
		const keyCells = store.cells[this.#keyIndex];
		if (greatest <= latest && cells?.hasNulls !== true && keyCells?.hasNulls !== true) return greatest;
		return this.#dropFaulty(firstRow, base);
	}

	#dropFaulty(firstRow: number, base: number): number {
		const store = this.#store;
		let kept = firstRow;
		let greatest = Number.NEGATIVE_INFINITY;
		for (let row = firstRow; row < store.rows; row++) {
			const failed = this.#timeFault(row) ?? this.#futureFault(row);
			if (failed !== undefined) {
				const place = this.#placeOf(base, store.indexes[row] ?? 0);
				this.#fail(failed, store.indexes[row] ?? 0, place.keyStart, place.topicStart, store.starts[row] ?? 0, store.ends[row] ?? 0);
				continue;
			}
			if (kept < row) store.move(row, kept);
			greatest = Math.max(greatest, store.eventTimes[kept] ?? 0);
			kept += 1;
		}
		store.rows = kept;
		return greatest;
	}

	/** Where the key of a record of the frame at `base` stands. */
	#placeOf(base: number, index: number): { readonly keyStart: number; readonly topicStart: number } {
		let at = base + FRAME_HEADER_BYTES;
		for (let i = 0; ; i++) {
			const keyStart = at + RECORD_HEADER_BYTES;
			const topicStart = keyStart + this.#view.getUint16(at + 4, true);
			if (i === index) return { keyStart, topicStart };
			at = topicStart + this.#view.getUint16(at + 6, true) + this.#view.getUint32(at, true);
		}
	}

	/** Why a row cannot be placed in time or among its like, though it could be read. */
	#timeFault(row: number): RowFault | undefined {
		const { cells } = this.#store;
		const { eventTimeField, keyField, missingEventTime } = this.#options;
		if (this.#eventTimeIndex >= 0 && missingEventTime !== "receipt" && cells[this.#eventTimeIndex]?.valid[row] === 0) {
			return { code: "RECORD_SCHEMA_MISMATCH", reason: `The record has no event time in its field ${eventTimeField}.` };
		}
		if (this.#keyIndex >= 0 && cells[this.#keyIndex]?.valid[row] === 0) {
			return { code: "RECORD_SCHEMA_MISMATCH", reason: `The record has no key: its field ${keyField} is missing.` };
		}
		return undefined;
	}

	#futureFault(row: number): RowFault | undefined {
		const aheadMs = (this.#store.eventTimes[row] ?? 0) - this.#ingestTimeMs;
		if (aheadMs <= this.#maxFutureMs) return undefined;
		const reason = `The event time is ${Math.round(aheadMs / 1000)} s after the time of receipt; check the device's clock.`;
		return { code: "RECORD_FROM_FUTURE", reason };
	}

	/** Copies the frame behind what is there: fresh memory for every batch would cost more than reading it. */
	#take(frame: Uint8Array): number {
		const base = this.#used;
		if (base + frame.length > this.#slab.length) {
			const larger = new Uint8Array(Math.max(this.#slab.length * 2, base + frame.length));
			larger.set(this.#slab.subarray(0, base));
			this.#slab = larger;
			this.#view = new DataView(larger.buffer);
		}
		this.#slab.set(frame, base);
		this.#used = base + frame.length;
		return base;
	}

	/** Devices post in runs: the key is mostly the one before. */
	#writeKeys(from: number, start: number, end: number): void {
		if (this.#lastKeyCode < 0 || !this.#keyDictionary.isCodeOf(this.#lastKeyCode, this.#slab, start, end)) {
			this.#lastKeyCode = this.#keyDictionary.codeOfBytes(this.#slab, start, end);
		}
		for (let row = from; row < this.#store.rows; row++) this.#store.keyCodes[row] = this.#lastKeyCode;
	}

	/** Keys of rows that were read in one go: the records stand behind one another from `first` on, one row each. */
	#writeRunKeys(first: number, firstRow: number): void {
		const store = this.#store;
		const upTo = store.rows;
		let at = first;
		for (let row = firstRow; row < upTo; row++) {
			const keyStart = at + RECORD_HEADER_BYTES;
			const keyEnd = keyStart + this.#view.getUint16(at + 4, true);
			if (this.#lastKeyCode < 0 || !this.#keyDictionary.isCodeOf(this.#lastKeyCode, this.#slab, keyStart, keyEnd)) {
				this.#lastKeyCode = this.#keyDictionary.codeOfBytes(this.#slab, keyStart, keyEnd);
			}
			store.keyCodes[row] = this.#lastKeyCode;
			at = store.ends[row] as number;
		}
	}

	#fail(failed: RowFault, index: number, keyStart: number, topicStart: number, start: number, end: number): void {
		this.#onFailure({
			...failed,
			raw: this.#slab.slice(start, end),
			position: `${this.#entries.at(-1)}#${index}`,
			key: decoder.decode(this.#slab.subarray(keyStart, topicStart)),
			ingestTimeMs: this.#ingestTimeMs,
		});
	}

	batch(): RecordBatch {
		const store = this.#store;
		const entries = this.#entries;
		const origin: BatchOrigin = {
			slab: this.#slab,
			starts: store.starts,
			ends: store.ends,
			positionOf: (row) => `${entries[store.frames[row] ?? 0]}#${store.indexes[row]}`,
		};
		return {
			schema: this.#options.schema,
			length: store.rows,
			columns: store.cells.map((cells) => cells.column(this.#slab)),
			selected: store.rows,
			keys: this.#wantsKeys ? this.#keys() : undefined,
			eventTimes: store.eventTimes,
			ingestTimes: store.ingestTimes,
			watermarks: store.watermarks,
			origin,
		};
	}

	#keys(): Column {
		if (this.#keyColumn !== undefined) return this.#keyColumn.column(this.#slab);
		return { type: "text", codes: this.#store.keyCodes, dictionary: this.#keyDictionary };
	}

	clear(): void {
		this.#store.clear();
		this.#used = 0;
		this.#entries = [];
		if (this.#keyDictionary.size > 262_144) {
			this.#keyDictionary = new ByteDictionary();
			this.#lastKeyCode = -1;
		}
	}
}
