import { expect, it } from "vitest";
import { fromLocalText, toLocalText } from "./local-time.ts";

it("brings a time to an input and back, to the second", () => {
	const ms = Date.UTC(2026, 10, 24, 13, 5, 9);
	expect(fromLocalText(toLocalText(ms))).toBe(ms);
	expect(toLocalText(ms)).toMatch(/^2026-11-2[345]T\d\d:05:09$/);
});

it("says nothing while a time is half typed", () => {
	expect(fromLocalText("")).toBeUndefined();
	expect(fromLocalText("2026-11-2x")).toBeUndefined();
});
