import { expect, it } from "vitest";
import { zoneNamed, zoneRefusal } from "./zones.ts";

function zone(name: string) {
	const found = zoneNamed(name);
	if (found === undefined) throw new Error(`There is no zone ${name}.`);
	return found;
}

it("shows what clocks show, before and after they are changed", () => {
	const { toLocal } = zone("Europe/Zurich");
	expect(toLocal(Date.UTC(2026, 2, 29, 0, 59, 59))).toBe(Date.UTC(2026, 2, 29, 1, 59, 59));
	expect(toLocal(Date.UTC(2026, 2, 29, 1))).toBe(Date.UTC(2026, 2, 29, 3));
	expect(zone("Asia/Kolkata").toLocal(0)).toBe(5.5 * 3_600_000);
	expect(zone("utc").toLocal(5)).toBe(5);
});

it("takes the later of two moments at which clocks show the same, and the one before the change for an hour they skip", () => {
	const { toMoment } = zone("Europe/Zurich");
	expect(toMoment(Date.UTC(2026, 9, 25, 2, 30))).toBe(Date.UTC(2026, 9, 25, 1, 30));
	expect(toMoment(Date.UTC(2026, 2, 29, 2, 30))).toBe(Date.UTC(2026, 2, 29, 1, 30));
	expect(toMoment(Date.UTC(2026, 6, 1))).toBe(Date.UTC(2026, 5, 30, 22));
});

it("is exact within the quarter of an hour in which clocks were changed at an odd second", () => {
	// Zurich left its own time, 34:08 ahead of UTC, for Bern's in July 1853.
	const { toLocal } = zone("Europe/Zurich");
	const change = Date.UTC(1853, 6, 15, 23, 25, 52);
	expect(toLocal(change - 1000) - (change - 1000)).toBe((34 * 60 + 8) * 1000);
	expect(toLocal(change) - change).toBe((29 * 60 + 46) * 1000);
});

it("knows full names only, and suggests the nearest", () => {
	expect(["CET", "+02:00", "EST5EDT", "Europe/Atlantis", ""].map(zoneNamed)).toEqual([
		undefined,
		undefined,
		undefined,
		undefined,
		undefined,
	]);
	expect(zoneRefusal("Europe/Zuerich")).toBe("There is no time zone 'Europe/Zuerich'; did you mean 'Europe/Zurich'?");
});
