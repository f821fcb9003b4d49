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
		const isJson = this.#options.format === "json";
		this.#entries.push(entry);
		this.#ingestTimeMs = header.ingestTimeMs;
		const firstRow = this.#store.rows;
		const readsKeys = this.#wantsKeys && this.#keyColumn === undefined;
		const view = this.#view;
		const end = base + frame.length;
		let at = base + FRAME_HEADER_BYTES;
		let records = 0;
		while (at < end) {
			if (at + RECORD_HEADER_BYTES > end) throw cutOff();
			const keyStart = at + RECORD_HEADER_BYTES;
			const topicStart = keyStart + view.getUint16(at + 4, true);
			const payloadStart = topicStart + view.getUint16(at + 6, true);
			const payloadEnd = payloadStart + view.getUint32(at, true);
			if (payloadEnd > end) throw cutOff();
			const before = this.#store.rows;
			if (isJson) this.#addJson(records, keyStart, topicStart, payloadStart, payloadEnd);
			else this.#addSenml(records, keyStart, topicStart, payloadStart, payloadEnd);
			if (readsKeys && this.#store.rows > before) this.#writeKeys(before, keyStart, topicStart);
			records += 1;
			at = payloadEnd;
		}
		const store = this.#store;
		store.ingestTimes.fill(header.ingestTimeMs, firstRow, store.rows);
		store.watermarks.fill(watermark, firstRow, store.rows);
		store.frames.fill(this.#entries.length - 1, firstRow, store.rows);
		let maxEventTimeMs = Number.NEGATIVE_INFINITY;
		const times = store.eventTimes;
		for (let row = firstRow; row < store.rows; row++) {
			const time = times[row] ?? 0;
			if (time > maxEventTimeMs) maxEventTimeMs = time;
		}
		return { records, firstRow, endRow: store.rows, maxEventTimeMs };
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

	#addJson(index: number, keyStart: number, topicStart: number, start: number, end: number): void {
		this.#store.room();
		const failed = this.#json.read(this.#slab, start, end);
		if (failed !== undefined) this.#fail(failed, index, keyStart, topicStart, start, end);
		else this.#finishRow(undefined, index, keyStart, topicStart, start, end);
	}

	#addSenml(index: number, keyStart: number, topicStart: number, start: number, end: number): void {
		const parsed = this.#json.parse(this.#slab, start, end);
		const rows = "reason" in parsed ? parsed : resolveSenml(parsed.value, this.#ingestTimeMs);
		if (typeof rows === "string") {
			this.#fail({ code: "RECORD_UNREADABLE", reason: rows }, index, keyStart, topicStart, start, end);
			return;
		}
		if ("reason" in rows) {
			this.#fail(rows, index, keyStart, topicStart, start, end);
			return;
		}
		// A pack is stored or set aside whole: its bytes cannot be cut.
		const before = this.#store.rows;
		for (const row of rows) {
			this.#store.room();
			const failed = writeSenmlRow(this.#store, row);
			if (failed !== undefined) {
				this.#store.rows = before;
				this.#fail(failed, index, keyStart, topicStart, start, end);
				return;
			}
			if (!this.#finishRow(row.timeMs, index, keyStart, topicStart, start, end)) {
				this.#store.rows = before;
				return;
			}
		}
	}

	/** Gives the written row its times and place and makes it count; false when its event time is not acceptable. */
	#finishRow(saidTimeMs: number | undefined, index: number, keyStart: number, topicStart: number, start: number, end: number): boolean {
		const store = this.#store;
		const row = store.rows;
		let eventTime = saidTimeMs ?? this.#ingestTimeMs;
		if (this.#eventTimeIndex >= 0) {
			const cells = store.cells[this.#eventTimeIndex];
			const isMissing = cells === undefined || cells.valid[row] === 0;
			if (isMissing && this.#options.missingEventTime !== "receipt") {
				const reason = `The record has no event time in its field ${this.#options.eventTimeField}.`;
				this.#fail({ code: "RECORD_SCHEMA_MISMATCH", reason }, index, keyStart, topicStart, start, end);
				return false;
			}
			if (!isMissing) eventTime = cells.values[row] ?? 0;
		}
		if (this.#keyIndex >= 0 && store.cells[this.#keyIndex]?.valid[row] === 0) {
			const reason = `The record has no key: its field ${this.#options.keyField} is missing.`;
			this.#fail({ code: "RECORD_SCHEMA_MISMATCH", reason }, index, keyStart, topicStart, start, end);
			return false;
		}
		if (eventTime > this.#ingestTimeMs + this.#maxFutureMs) {
			const reason = `The event time is ${Math.round((eventTime - this.#ingestTimeMs) / 1000)} s after the time of receipt; check the device's clock.`;
			this.#fail({ code: "RECORD_FROM_FUTURE", reason }, index, keyStart, topicStart, start, end);
			return false;
		}
		store.eventTimes[row] = eventTime;
		store.starts[row] = start;
		store.ends[row] = end;
		store.indexes[row] = index;
		store.rows = row + 1;
		return true;
	}

	/** Devices post in runs: the key is mostly the one before. */
	#writeKeys(from: number, start: number, end: number): void {
		if (this.#lastKeyCode < 0 || !this.#keyDictionary.isCodeOf(this.#lastKeyCode, this.#slab, start, end)) {
			this.#lastKeyCode = this.#keyDictionary.codeOfBytes(this.#slab, start, end);
		}
		for (let row = from; row < this.#store.rows; row++) this.#store.keyCodes[row] = this.#lastKeyCode;
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
