import type { Misfit } from "./values.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Years 1 to 9999: what four digits can say. PostgreSQL's own bounds are wider. */
const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_800_000;

const TIMESTAMP =
	/^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[T ]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?\s*$/i;

/** Reads ISO 8601 and PostgreSQL's own form; without a zone it is UTC. Kept to the microsecond. */
export function parseTimestamp(text: string): number | Misfit {
	const match = TIMESTAMP.exec(text);
	if (match === null) return "malformed";
	const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
	const [y, m, d, h, min, s] = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)];
	const isEndOfDay = h === 24 && min === 0 && s === 0 && Number(fraction) === 0;
	if (y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) || (h > 23 && !isEndOfDay) || min > 59 || s > 60) return "out-of-range";
	const shift = zoneShiftMs(zone);
	if (shift === undefined) return "out-of-range";
	const micros = fraction === "" ? 0 : Math.round(Number(`0.${fraction}`) * 1e6);
	const value = startOfDay(y, m, d) + h * HOUR + min * MINUTE + s * SECOND - shift + micros / 1000;
	return isTimestamp(value) ? value : "out-of-range";
}

/** The same without a zone: one that is written is passed over, as in PostgreSQL. */
export function parseLocal(text: string): number | Misfit {
	const match = TIMESTAMP.exec(text);
	const zone = match?.[8];
	return parseTimestamp(zone === undefined ? text : text.trimEnd().slice(0, -zone.length));
}

/** The moment with this date and time of day in UTC; undefined when the calendar has none. */
export function momentOf(year: number, month: number, day: number, hour: number, minute: number, second: number): number | undefined {
	const isDate = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
	const isTime =
		hour >= 0 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60 && (hour < 24 || (hour === 24 && minute === 0 && second === 0));
	if (!isDate || !isTime) return undefined;
	const value = startOfDay(year, month, day) + hour * HOUR + minute * MINUTE + Math.round(second * 1e6) / 1000;
	return isTimestamp(value) ? value : undefined;
}

/** Whether a number of milliseconds is a moment that can be shown. */
export function isTimestamp(value: number): boolean {
	return value >= EARLIEST && value < LATEST;
}

