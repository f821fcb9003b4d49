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

export function splitPart(text: string, separator: string, n: number): string | Failure {
	if (n === 0) return new Failure("Parts are counted from 1 (or −1), but part 0 was asked for");
	const parts = text === "" ? [] : separator === "" ? [text] : text.split(separator);
	return parts[n > 0 ? n - 1 : parts.length + n] ?? "";
}
