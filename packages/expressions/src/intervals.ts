import type { Misfit } from "./values.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time: months, which are not all of one length, and milliseconds. A day has 24 hours, because moments are in UTC. */
export interface Interval {
	readonly months: number;
	readonly ms: number;
}

/** Milliseconds of a unit, by every name it has in PostgreSQL. */
const UNITS: Readonly<Record<string, number>> = {
	...named(0.001, "us usec usecs microsecond microseconds"),
	...named(1, "ms msec msecs millisecond milliseconds"),
	...named(SECOND, "s sec secs second seconds"),
	...named(MINUTE, "m min mins minute minutes"),
	...named(HOUR, "h hr hrs hour hours"),
	...named(DAY, "d day days"),
	...named(7 * DAY, "w week weeks"),
};
const MONTHS: Readonly<Record<string, number>> = { ...named(1, "mon mons month months"), ...named(12, "y yr yrs year years") };

function named(size: number, names: string): Record<string, number> {
	return Object.fromEntries(names.split(" ").map((name) => [name, size]));
}

const PART = /^\s*(?:([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)\s*([a-z]+)|([+-]?)(\d{1,4}):([0-5]?\d)(?::([0-5]?\d(?:\.\d+)?))?)(?=\s|[+-]|\d|$)/i;

/** Reads PostgreSQL's usual form, such as `1 day 02:30` or `90 minutes`. Parts of months are not taken. */
export function parseInterval(text: string): Interval | Misfit {
	let rest = text.trim();
	const isAgo = /\bago$/i.test(rest);
	if (isAgo) rest = rest.slice(0, -3).trimEnd();
	let months = 0;
	let ms = 0;
	if (rest === "") return "malformed";
	while (rest !== "") {
		const match = PART.exec(rest);
		if (match === null) return "malformed";
		const [whole, amount, unit = "", sign, hours, minutes, seconds = "0"] = match;
		if (amount === undefined) {
			ms += (sign === "-" ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND);
		} else {
			const name = unit.toLowerCase();
			const size = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
			const monthsEach = Object.hasOwn(MONTHS, name) ? MONTHS[name] : undefined;
			if (size !== undefined) ms += Number(amount) * size;
			else if (monthsEach !== undefined && Number.isInteger(Number(amount) * monthsEach)) months += Number(amount) * monthsEach;
			else return "malformed";
		}
		rest = rest.slice(whole.length).trimStart();
	}
	if (Math.abs(ms) > 1e15 || Math.abs(months) > 120_000) return "out-of-range";
	const direction = isAgo ? -1 : 1;
	return { months: direction * months + 0, ms: (direction * Math.round(ms * 1000)) / 1000 + 0 };
}

/** An interval as `parseInterval` reads it. */
export function formatInterval({ months, ms }: Interval): string {
	const time = `${ms / SECOND} seconds`;
	if (months === 0) return time;
	return ms === 0 ? `${months} months` : `${months} months ${time}`;
}
