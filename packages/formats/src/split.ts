import { isUtf8 } from "node:buffer";
import type { FailureCode } from "@weir/errors";
import { ColumnStore } from "./column-store.ts";
import { explainUnreadable } from "./json/parse-tier.ts";
import { TieredRows } from "./json/rows.ts";
import { findFault, skipSpace, skipValue } from "./json/scan.ts";
import type { FormatName } from "./options.ts";
import { placeOf } from "./place.ts";

export interface SplitterOptions {
	readonly format: FormatName;
	/** A record larger than this is refused. */
	readonly maxRecordBytes: number;
	/** Fields whose values are looked for on the way, in JSON. */
	readonly fields: readonly string[];
}

/** A record of a body: `body.subarray(start, end)`. */
export interface SplitRecord {
	/** Number of the record in the body, from 0; the refused ones count too. */
	readonly index: number;
	readonly start: number;
	readonly end: number;
	/** Where the value of each field stands in the body: start and end in turn, −1 where it is missing or null. Absent: it was not looked for. */
	readonly places?: readonly number[];
}

/** A record that is refused. Where nobody can tell where it ends, it is the whole body. */
export interface SplitFault extends SplitRecord {
	readonly code: FailureCode;
	/** Whole sentence without the place. */
	readonly reason: string;
	/** 1-based, in the body as sent. */
	readonly line: number;
	readonly column: number;
}

export interface SplitBody {
	readonly records: readonly SplitRecord[];
	readonly faults: readonly SplitFault[];
	/** The body as a whole is unreadable (the faults say why): nothing of it may be stored. */
	readonly isBroken: boolean;
}

/** Devices post in the same ways again and again, so what is learnt of a record makes the next one quick; a loop of code for each way would not pay here. */
const LEARNING = { hitsBeforeLoop: Number.POSITIVE_INFINITY, recordsOfRest: 0 };

/**
 * Cuts posted bodies of one source into records and checks each: JSON, depth, UTF-8, size. Of lines, the good ones are kept and the bad ones named;
 * a broken array or object is refused whole, because nobody can tell where its next record begins.
 */
export class RecordSplitter {
	readonly #options: SplitterOptions;
	readonly #store: ColumnStore;
	readonly #rows: TieredRows;

	constructor(options: SplitterOptions) {
		this.#options = options;
		this.#store = new ColumnStore({ fields: options.fields.map((name) => ({ name, type: "json" })) }, undefined, 1);
		this.#rows = new TieredRows(this.#store, LEARNING);
	}

	/** `lines`: one record per line; else one object, or an array of them. */
	split(body: Uint8Array, lines: boolean): SplitBody {
		if (lines) return this.#splitLines(body);
		const first = skipSpace(body, 0, body.length);
		const end = trimmedEnd(body, first, body.length);
		const gathering = new Gathering(body);
		if (this.#isObject(body, first, end)) {
			gathering.add(first, end, this.#places());
			return gathering;
		}
		if (!isUtf8(body)) return broken(body, badUtf8At(body), "The body is not valid UTF-8.");
		const found = findFault(body, 0, body.length);
		if (found !== undefined) return broken(body, found.at, `${capital(found.reason)}.`);
		// A SenML pack is an array, and one record.
		if (body[first] === 0x5b && this.#options.format === "json") return this.#splitArray(body, first);
		this.#take(gathering, first, end, false);
		return gathering;
	}

	#splitArray(body: Uint8Array, open: number): SplitBody {
		const gathering = new Gathering(body);
		let at = skipSpace(body, open + 1, body.length);
		while (body[at] !== 0x5d) {
			const end = skipValue(body, at, body.length);
			this.#take(gathering, at, end, false);
			at = skipSpace(body, end, body.length);
			if (body[at] === 0x2c) at = skipSpace(body, at + 1, body.length);
		}
		return gathering;
	}

	#splitLines(body: Uint8Array): SplitBody {
		const gathering = new Gathering(body);
		let start = 0;
		while (start < body.length) {
			const newline = body.indexOf(0x0a, start);
			const end = newline < 0 ? body.length : newline;
			const first = skipSpace(body, start, end);
			if (first < end) this.#take(gathering, first, trimmedEnd(body, first, end), true);
			start = end + 1;
		}
		return gathering;
	}

