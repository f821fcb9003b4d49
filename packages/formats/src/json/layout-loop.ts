import { isUtf8 } from "node:buffer";
import type { FieldCells } from "../column-store.ts";
import type { ValueReader } from "./value-reader.ts";

/*
 * A loop over many records of one layout, generated from the layout's shape: how long the text between the values is and what kind of value
 * stands where. Straight code with fixed distances reads a record in half the time of a loop over members (measured on the reference flow).
 *
 * The source is made of numbers and of our own words only. Names of fields and all else that came from outside is compared with bytes that are
 * handed in, so records cannot write code, and layouts of the same shape share one function that is compiled once.
 */

/** Kind of a member's value: passed over (text, number), taken (text, number, integer), or left to the reader of values. */
export type MemberKind = "passText" | "passNumber" | "text" | "number" | "integer" | "any";

export interface MemberShape {
	/** Bytes between the value before and this one. */
	readonly prefix: number;
	readonly kind: MemberKind;
	/** Whether the value was long when the layout was learnt: then it is walked four bytes at a time. */
	readonly isLong: boolean;
}

/** Where the loop stands: it begins at `at`, and stops before the record that it could not read. */
export interface LoopPlace {
	at: number;
	row: number;
	/** Number of the next record in its frame. */
	record: number;
	/** Where the frame ends. */
	end: number;
	/** Rows there is memory for. */
	capacity: number;
}

export interface RowPlaces {
	readonly starts: Int32Array;
	readonly ends: Int32Array;
	readonly indexes: Int32Array;
}

export type LayoutLoop = (
	bytes: Uint8Array,
	view: DataView,
	literal: Uint8Array,
	literalWords: DataView,
	cells: readonly (FieldCells | null)[],
	rows: RowPlaces,
	place: LoopPlace,
	values: ValueReader,
) => void;

/** Shapes compiled in this process; behind the limit records go the way that needs no code of their own. */
const MOST_SHAPES = 256;
const loops = new Map<string, LayoutLoop>();

/** 10 ** n for the digits that fit a double exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, i) => 10 ** i);

/** The loop for a shape; undefined when too many shapes were compiled already. */
export function layoutLoop(members: readonly MemberShape[], suffix: number): LayoutLoop | undefined {
	const source = sourceOf(members, suffix);
	const known = loops.get(source);
	if (known !== undefined || loops.size >= MOST_SHAPES) return known;
	// Made of the shape alone (see above).
	const made = new Function("isUtf8", "POWERS", source)(isUtf8, POWERS_OF_TEN) as LayoutLoop;
	loops.set(source, made);
	return made;
}

function sourceOf(members: readonly MemberShape[], suffix: number): string {
	const taken = members
		.map((member, i) => (member.kind.startsWith("pass") || member.kind === "any" ? "" : openCells(member.kind, i)))
		.join("\n");
	let from = 0;
	const body = members.map((member, i) => {
		const prefix = compare(from, member.prefix, true);
		from += member.prefix;
		return `${prefix}\n${readValue(member, i)}`;
	});
	const hasAny = members.some((member) => member.kind === "any");
	return `return (b, v, literal, words, cells, rows, place, values) => {
const { starts, ends, indexes } = rows;
const end = place.end, capacity = place.capacity;
let at = place.at, row = place.row, record = place.record;
${taken}
records: while (row < capacity && at + 8 <= end) {
const start = at + 8 + v.getUint16(at + 4, true) + v.getUint16(at + 6, true);
const size = v.getInt32(at, true);
if (size < 0) break;
const stop = start + size;
if (stop > end) break;
let p = start;
${hasAny ? "values.isBeyondAscii = false;" : ""}
${body.join("\n")}
${compare(from, suffix, false)}
if (p !== stop) break;
${hasAny ? "if (values.isBeyondAscii && !isUtf8(b.subarray(start, stop))) break;" : ""}
starts[row] = start;
ends[row] = stop;
indexes[row] = record;
row++;
record++;
at = stop;
}
place.at = at;
place.row = row;
place.record = record;
};`;
}

function openCells(kind: MemberKind, i: number): string {
	return kind === "text" ? `const s${i} = cells[${i}].starts, e${i} = cells[${i}].ends;` : `const v${i} = cells[${i}].values;`;
}

/** Compares `length` bytes at p with the literal from `from` on, and goes behind them. A value needs one byte more. */
function compare(from: number, length: number, isBeforeValue: boolean): string {
	const tests = [`p + ${length} ${isBeforeValue ? ">=" : ">"} stop`];
	if (length >= 4) {
		// The last four bytes overlap the ones before.
		for (let k = 0; k < length - 4; k += 4) tests.push(word(from, k));
		tests.push(word(from, length - 4));
	} else for (let k = 0; k < length; k++) tests.push(`b[p + ${k}] !== literal[${from + k}]`);
	return `if (${tests.join(" || ")}) break;\np += ${length};`;
}

