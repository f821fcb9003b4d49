/*
 * Strict JSON (RFC 8259) over UTF-8 bytes, without building values. Every `skip…` answers the index behind what it read, or −1;
 * then `fault()` tells where and why. The bytes MUST be valid UTF-8: doors check that once for a whole body.
 */

/** Deeper nesting is refused at the doors. */
export const MAX_DEPTH = 64;

export interface ScanFault {
	/** Index of the byte that cannot stand there; `end` when the text stops too early. */
	readonly at: number;
	/** Part of a sentence: "a value is missing". */
	readonly reason: string;
}

let faultAt = 0;
let faultReason = "";

/** Where and why the last `skip…` answered −1. */
function fault(): ScanFault {
	return { at: faultAt, reason: faultReason };
}

function fail(at: number, reason: string): -1 {
	faultAt = at;
	faultReason = reason;
	return -1;
}

export function skipSpace(b: Uint8Array, i: number, end: number): number {
	let at = i;
	while (at < end) {
		const c = b[at];
		if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
		at += 1;
	}
	return at;
}

/** `i` is at any value's first byte; spaces before it are not skipped. */
export function skipValue(b: Uint8Array, i: number, end: number, depth = 0): number {
	if (i >= end) return fail(end, "a value is missing");
	const c = b[i];
	if (c === 0x22) return skipString(b, i, end);
	if (c === 0x7b) return skipObject(b, i, end, depth + 1);
	if (c === 0x5b) return skipArray(b, i, end, depth + 1);
	if (c === 0x74) return skipWord(b, i, end, "true");
	if (c === 0x66) return skipWord(b, i, end, "false");
	if (c === 0x6e) return skipWord(b, i, end, "null");
	return skipNumber(b, i, end);
}

function skipWord(b: Uint8Array, i: number, end: number, word: string): number {
	for (let k = 0; k < word.length; k++) {
		if (i + k >= end || b[i + k] !== word.charCodeAt(k)) return fail(Math.min(i + k, end), `this is no value; did you mean ${word}`);
	}
	return i + word.length;
}

/** `i` is at the opening quote. */
export function skipString(b: Uint8Array, i: number, end: number): number {
	let at = i + 1;
	while (at < end) {
		const c = b[at] ?? 0;
		if (c === 0x22) return at + 1;
		if (c < 0x20) return fail(at, "a control character must be escaped inside a text");
		if (c === 0x5c) {
			const next = skipEscape(b, at, end);
			if (next < 0) return -1;
			at = next;
		} else at += 1;
	}
	return fail(end, "a text is not closed");
}

function skipEscape(b: Uint8Array, i: number, end: number): number {
	switch (b[i + 1]) {
		case 0x22:
		case 0x5c:
		case 0x2f:
		case 0x62:
		case 0x66:
		case 0x6e:
		case 0x72:
		case 0x74:
			return i + 2 <= end ? i + 2 : fail(end, "a text is not closed");
		case 0x75: {
			for (let k = 2; k < 6; k++) {
				if (i + k >= end || !isHex(b[i + k] ?? 0)) return fail(Math.min(i + k, end), "\\u needs four hexadecimal digits");
			}
			return i + 6;
		}
		default:
			return fail(Math.min(i + 1, end), "this character cannot be escaped");
	}
}

function isHex(c: number): boolean {
	return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66);
}

function skipDigits(b: Uint8Array, i: number, end: number): number {
	let at = i;
	while (at < end) {
		const c = b[at] ?? 0;
		if (c < 0x30 || c > 0x39) break;
		at += 1;
	}
	return at;
}

export function skipNumber(b: Uint8Array, i: number, end: number): number {
	let at = b[i] === 0x2d ? i + 1 : i;
	const whole = at;
	at = skipDigits(b, at, end);
	if (at === whole) return fail(Math.min(at, end), at === i ? "this is no value" : "a digit is missing");
	if (b[whole] === 0x30 && at > whole + 1) return fail(whole + 1, "a number must not begin with 0");
	if (at < end && b[at] === 0x2e) {
		const digits = at + 1;
		at = skipDigits(b, digits, end);
		if (at === digits) return fail(Math.min(at, end), "a digit is missing");
	}
	if (at < end && (b[at] === 0x65 || b[at] === 0x45)) {
		at += 1;
		if (at < end && (b[at] === 0x2b || b[at] === 0x2d)) at += 1;
		const digits = at;
		at = skipDigits(b, digits, end);
		if (at === digits) return fail(Math.min(at, end), "a digit is missing");
	}
	return at;
}

function skipObject(b: Uint8Array, i: number, end: number, depth: number): number {
	if (depth > MAX_DEPTH) return fail(i, `values are nested deeper than ${MAX_DEPTH}`);
	let at = skipSpace(b, i + 1, end);
	if (at < end && b[at] === 0x7d) return at + 1;
	while (at < end) {
		if (b[at] !== 0x22) return fail(at, "a name in quotes is missing");
		at = skipString(b, at, end);
		if (at < 0) return -1;
		at = skipSpace(b, at, end);
		if (at >= end || b[at] !== 0x3a) return fail(Math.min(at, end), "a colon is missing");
		at = skipValue(b, skipSpace(b, at + 1, end), end, depth);
		if (at < 0) return -1;
		at = skipSpace(b, at, end);
		if (at < end && b[at] === 0x7d) return at + 1;
		if (at >= end || b[at] !== 0x2c) return fail(Math.min(at, end), "a comma or } is missing");
		at = skipSpace(b, at + 1, end);
	}
	return fail(end, "an object is not closed");
}

function skipArray(b: Uint8Array, i: number, end: number, depth: number): number {
	if (depth > MAX_DEPTH) return fail(i, `values are nested deeper than ${MAX_DEPTH}`);
	let at = skipSpace(b, i + 1, end);
	if (at < end && b[at] === 0x5d) return at + 1;
	while (at < end) {
		at = skipValue(b, at, end, depth);
		if (at < 0) return -1;
		at = skipSpace(b, at, end);
		if (at < end && b[at] === 0x5d) return at + 1;
		if (at >= end || b[at] !== 0x2c) return fail(Math.min(at, end), "a comma or ] is missing");
		at = skipSpace(b, at + 1, end);
	}
	return fail(end, "an array is not closed");
}

/** Undefined when `bytes[start, end)` is exactly one JSON value with space around it. */
export function findFault(b: Uint8Array, start: number, end: number): ScanFault | undefined {
	const first = skipSpace(b, start, end);
	const behind = skipValue(b, first, end);
	if (behind < 0) return fault();
	const rest = skipSpace(b, behind, end);
	return rest === end ? undefined : { at: rest, reason: "something follows after the value" };
}