	/** `isLine`: nobody has looked yet whether it is JSON. */
	#take(gathering: Gathering, start: number, end: number, isLine: boolean): void {
		if (this.#isObject(gathering.body, start, end)) gathering.add(start, end, this.#places());
		else {
			const found = check(gathering.body, start, end, isLine, this.#options);
			if (found === undefined) gathering.add(start, end, undefined);
			else gathering.refuse(start, end, found);
		}
	}

	/** What is read as a row is a JSON object of a good size; everything else is looked at closely to say why it is none. */
	#isObject(body: Uint8Array, start: number, end: number): boolean {
		const { format, maxRecordBytes } = this.#options;
		if (format !== "json" || body[start] !== 0x7b || end - start > maxRecordBytes) return false;
		return this.#rows.read(body, start, end) === undefined;
	}

	#places(): readonly number[] {
		const row = this.#store.rows;
		const places: number[] = [];
		for (const { valid, starts, ends } of this.#store.cells) {
			if (valid[row] === 1) places.push(starts[row] ?? -1, ends[row] ?? -1);
			else places.push(-1, -1);
		}
		return places;
	}
}

/** The records and faults of a body under way. */
class Gathering implements SplitBody {
	readonly body: Uint8Array;
	readonly records: SplitRecord[] = [];
	readonly faults: SplitFault[] = [];
	readonly isBroken = false;
	#line = 1;
	#lineStart = 0;

	constructor(body: Uint8Array) {
		this.body = body;
	}

	add(start: number, end: number, places: readonly number[] | undefined): void {
		this.records.push(places === undefined ? { index: this.#index, start, end } : { index: this.#index, start, end, places });
	}

	refuse(start: number, end: number, { code, reason, at }: Found): void {
		const { body } = this;
		for (let newline = body.indexOf(0x0a, this.#lineStart); newline >= 0 && newline < at; newline = body.indexOf(0x0a, this.#lineStart)) {
			this.#line += 1;
			this.#lineStart = newline + 1;
		}
		const { column } = placeOf(body, this.#lineStart, at);
		this.faults.push({ code, reason, line: this.#line, column, index: this.#index, start, end });
	}

	get #index(): number {
		return this.records.length + this.faults.length;
	}
}

function capital(reason: string): string {
	return reason.slice(0, 1).toUpperCase() + reason.slice(1);
}

function broken(body: Uint8Array, at: number, reason: string): SplitBody {
	const fault = { code: "RECORD_UNREADABLE", reason, ...placeOf(body, 0, at), index: 0, start: 0, end: body.length } as const;
	return { records: [], faults: [fault], isBroken: true };
}

function trimmedEnd(body: Uint8Array, start: number, end: number): number {
	let at = end;
	while (at > start && isSpace(body[at - 1])) at -= 1;
	return at;
}

function isSpace(byte: number | undefined): boolean {
	return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

interface Found {
	readonly code: FailureCode;
	readonly reason: string;
	readonly at: number;
}

function check(
	body: Uint8Array,
	start: number,
	end: number,
	isLine: boolean,
	{ format, maxRecordBytes }: SplitterOptions,
): Found | undefined {
	if (end - start > maxRecordBytes) {
		const reason = `The record has ${end - start} bytes and the endpoint takes at most ${maxRecordBytes}.`;
		return { code: "RECORD_TOO_LARGE", reason, at: start };
	}
	if (isLine) {
		if (!isUtf8(body.subarray(start, end))) return { code: "RECORD_UNREADABLE", reason: "The record is not valid UTF-8.", at: start };
		const found = findFault(body, start, end);
		if (found !== undefined) return { code: "RECORD_UNREADABLE", reason: `${capital(found.reason)}.`, at: found.at };
	}
	if (body[start] === 0x7b || (format === "senml" && body[start] === 0x5b)) return undefined;
	return { ...explainUnreadable(body, start, end), code: "RECORD_UNREADABLE", at: start };
}

function badUtf8At(body: Uint8Array): number {
	let good = 0;
	let bad = body.length;
	while (bad - good > 1) {
		const middle = (good + bad) >> 1;
		// A cut inside a character looks bad although it is not: such a cut moves to the character's first byte, or behind it.
		let cut = middle;
		while (cut > good && isContinuation(body[cut])) cut -= 1;
		if (cut === good) for (cut = middle; cut < bad && isContinuation(body[cut]); ) cut += 1;
		if (cut === good || cut === bad) break;
		if (isUtf8(body.subarray(0, cut))) good = cut;
		else bad = cut;
	}
	return good;
}

function isContinuation(byte: number | undefined): boolean {
	return ((byte ?? 0) & 0xc0) === 0x80;
}