function word(from: number, k: number): string {
	return `v.getInt32(p + ${k}, true) !== words.getInt32(${from + k}, true)`;
}

function readValue(member: MemberShape, i: number): string {
	switch (member.kind) {
		case "any":
			return `p = values.read(cells[${i}], row, b, p, stop);\nif (p < 0) break;`;
		case "passText":
			return walkText(member.isLong);
		case "text":
			return `const from${i} = p + 1;\n${walkText(member.isLong)}\ns${i}[row] = from${i};\ne${i}[row] = p - 1;`;
		case "passNumber":
			return passNumber(i);
		default:
			return takeNumber(member, i);
	}
}

/** From quote to quote. Escapes, control characters and bytes outside ASCII go the long way. Nothing is read behind the slab's spare bytes: whatever runs over `stop` meets a quote or a stop there. */
function walkText(isLong: boolean): string {
	const quick = isLong
		? `for (;;) {
if (p + 4 > stop) break;
const w = v.getInt32(p, true);
if (((w | ((w ^ 0x22222222) - 0x01010101) | ((w ^ 0x5c5c5c5c) - 0x01010101) | (w - 0x20202020)) & ${0x80808080 | 0}) !== 0) break;
p += 4;
}`
		: "";
	return `if (b[p] !== 0x22) break;
p++;
${quick}
for (;;) {
if (p >= stop) break records;
const c = b[p];
if (c === 0x22) break;
if (c < 0x20 || c === 0x5c || c > 0x7f) break records;
p++;
}
p++;`;
}

/** Digits from p on, at most nine of them; afterwards c is the byte behind. */
function digits(into: string): string {
	return `{ const nine = p + 9 < stop ? p + 9 : stop;
while (p < nine && (c = b[p] - 48) >>> 0 <= 9) { ${into} = (${into} * 10 + c) | 0; p++; } }`;
}

function takeNumber(member: MemberShape, i: number): string {
	const value = `n${i}`;
	// Eight digits at once: pairs, then fours.
	const eight = `if (p + 8 <= stop) {
const w = v.getInt32(p, true), x = v.getInt32(p + 4, true);
if (((w & ${0xf0f0f0f0 | 0}) ^ 0x30303030 | ((w + 0x06060606) & ${0xf0f0f0f0 | 0}) ^ 0x30303030 | (x & ${0xf0f0f0f0 | 0}) ^ 0x30303030 | ((x + 0x06060606) & ${0xf0f0f0f0 | 0}) ^ 0x30303030) === 0) {
let y = w & 0x0f0f0f0f, z = x & 0x0f0f0f0f;
y = y * 10 + (y >>> 8) | 0;
z = z * 10 + (z >>> 8) | 0;
high = ((y & 255) * 100 + (y >>> 16 & 255)) * 10000 + (z & 255) * 100 + (z >>> 16 & 255) | 0;
p += 8;
}
}`;
	return `let ${value} = 0;
{
let c = b[p];
const isNegative = c === 0x2d;
if (isNegative) p++;
const first = p;
let low = 0${member.isLong ? ", high = 0" : ""};
${member.isLong ? eight : ""}
${member.isLong ? "const rest = p;" : ""}
${digits("low")}
const whole = p - first;
if (whole === 0 || whole > 15 || (whole > 1 && b[first] === 48) || p >= stop) break;
c = b[p];
${member.isLong ? `${value} = rest === first ? low : high * POWERS[p - rest] + low;` : `${value} = low;`}
if (c === 0x2e) {
p++;
const point = p;
let fraction = 0;
${digits("fraction")}
const scale = p - point;
if (scale === 0 || whole + scale > 15 || p >= stop) break;
const power = POWERS[scale];
${value} = (${value} * power + fraction) / power;
${member.kind === "integer" ? `if (Math.floor(${value}) !== ${value}) break;` : ""}
c = b[p];
}
if ((c >= 48 && c <= 57) || (c | 0x20) === 0x65) break;
v${i}[row] = isNegative ? -${value} : ${value};
}`;
}

function passNumber(i: number): string {
	return `{
if (b[p] === 0x2d) p++;
const first${i} = p;
let c = 0;
while (p < stop && (c = b[p]) >= 48 && c <= 57) p++;
if (p === first${i} || (p > first${i} + 1 && b[first${i}] === 48)) break;
if (c === 0x2e) {
p++;
const point = p;
while (p < stop && (c = b[p]) >= 48 && c <= 57) p++;
if (p === point) break;
}
if ((c | 0x20) === 0x65) break;
}`;
}
