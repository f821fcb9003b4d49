import { isUtf8 } from "node:buffer";
import type { FailureCode } from "@weir/errors";
import { explainUnreadable } from "./json/parse-tier.ts";
import { findFault, skipSpace, skipValue } from "./json/scan.ts";
import type { FormatName } from "./options.ts";
import { placeOf } from "./place.ts";

export interface SplitOptions {
	readonly format: FormatName;
	/** A record larger than this is refused. */
	readonly maxRecordBytes: number;
	/** One record per line; else one object, or an array of them. */
	readonly lines: boolean;
}

/** A record that is refused. */
export interface SplitFault {
	readonly code: FailureCode;
	/** Whole sentence without the place. */
	readonly reason: string;
	/** 1-based, in the body as sent. */
	readonly line: number;
	readonly column: number;
	/** Number of the record in the body, from 0; the refused ones count too. */
	readonly index: number;
	/** Its bytes, a view into the body; the whole body where nobody can tell where it ends. */
	readonly payload: Uint8Array;
}

export interface SplitBody {
	/** Views into the body, with their number in it. */
	readonly records: readonly { readonly index: number; readonly payload: Uint8Array }[];
	readonly faults: readonly SplitFault[];
	/** The body as a whole is unreadable (the faults say why): nothing of it may be stored. */
	readonly isBroken: boolean;
}

/**
 * Cuts a posted body into records and checks each: JSON, depth, UTF-8, size. Of lines, the good ones are kept and the bad ones named;
 * a broken array or object is refused whole, because nobody can tell where its next record begins.
 */
export function splitRecords(body: Uint8Array, options: SplitOptions): SplitBody {
	if (options.lines) return splitLines(body, options);
	if (!isUtf8(body)) return broken(body, badUtf8At(body), "The body is not valid UTF-8.");
	const found = findFault(body, 0, body.length);
	if (found !== undefined) return broken(body, found.at, `${capital(found.reason)}.`);
	const first = skipSpace(body, 0, body.length);
	// A SenML pack is an array, and one record.
	if (body[first] === 0x5b && options.format === "json") return splitArray(body, first, options);
	return gather(body, [{ start: first, end: trimmedEnd(body, first, body.length) }], options);
}

function capital(reason: string): string {
	return reason.slice(0, 1).toUpperCase() + reason.slice(1);
}

function broken(body: Uint8Array, at: number, reason: string): SplitBody {
	return { records: [], faults: [{ code: "RECORD_UNREADABLE", reason, ...placeOf(body, 0, at), index: 0, payload: body }], isBroken: true };
}

function trimmedEnd(body: Uint8Array, start: number, end: number): number {
	let at = end;
	while (at > start && [0x20, 0x0a, 0x0d, 0x09].includes(body[at - 1] ?? 0)) at -= 1;
	return at;
}

interface Piece {
	readonly start: number;
	readonly end: number;
}

function splitArray(body: Uint8Array, open: number, options: SplitOptions): SplitBody {
	const pieces: Piece[] = [];
	let at = skipSpace(body, open + 1, body.length);
	while (body[at] !== 0x5d) {
		const end = skipValue(body, at, body.length);
		pieces.push({ start: at, end });
		at = skipSpace(body, end, body.length);
		if (body[at] === 0x2c) at = skipSpace(body, at + 1, body.length);
	}
	return gather(body, pieces, options);
}

function splitLines(body: Uint8Array, options: SplitOptions): SplitBody {
	const pieces: Piece[] = [];
	let start = 0;
	while (start < body.length) {
		const newline = body.indexOf(0x0a, start);
		const end = newline < 0 ? body.length : newline;
		const first = skipSpace(body, start, end);
		if (first < end) pieces.push({ start: first, end: trimmedEnd(body, first, end) });
		start = end + 1;
	}
	return gather(body, pieces, options);
}

function gather(body: Uint8Array, pieces: readonly Piece[], options: SplitOptions): SplitBody {
	const records: { index: number; payload: Uint8Array }[] = [];
	const faults: SplitFault[] = [];
	let line = 1;
	let lineStart = 0;
	pieces.forEach((piece, index) => {
		const found = check(body, piece, options);
		if (found === undefined) {
			records.push({ index, payload: body.subarray(piece.start, piece.end) });
			return;
		}
		for (let newline = body.indexOf(0x0a, lineStart); newline >= 0 && newline < found.at; newline = body.indexOf(0x0a, lineStart)) {
			line += 1;
			lineStart = newline + 1;
		}
		faults.push({
			code: found.code,
			reason: found.reason,
			line,
			column: placeOf(body, lineStart, found.at).column,
			index,
			payload: body.subarray(piece.start, piece.end),
		});
	});
	return { records, faults, isBroken: false };
}

function check(body: Uint8Array, piece: Piece, options: SplitOptions): { code: FailureCode; reason: string; at: number } | undefined {
	const { start, end } = piece;
	if (end - start > options.maxRecordBytes) {
		const reason = `The record has ${end - start} bytes and the endpoint takes at most ${options.maxRecordBytes}.`;
		return { code: "RECORD_TOO_LARGE", reason, at: start };
	}
	if (options.lines) {
		if (!isUtf8(body.subarray(start, end))) return { code: "RECORD_UNREADABLE", reason: "The record is not valid UTF-8.", at: start };
		const found = findFault(body, start, end);
		if (found !== undefined) return { code: "RECORD_UNREADABLE", reason: `${capital(found.reason)}.`, at: found.at };
	}
	if (body[start] === 0x7b || (options.format === "senml" && body[start] === 0x5b)) return undefined;
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
