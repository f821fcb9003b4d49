import type { FieldCells } from "../column-store.ts";
import { parseTimestamp } from "../timestamp.ts";
import { skipNumber, skipValue } from "./scan.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What stops the quick walk through a text: its end, an escape, a control character; 2 marks bytes outside ASCII, which walk on. */
const STOPS = Uint8Array.from({ length: 256 }, (_, c) => (c === 0x22 || c === 0x5c || c < 0x20 ? 1 : c >= 0x80 ? 2 : 0));

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** So many digits always fit a double exactly; more of them go the long way. */
const EXACT_DIGITS = 15;

/**
 * Reads values straight from the bytes into columns. Every method answers the index behind the value, or −1 for "not by this way": whatever is
 * unusual (escapes, huge numbers, a type that does not fit) is left to `JSON.parse`, which knows and explains everything.
 */
export class ValueReader {
	/** Set when a byte outside ASCII was met: the record must then be checked to be UTF-8. */
	isBeyondAscii = false;

	/** A value for a column, or to be passed over (`cells` is null) but checked all the same. */
	read(cells: FieldCells | null, row: number, b: Uint8Array, at: number, end: number): number {
		const c = b[at] as number;
		if (c === 0x22) {
			const close = this.#textEnd(b, at + 1, end);
			if (close < 0) return -1;
			if (cells === null) return close + 1;
			return this.#takeText(cells, row, b, at + 1, close) ? close + 1 : -1;
		}
		if (cells === null) return c === 0x7b || c === 0x5b ? this.#passNested(b, at, end) : passPlain(b, at, end);
		if (c === 0x2d || (c >= 0x30 && c <= 0x39)) return this.takeNumber(cells, row, b, at, end);
		return this.#takeOther(cells, row, b, at, end);
	}

	/** Behind a text nobody wants, or −1. */
	passText(b: Uint8Array, at: number, end: number): number {
		return this.#textEnd(b, at + 1, end) + 1 || -1;
	}

	/** Index of the closing quote, or −1. */
	#textEnd(b: Uint8Array, from: number, end: number): number {
		let at = from;
		while (at < end) {
			const stop = STOPS[b[at] as number];
			if (stop === 1) return b[at] === 0x22 ? at : -1;
			if (stop === 2) this.isBeyondAscii = true;
			at += 1;
		}
		return -1;
	}

	#passNested(b: Uint8Array, at: number, end: number): number {
		const behind = skipValue(b, at, end, 1);
		// Texts in there were not looked at byte by byte.
		this.isBeyondAscii = true;
		return behind;
	}

	#takeText(cells: FieldCells, row: number, b: Uint8Array, from: number, close: number): boolean {
		const type = cells.field.type;
		if (type === "text") {
			// The code is looked up for many rows at once: `ColumnStore.resolve`.
			cells.starts[row] = from;
			cells.ends[row] = close;
			cells.valid[row] = 1;
			return true;
		}
		if (type === "json") {
			cells.starts[row] = from - 1;
			cells.ends[row] = close + 1;
			cells.valid[row] = 1;
			return true;
		}
		if (type !== "timestamp") return false;
		const time = isoTime(b, from, close);
		const found = Number.isNaN(time) ? parseTimestamp(decoder.decode(b.subarray(from, close))) : time;
		if (found === undefined) return false;
		cells.values[row] = found;
		cells.valid[row] = 1;
		return true;
	}

	takeNumber(cells: FieldCells, row: number, b: Uint8Array, from: number, end: number): number {
		const type = cells.field.type;
		if (type === "text" || type === "boolean") return -1;
		if (type === "json") return this.#takePlace(cells, row, b, from, end);
		const isNegative = b[from] === 0x2d;
		const first = isNegative ? from + 1 : from;
		let at = first;
		let digits = 0;
		// Whole numbers of up to nine digits stay in integer arithmetic.
		const nine = Math.min(end, first + 9);
		let c = 0;
		while (at < nine) {
			c = b[at] as number;
			if (c < 0x30 || c > 0x39) break;
			digits = (digits * 10 + (c - 0x30)) | 0;
			at += 1;
		}
		let size = digits;
		if (at === first + 9) {
			digits = 0;
			const eighteen = Math.min(end, first + 18);
			while (at < eighteen) {
				c = b[at] as number;
				if (c < 0x30 || c > 0x39) break;
				digits = (digits * 10 + (c - 0x30)) | 0;
				at += 1;
			}
			size = size * (POWERS_OF_TEN[at - first - 9] as number) + digits;
		}
		const whole = at - first;
		if (whole === 0 || (whole > 1 && b[first] === 0x30)) return -1;
		let scale = 0;
		if (at < end) {
			c = b[at] as number;
			if (c === 0x2e) {
				const point = at;
				at += 1;
				digits = 0;
				const nineMore = Math.min(end, at + 9);
				while (at < nineMore) {
					c = b[at] as number;
					if (c < 0x30 || c > 0x39) break;
					digits = (digits * 10 + (c - 0x30)) | 0;
					at += 1;
				}
				scale = at - point - 1;
				if (scale === 0) return -1;
				const power = POWERS_OF_TEN[scale] as number;
				// Both are exact, so the quotient is the nearest double, as `JSON.parse` gives it.
				size = (size * power + digits) / power;
				c = at < end ? (b[at] as number) : 0;
			}
			if (whole + scale > EXACT_DIGITS || (c >= 0x30 && c <= 0x39) || (c | 0x20) === 0x65)
				return this.#takeLongNumber(cells, row, b, from, end);
		} else if (whole > EXACT_DIGITS) return this.#takeLongNumber(cells, row, b, from, end);
		if (scale > 0 && type === "integer" && !Number.isInteger(size)) return -1;
		cells.values[row] = isNegative ? -size : size;
		cells.valid[row] = 1;
		return at;
	}

	#takeLongNumber(cells: FieldCells, row: number, b: Uint8Array, from: number, end: number): number {
		const behind = skipNumber(b, from, end);
		if (behind < 0) return -1;
		const value = Number(decoder.decode(b.subarray(from, behind)));
		if (!Number.isFinite(value) || (cells.field.type === "integer" && !Number.isSafeInteger(value))) return -1;
		cells.values[row] = value;
		cells.valid[row] = 1;
		return behind;
	}

	#takePlace(cells: FieldCells, row: number, b: Uint8Array, at: number, end: number): number {
		const behind = skipValue(b, at, end, 1);
		if (behind < 0) return -1;
		this.isBeyondAscii = true;
		cells.starts[row] = at;
		cells.ends[row] = behind;
		cells.valid[row] = 1;
		return behind;
	}

	#takeOther(cells: FieldCells, row: number, b: Uint8Array, at: number, end: number): number {
		const c = b[at];
		const behind = passWord(b, at, end);
		if (c === 0x6e) {
			cells.valid[row] = 0;
			cells.hasNulls = true;
			return behind;
		}
		if (cells.field.type === "json") return this.#takePlace(cells, row, b, at, end);
		if (cells.field.type !== "boolean" || behind < 0) return -1;
		cells.flags[row] = c === 0x74 ? 1 : 0;
		cells.valid[row] = 1;
		return behind;
	}
}