function zoneShiftMs(zone: string): number | undefined {
	const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
	if (match === null) return 0;
	const [, sign, hours, minutes = "0"] = match;
	if (Number(hours) > 15 || Number(minutes) > 59) return undefined;
	return (sign === "-" ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}

function daysIn(year: number, month: number): number {
	if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Date.UTC without its rule that years 0 to 99 mean 1900 to 1999; months may run over. */
function startOfDay(year: number, month: number, day: number): number {
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	return date.getTime();
}

/** PostgreSQL's timestamptz output in UTC. */
export function formatTimestamp(ms: number): string {
	const micros = Math.round((ms - Math.floor(ms / SECOND) * SECOND) * 1000);
	const date = new Date(Math.floor(ms / SECOND) * SECOND + (micros === 1e6 ? SECOND : 0));
	const pad = (value: number, width: number) => String(value).padStart(width, "0");
	const day = `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
	const time = `${pad(date.getUTCHours(), 2)}:${pad(date.getUTCMinutes(), 2)}:${pad(date.getUTCSeconds(), 2)}`;
	const fraction = micros === 0 || micros === 1e6 ? "" : `.${pad(micros, 6).replace(/0+$/, "")}`;
	return `${day} ${time}${fraction}+00`;
}

/** PostgreSQL's output of a timestamp without time zone. */
export function formatLocal(ms: number): string {
	return formatTimestamp(ms).slice(0, -3);
}

/** A moment some months and milliseconds later; a day that its month does not have becomes the last one, as in PostgreSQL. */
export function later(moment: number, months: number, ms: number): number {
	const date = dateOf(moment);
	const count = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
	const [year, month] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
	const day = Math.min(date.getUTCDate(), daysIn(year, month));
	return microsecondsOf(startOfDay(year, month, day) + floorMod(moment, DAY) + ms) / 1000;
}

const AGE_PARTS: Readonly<Record<string, (months: number, ms: number) => number>> = {
	epoch: (months, ms) => Math.trunc(months / 12) * 31_557_600 + (months % 12) * 2_592_000 + microsecondsOf(ms) / 1e6,
	year: (months) => Math.trunc(months / 12) + 0,
	month: (months) => (months % 12) + 0,
	day: (_months, ms) => Math.trunc(ms / DAY) + 0,
	hour: (_months, ms) => Math.trunc((ms % DAY) / HOUR) + 0,
	minute: (_months, ms) => Math.trunc((ms % HOUR) / MINUTE) + 0,
	second: (_months, ms) => microsecondsOf(ms % MINUTE) / 1e6 + 0,
};

export const AGE_PART_NAMES: readonly string[] = Object.keys(AGE_PARTS);

/** How to take a part out of the time between two moments, counted in whole years and months first; undefined for a word that is no part. */
export function agePartNamed(word: string): ((later: number, earlier: number) => number) | undefined {
	const part = lookUp(AGE_PARTS, word);
	return part && ((a, b) => (a >= b ? part(...ageOf(a, b)) : 0 - part(...ageOf(b, a))));
}

/** Months and milliseconds from the earlier moment to the later one; days that are borrowed are those of the earlier one's month. */
function ageOf(later: number, earlier: number): [months: number, ms: number] {
	const [a, b] = [dateOf(later), dateOf(earlier)];
	let months = (a.getUTCFullYear() - b.getUTCFullYear()) * 12 + a.getUTCMonth() - b.getUTCMonth();
	let ms = (a.getUTCDate() - b.getUTCDate()) * DAY + microsecondsOf(floorMod(later, DAY) - floorMod(earlier, DAY)) / 1000;
	if (ms < 0) {
		ms += daysIn(b.getUTCFullYear(), b.getUTCMonth() + 1) * DAY;
		months -= 1;
	}
	return [months, ms];
}

/** Parts `extract` knows; each works on milliseconds since 1970 UTC. */
const PARTS: Readonly<Record<string, (ms: number) => number>> = {
	epoch: (ms) => microsecondsOf(ms) / 1e6,
	microseconds: (ms) => microsecondsOf(floorMod(ms, MINUTE)),
	milliseconds: (ms) => microsecondsOf(floorMod(ms, MINUTE)) / 1000,
	second: (ms) => microsecondsOf(floorMod(ms, MINUTE)) / 1e6,
	minute: (ms) => Math.floor(floorMod(ms, HOUR) / MINUTE),
	hour: (ms) => Math.floor(floorMod(ms, DAY) / HOUR),
	day: (ms) => dateOf(ms).getUTCDate(),
	month: (ms) => dateOf(ms).getUTCMonth() + 1,
	quarter: (ms) => Math.floor(dateOf(ms).getUTCMonth() / 3) + 1,
	year: (ms) => dateOf(ms).getUTCFullYear(),
	decade: (ms) => Math.floor(dateOf(ms).getUTCFullYear() / 10),
	century: (ms) => eraPart(dateOf(ms).getUTCFullYear(), 100),
	millennium: (ms) => eraPart(dateOf(ms).getUTCFullYear(), 1000),
	dow: (ms) => dateOf(ms).getUTCDay(),
	isodow: (ms) => dateOf(ms).getUTCDay() || 7,
	doy: (ms) => Math.floor((ms - startOfDay(dateOf(ms).getUTCFullYear(), 1, 1)) / DAY) + 1,
	week: (ms) => Math.floor((thursdayOf(ms) - startOfDay(dateOf(thursdayOf(ms)).getUTCFullYear(), 1, 1)) / (7 * DAY)) + 1,
	isoyear: (ms) => dateOf(thursdayOf(ms)).getUTCFullYear(),
	julian: (ms) => ms / DAY + 2440588,
};

const TRUNCATIONS: Readonly<Record<string, (ms: number) => number>> = {
	microseconds: (ms) => microsecondsOf(ms) / 1000,
	milliseconds: (ms) => Math.floor(ms),
	second: (ms) => ms - floorMod(ms, SECOND),
	minute: (ms) => ms - floorMod(ms, MINUTE),
	hour: (ms) => ms - floorMod(ms, HOUR),
	day: (ms) => ms - floorMod(ms, DAY),
	week: (ms) => thursdayOf(ms) - 3 * DAY,
	month: (ms) => startOfDay(dateOf(ms).getUTCFullYear(), dateOf(ms).getUTCMonth() + 1, 1),
	quarter: (ms) => startOfDay(dateOf(ms).getUTCFullYear(), 3 * Math.floor(dateOf(ms).getUTCMonth() / 3) + 1, 1),
	year: (ms) => startOfDay(dateOf(ms).getUTCFullYear(), 1, 1),
	decade: (ms) => startOfDay(Math.floor(dateOf(ms).getUTCFullYear() / 10) * 10, 1, 1),
	century: (ms) => startOfDay(eraStart(dateOf(ms).getUTCFullYear(), 100), 1, 1),
	millennium: (ms) => startOfDay(eraStart(dateOf(ms).getUTCFullYear(), 1000), 1, 1),
};

const PART_ALIASES: Readonly<Record<string, string>> = {
	microsecond: "microseconds",
	millisecond: "milliseconds",
	seconds: "second",
	minutes: "minute",
	hours: "hour",
	days: "day",
	weeks: "week",
	months: "month",
	quarters: "quarter",
	years: "year",
	decades: "decade",
	centuries: "century",
	millenniums: "millennium",
	millennia: "millennium",
};

export const PART_NAMES: readonly string[] = Object.keys(PARTS);
export const TRUNCATION_NAMES: readonly string[] = Object.keys(TRUNCATIONS);

/** How to take a part out of a moment; undefined for a word that is no part. */
export function partNamed(word: string): ((ms: number) => number) | undefined {
	return lookUp(PARTS, word);
}

/** How to go back to the beginning of a part; undefined for a word that is no part. */
export function truncationNamed(word: string): ((ms: number) => number) | undefined {
	return lookUp(TRUNCATIONS, word);
}

function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
	const lower = word.toLowerCase();
	const name = Object.hasOwn(PART_ALIASES, lower) ? PART_ALIASES[lower] : lower;
	return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A Date cuts towards zero; before 1970 that would be the next millisecond. */
function dateOf(ms: number): Date {
	return new Date(Math.floor(ms));
}

/** Moments are kept to the microsecond; what a double holds beyond that is noise. */
function microsecondsOf(ms: number): number {
	return Math.round(ms * 1000);
}

function floorMod(value: number, size: number): number {
	return value - Math.floor(value / size) * size;
}

/** Thursday of the ISO week, at midnight: the year it lies in is the week's year. */
function thursdayOf(ms: number): number {
	const midnight = ms - floorMod(ms, DAY);
	return midnight - ((dateOf(midnight).getUTCDay() || 7) - 4) * DAY;
}

/** Which century or millennium a year lies in: the first began with year 1. */
function eraPart(year: number, size: number): number {
	return Math.floor((year + size - 1) / size);
}

function eraStart(year: number, size: number): number {
	return eraPart(year, size) * size - size + 1;
}
