import { expect, test } from "vitest";
import { readCount, readDuration, readShare, readSpeed } from "./quantities.ts";

test("reads a share as a percentage or a fraction", () => {
	expect([readShare("5%", "bad"), readShare("0.05", "bad"), readShare("0.1%", "bad")]).toEqual([0.05, 0.05, 0.001]);
});

test("reads a duration by its unit", () => {
	expect([readDuration("800ms", "disorder"), readDuration("1.5s", "disorder"), readDuration("2m", "disorder")]).toEqual([
		800, 1500, 120_000,
	]);
});

test("reads a speed", () => {
	expect([readSpeed("60x", "speed"), readSpeed("0.5", "speed"), readSpeed("max", "speed")]).toEqual([60, 0.5, Number.POSITIVE_INFINITY]);
});

test.each([
	() => readShare("150%", "bad"),
	() => readShare("", "bad"),
	() => readDuration("800", "disorder"),
	() => readSpeed("-1x", "speed"),
	() => readCount("1.5", "batch"),
])("says what an option takes when it is given something else", (read) => {
	expect(read).toThrow(/^--\w+ takes .+; ".*" is not one\.$/);
});
