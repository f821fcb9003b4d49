import type { FunctionRule } from "./rule.ts";

/** Functions of moments. */
export const TIME_FUNCTIONS = {
	to_timestamp: {
		usage: "to_timestamp(seconds), to_timestamp(text, format)",
		summary: "The moment that many seconds after 1970-01-01 UTC, or the one that a text shows in a format such as DD.MM.YYYY HH24:MI.",
		example: "to_timestamp(ts / 1000.0)",
		signatures: [
			{ parameters: ["number"], result: "timestamp" },
			{ parameters: ["text", "text"], result: "timestamp" },
		],
	},
	extract: {
		usage: "extract(part from timestamp)",
		summary:
			"A part of a moment in UTC: epoch, year, quarter, month, week, day, hour, minute, second, milliseconds, dow, isodow, doy and others.",
		example: "extract(hour from measured_at) between 6 and 21",
		signatures: [
			{ parameters: ["text", "timestamp"], result: "number" },
			{ parameters: ["text", "local"], result: "number" },
			{ parameters: ["text", "interval"], result: "number" },
		],
	},
	date_trunc: {
		usage: "date_trunc(part, timestamp [, zone])",
		summary: "The beginning of the second, minute, hour, day, week, month, quarter or year in UTC, or in the zone.",
		example: "date_trunc('day', measured_at, 'Europe/Zurich')",
		signatures: [
			{ parameters: ["text", "timestamp"], result: "timestamp" },
			{ parameters: ["text", "timestamp", "text"], result: "timestamp" },
			{ parameters: ["text", "local"], result: "local" },
		],
	},
	timezone: {
		usage: "timestamp at time zone zone",
		summary: "What clocks in the zone show at this moment; of a local time, the moment at which clocks there show it.",
		example: "extract(hour from measured_at at time zone 'Europe/Zurich')",
		signatures: [
			{ parameters: ["text", "timestamp"], result: "local" },
			{ parameters: ["text", "local"], result: "timestamp" },
		],
	},
	date_bin: {
		usage: "date_bin(stride, timestamp, origin)",
		summary: "The beginning of the stretch of equal length that a moment lies in, counted from the origin.",
		example: "date_bin(interval '15 minutes', measured_at, '2026-01-01')",
		signatures: [
			{ parameters: ["interval", "timestamp", "timestamp"], result: "timestamp" },
			{ parameters: ["interval", "local", "local"], result: "local" },
		],
	},
	age: {
		usage: "extract(part from age(later, earlier))",
		summary: "How many whole years a stretch of time has, and how many months, days, hours, minutes and seconds beyond those.",
		example: "extract(year from age(measured_at, '2020-02-29'))",
		signatures: [
			{ parameters: ["text", "timestamp", "timestamp"], result: "number" },
			{ parameters: ["text", "local", "local"], result: "number" },
		],
	},
	make_timestamptz: {
		usage: "make_timestamptz(year, month, day, hour, minute, second [, zone])",
		summary: "The moment with this date and time of day in UTC, or in the zone.",
		example: "make_timestamptz(2026, 11, 24, 16, 0, 0, 'Europe/Zurich')",
		signatures: [
			{ parameters: ["integer", "integer", "integer", "integer", "integer", "number"], result: "timestamp" },
			{ parameters: ["integer", "integer", "integer", "integer", "integer", "number", "text"], result: "timestamp" },
		],
	},
	to_char: {
		usage: "to_char(timestamp, format)",
		summary: "A moment in UTC, or a local time, written in a format of YYYY, MM, DD, HH24, MI, SS, MS, Mon, Day and others.",
		example: "to_char(measured_at at time zone 'Europe/Zurich', 'DD.MM.YYYY HH24:MI')",
		signatures: [
			{ parameters: ["timestamp", "text"], result: "text" },
			{ parameters: ["local", "text"], result: "text" },
		],
	},
} as const satisfies Readonly<Record<string, FunctionRule>>;
