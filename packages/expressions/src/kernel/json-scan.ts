/** A stretch of bytes. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const decoder = new TextDecoder();

/*
 * Walks over bytes that are known to be valid JSON (a column of type json holds nothing else), without building objects:
 * numbers of any length and the order of members stay as they were written.
 */

/** The member of an object by name; of several with that name the last one, as in PostgreSQL. */
export function memberNamed(bytes: Uint8Array, span: Span, name: string): Span | undefined {
	let at = skipSpace(bytes, span.start);
	if (bytes[at] !== OPEN_OBJECT) return undefined;
	let found: Span | undefined;
	at = skipSpace(bytes, at + 1);
	while (at < span.end && bytes[at] !== CLOSE_OBJECT) {
		const nameEnd = skipString(bytes, at);
		const isNamed = stringAt(bytes, { start: at, end: nameEnd }) === name;
		const start = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
		const end = skipValue(bytes, start, span.end);
		if (isNamed) found = { start, end };
		at = skipSpace(bytes, end);
		if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
	}
	return found;
}

/** The element of an array by its place from 0; a negative place counts from the end. */
export function elementAt(bytes: Uint8Array, span: Span, place: number): Span | undefined {
	const elements = elementsOf(bytes, span);
	return elements?.[place < 0 ? elements.length + place : place];
}

/** Where the elements of an array lie; undefined for what is no array. */
export function elementsOf(bytes: Uint8Array, span: Span): readonly Span[] | undefined {
	let at = skipSpace(bytes, span.start);
	if (bytes[at] !== OPEN_ARRAY) return undefined;
	const elements: Span[] = [];
	at = skipSpace(bytes, at + 1);
	while (at < span.end && bytes[at] !== CLOSE_ARRAY) {
		const end = skipValue(bytes, at, span.end);
		elements.push({ start: at, end });
		at = skipSpace(bytes, end);
		if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
	}
	return elements;
}

/** The first byte of a value, which says its kind. */
export function firstByte(bytes: Uint8Array, span: Span): number {
	return bytes[skipSpace(bytes, span.start)] ?? 0;
}

/** The text of a string; undefined for other values. */
export function stringAt(bytes: Uint8Array, span: Span): string | undefined {
	if (firstByte(bytes, span) !== QUOTE) return undefined;
	const written = decoder.decode(bytes.subarray(skipSpace(bytes, span.start), span.end)).trimEnd();
	return written.includes("\\") ? (JSON.parse(written) as string) : written.slice(1, -1);
}

function skipSpace(bytes: Uint8Array, at: number): number {
	let next = at;
	while (bytes[next] === 0x20 || bytes[next] === 0x0a || bytes[next] === 0x0d || bytes[next] === 0x09) next += 1;
	return next;
}

/** From an opening quote to behind the closing one. */
function skipString(bytes: Uint8Array, at: number): number {
	let next = at + 1;
	while (next < bytes.length && bytes[next] !== QUOTE) next += bytes[next] === BACKSLASH ? 2 : 1;
	return next + 1;
}

function skipValue(bytes: Uint8Array, at: number, limit: number): number {
	let depth = 0;
	let next = at;
	while (next < limit) {
		const byte = bytes[next] as number;
		if (byte === QUOTE) {
			next = skipString(bytes, next);
			if (depth === 0) return next;
			continue;
		}
		if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth += 1;
		else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
			if (depth === 0) return next;
			depth -= 1;
			if (depth === 0) return next + 1;
		} else if (depth === 0 && (byte === COMMA || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) return next;
		next += 1;
	}
	return next;
}
