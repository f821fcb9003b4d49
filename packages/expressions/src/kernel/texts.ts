import { Failure } from "./failure.ts";

/*
 * PostgreSQL counts characters, JavaScript UTF-16 units. Texts without surrogates, which are nearly all, need no difference.
 */
const HAS_SURROGATES = /[\ud800-\udfff]/;

/** Characters of a text, or the text itself when units are characters. */
function characters(text: string): string | readonly string[] {
	return HAS_SURROGATES.test(text) ? [...text] : text;
}

function joined(part: string | readonly string[]): string {
	return typeof part === "string" ? part : part.join("");
}

export function lengthOf(text: string): number {
	return characters(text).length;
}

/** Maps letter by letter and only where the result is one letter, as PostgreSQL's simple case mapping does: ß stays ß. */
function mapLetters(text: string, map: (letter: string) => string): string {
	const whole = map(text);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII, whose letters all map one to one
	if (/^[\x00-\x7f]*$/.test(text)) return whole;
	let mapped = "";
	for (const letter of text) {
		const other = map(letter);
		mapped += [...other].length === 1 ? other : letter;
	}
	return mapped;
}

export function upper(text: string): string {
	return mapLetters(text, (letter) => letter.toUpperCase());
}

export function lower(text: string): string {
	return mapLetters(text, (letter) => letter.toLowerCase());
}

export function trimStart(text: string, set = " "): string {
	const letters = [...text];
	const unwanted = new Set(set);
	let from = 0;
	while (from < letters.length && unwanted.has(letters[from] ?? "")) from += 1;
	return letters.slice(from).join("");
}

export function trimEnd(text: string, set = " "): string {
	const letters = [...text];
	const unwanted = new Set(set);
	let to = letters.length;
	while (to > 0 && unwanted.has(letters[to - 1] ?? "")) to -= 1;
	return letters.slice(0, to).join("");
}

/** A window over the text's characters from 1 that may lie partly outside. */
export function substring(text: string, start: number, count?: number): string | Failure {
	if (count !== undefined && count < 0) return new Failure("A part of negative length was asked for");
	const from = Math.max(start, 1) - 1;
	const to = count === undefined ? Number.POSITIVE_INFINITY : start + count - 1;
	return to <= from ? "" : joined(characters(text).slice(from, to));
}

export function left(text: string, count: number): string {
	return joined(characters(text).slice(0, count));
}

export function right(text: string, count: number): string {
	const letters = characters(text);
	return joined(count < 0 ? letters.slice(-count) : letters.slice(Math.max(0, letters.length - count)));
}

export function strpos(text: string, part: string): number {
	const index = text.indexOf(part);
	return index <= 0 ? index + 1 : lengthOf(text.slice(0, index)) + 1;
}

export function replace(text: string, part: string, by: string): string {
	return part === "" ? text : text.replaceAll(part, () => by);
}

/** Texts longer than this are refused before they are made. */
const MAX_TEXT = 65_536;
const TOO_LONG = new Failure(`A text of more than ${MAX_TEXT} characters came out`);

const WORD = /[\p{Alphabetic}0-9]/u;

/** A capital letter at the beginning of each run of letters and digits. */
export function initcap(text: string): string {
	let isInWord = false;
	let result = "";
	for (const letter of text) {
		result += isInWord ? lower(letter) : upper(letter);
		isInWord = WORD.test(letter);
	}
	return result;
}

/** What must be added to reach a length, or undefined when the text is cut instead. */
function filling(length: number, wanted: number, fill: string): string | undefined {
	const letters = [...fill];
	if (wanted <= length) return undefined;
	return letters.length === 0 ? "" : Array.from({ length: wanted - length }, (_, i) => letters[i % letters.length]).join("");
}

export function pad(text: string, wanted: number, fill: string, isLeft: boolean): string | Failure {
	if (wanted > MAX_TEXT) return TOO_LONG;
	const missing = filling(lengthOf(text), wanted, fill);
	if (missing === undefined) return left(text, Math.max(0, wanted));
	return isLeft ? missing + text : text + missing;
}

export function repeat(text: string, times: number): string | Failure {
	if (times <= 0 || text === "") return "";
	return text.length * times > MAX_TEXT ? TOO_LONG : text.repeat(times);
}

export function reverse(text: string): string {
	return [...text].reverse().join("");
}

export function translate(text: string, from: string, to: string): string {
	const [wanted, instead] = [[...from], [...to]];
	return Array.from(text, (letter) => {
		const at = wanted.indexOf(letter);
		return at < 0 ? letter : (instead[at] ?? "");
	}).join("");
}

export function overlay(text: string, part: string, start: number, count = lengthOf(part)): string | Failure {
	if (start <= 0) return new Failure("A place before the first character was asked for");
	const letters = [...text];
	return letters.slice(0, start - 1).join("") + part + letters.slice(Math.max(0, start - 1 + count)).join("");
}

export function character(code: number): string | Failure {
	const isOne = code >= 1 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
	return isOne ? String.fromCodePoint(code) : new Failure("There is no character with this number");
}

export function bytesOf(text: string): number {
	let bytes = 0;
	for (const letter of text) {
		const code = letter.codePointAt(0) ?? 0;
		bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	}
	return bytes;
}

export function splitPart(text: string, separator: string, n: number): string | Failure {
	if (n === 0) return new Failure("Parts are counted from 1 (or −1), but part 0 was asked for");
	const parts = text === "" ? [] : separator === "" ? [text] : text.split(separator);
	return parts[n > 0 ? n - 1 : parts.length + n] ?? "";
}
