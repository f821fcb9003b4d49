/** Whole stretches of local time. A week begins on Monday. */
export type CalendarUnit = "day" | "week" | "month";

const DAY_MS = 86_400_000;
/** Day 0 of the calendar, 1 January 1970, was a Thursday. */
const MONDAY = 3;

/** Whether this program knows a time zone of that name, such as Europe/Berlin. */
export function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat("en-US", { timeZone: name });
		return true;
	} catch {
		return false;
	}
}

/** What clocks in a zone show at a moment, as if it were UTC. */
function localTimeOf(zone: string): (time: number) => number {
	if (zone === "UTC") return (time) => time;
	const format = new Intl.DateTimeFormat("en-US", {
		timeZone: zone,
		calendar: "gregory",
		numberingSystem: "latn",
		hourCycle: "h23",
		era: "short",
		year: "numeric",
		month: "numeric",
		day: "numeric",
		hour: "numeric",
		minute: "numeric",
		second: "numeric",
	});
	return (time) => {
		const second = Math.floor(time / 1_000) * 1_000;
		const parts = new Map(format.formatToParts(second).map(({ type, value }) => [type, value]));
		const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
		const year = parts.get("era") === "BC" ? 1 - number("year") : number("year");
		const local = new Date(0);
		local.setUTCFullYear(year, number("month") - 1, number("day"));
		local.setUTCHours(number("hour"), number("minute"), number("second"));
		return local.getTime() + time - second;
	};
}

/** The number of the unit that a local date lies in, and back. */
function indexOfLocal(unit: CalendarUnit, local: number): number {
	const day = Math.floor(local / DAY_MS);
	if (unit === "day") return day;
	if (unit === "week") return Math.floor((day + MONDAY) / 7);
	const date = new Date(local);
	return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function localStartOf(unit: CalendarUnit, index: number): number {
	if (unit === "day") return index * DAY_MS;
	if (unit === "week") return (index * 7 - MONDAY) * DAY_MS;
	return new Date(0).setUTCFullYear(Math.floor(index / 12), index - Math.floor(index / 12) * 12, 1);
}

/**
 * Days, weeks or months of a zone, numbered. A unit begins at the first moment at which clocks show midnight of its first day, or would have if they
 * had not been put forward over it. Days are 23 or 25 hours long where clocks change.
 */
export class Calendar {
	readonly #unit: CalendarUnit;
	readonly #localTimeOf: (time: number) => number;
	readonly #starts = new Map<number, number>();

	constructor(unit: CalendarUnit, zone: string) {
		this.#unit = unit;
		this.#localTimeOf = localTimeOf(zone);
	}

	/** Number of the unit that a moment lies in. */
	indexOf(time: number): number {
		let index = indexOfLocal(this.#unit, this.#localTimeOf(time));
		// Clocks that are put back over midnight show the day before once more.
		while (time < this.startOf(index)) index -= 1;
		while (time >= this.startOf(index + 1)) index += 1;
		return index;
	}

	/** First moment of a unit. */
	startOf(index: number): number {
		const known = this.#starts.get(index);
		if (known !== undefined) return known;
		if (this.#starts.size > 10_000) this.#starts.clear();
		const start = this.#search(localStartOf(this.#unit, index));
		this.#starts.set(index, start);
		return start;
	}

	/** The first moment at which clocks show `local` or later; no zone is further than 26 hours from UTC. */
	#search(local: number): number {
		let before = local - 26 * 3_600_000;
		let from = local + 26 * 3_600_000;
		while (from - before > 1) {
			const middle = Math.floor((before + from) / 2);
			if (this.#localTimeOf(middle) >= local) from = middle;
			else before = middle;
		}
		return from;
	}
}
