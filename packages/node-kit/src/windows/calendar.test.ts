import { describe, expect, it } from "vitest";
import { Calendar, type CalendarUnit, isTimeZone } from "./calendar.ts";

const HOUR_MS = 3_600_000;

function startsOf(unit: CalendarUnit, zone: string, at: string, count: number): string[] {
	const calendar = new Calendar(unit, zone);
	const first = calendar.indexOf(Date.parse(at));
	return Array.from({ length: count }, (_, i) => new Date(calendar.startOf(first + i)).toISOString());
}

describe("days, weeks and months of a time zone", () => {
	it("have 23 hours when clocks are put forward and 25 when they are put back", () => {
		const calendar = new Calendar("day", "Europe/Berlin");
		const hoursOf = (at: string) => {
			const day = calendar.indexOf(Date.parse(at));
			return (calendar.startOf(day + 1) - calendar.startOf(day)) / HOUR_MS;
		};
		expect(["2026-03-28T12:00Z", "2026-03-29T12:00Z", "2026-10-25T12:00Z"].map(hoursOf)).toEqual([24, 23, 25]);
	});

	it("begin on Monday, and on the first of the month, at midnight there", () => {
		expect(startsOf("week", "America/New_York", "2026-11-01T12:00Z", 2)).toEqual(["2026-10-26T04:00:00.000Z", "2026-11-02T05:00:00.000Z"]);
		expect(startsOf("month", "Asia/Kathmandu", "2026-01-31T18:14:59.999Z", 2)).toEqual([
			"2025-12-31T18:15:00.000Z",
			"2026-01-31T18:15:00.000Z",
		]);
		expect(startsOf("month", "UTC", "1969-12-31T23:59:59.999Z", 2)).toEqual(["1969-12-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"]);
	});

	it("begin when clocks are put forward over midnight, where they are", () => {
		expect(startsOf("day", "America/Sao_Paulo", "2018-11-04T12:00Z", 1)).toEqual(["2018-11-04T03:00:00.000Z"]);
	});

	// Clocks were put back from 00:01 to 23:01, and a whole day was left out.
	it.each([
		["America/St_Johns", "2006-10-27T00:00Z"],
		["Pacific/Apia", "2011-12-28T00:00Z"],
		["Australia/Lord_Howe", "2026-04-03T00:00Z"],
	])("leave no moment out and have none twice in %s", (zone, from) => {
		for (const unit of ["day", "week", "month"] as const) {
			const calendar = new Calendar(unit, zone);
			for (let at = Date.parse(from); at < Date.parse(from) + 120 * HOUR_MS; at += 1_799_999) {
				const index = calendar.indexOf(at);
				expect(calendar.startOf(index) <= at && at < calendar.startOf(index + 1)).toBe(true);
			}
		}
	});

	it("know a zone by its name", () => {
		expect(["UTC", "Europe/Berlin", "Europe/Berlln", "", "CET+1"].map(isTimeZone)).toEqual([true, true, false, false, false]);
	});
});