/** Behind a number nobody wants, or −1. */
export function passNumber(b: Uint8Array, from: number, end: number): number {
	let at = from;
	let c = 0;
	while (at < end) {
		c = b[at] as number;
		if (c < 0x30 || c > 0x39) break;
		at += 1;
	}
	// Digits, a point, digits: everything else goes the long way.
	if (at === from || (b[from] === 0x30 && at > from + 1)) return skipNumber(b, from, end);
	if (at < end && c === 0x2e) {
		const point = at;
		at += 1;
		while (at < end) {
			c = b[at] as number;
			if (c < 0x30 || c > 0x39) break;
			at += 1;
		}
		if (at === point + 1) return -1;
	}
	return at < end && (c | 0x20) === 0x65 ? skipNumber(b, from, end) : at;
}

function passPlain(b: Uint8Array, at: number, end: number): number {
	const c = b[at] as number;
	return c === 0x2d || (c >= 0x30 && c <= 0x39) ? skipNumber(b, at, end) : passWord(b, at, end);
}

const TRUE = 0x65757274;
const NULL = 0x6c6c756e;
const ALSE = 0x65736c61;

function wordAt(b: Uint8Array, at: number): number {
	return (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16) | ((b[at + 3] as number) << 24);
}

/** Behind `true`, `false` or `null`, or −1. */
function passWord(b: Uint8Array, at: number, end: number): number {
	if (at + 4 > end) return -1;
	const word = wordAt(b, at);
	if (word === TRUE || word === NULL) return at + 4;
	return b[at] === 0x66 && at + 5 <= end && wordAt(b, at + 1) === ALSE ? at + 5 : -1;
}

function twoDigits(b: Uint8Array, at: number): number {
	const tens = (b[at] as number) - 0x30;
	const ones = (b[at + 1] as number) - 0x30;
	return tens >>> 0 > 9 || ones >>> 0 > 9 ? Number.NaN : tens * 10 + ones;
}

/** Milliseconds of `YYYY-MM-DDThh:mm:ss`, with a space for the T, milliseconds and a Z if they are there; NaN for every other text. */
function isoTime(b: Uint8Array, from: number, close: number): number {
	const length = close - from;
	const hasZone = b[close - 1] === 0x5a;
	const bare = hasZone ? length - 1 : length;
	if (bare !== 19 && bare !== 23) return Number.NaN;
	const separator = b[from + 10];
	if (b[from + 4] !== 0x2d || b[from + 7] !== 0x2d || b[from + 13] !== 0x3a || b[from + 16] !== 0x3a) return Number.NaN;
	if (separator !== 0x54 && separator !== 0x20) return Number.NaN;
	const year = twoDigits(b, from) * 100 + twoDigits(b, from + 2);
	const month = twoDigits(b, from + 5);
	const day = twoDigits(b, from + 8);
	const hour = twoDigits(b, from + 11);
	const minute = twoDigits(b, from + 14);
	const second = twoDigits(b, from + 17);
	if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 59))
		return Number.NaN;
	let milliseconds = 0;
	if (bare === 23) {
		if (b[from + 19] !== 0x2e) return Number.NaN;
		milliseconds = twoDigits(b, from + 20) * 10 + ((b[from + 22] as number) - 0x30);
		if (!(milliseconds >= 0 && milliseconds <= 999) || (b[from + 22] as number) > 0x39 || (b[from + 22] as number) < 0x30)
			return Number.NaN;
	}
	return daysSince1970(year, month, day) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1_000 + milliseconds;
}

function daysIn(year: number, month: number): number {
	if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar, by counting years from 1 March (H. Hinnant, "chrono-compatible low-level date algorithms"). */
function daysSince1970(year: number, month: number, day: number): number {
	const y = month <= 2 ? year - 1 : year;
	const era = Math.floor(y / 400);
	const yearOfEra = y - era * 400;
	const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
	const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
	return era * 146_097 + dayOfEra - 719_468;
}
