import { expect, test } from "vitest";
import { ago, bytes, duration, rate, shortNumber, toMs } from "./format.ts";

test.each([
	[undefined, "—"],
	[Number.NaN, "—"],
	[0, "0"],
	[0.126, "0.13"],
	[9.999, "10"],
	[52, "52"],
	[310.4, "310"],
	[999.6, "1k"],
	[3214, "3.21k"],
	[-2400, "-2.4k"],
	[1_204_000, "1.2M"],
])("shows %s with three digits as %s", (value, text) => {
	expect(shortNumber(value)).toBe(text);
});

test("never shows an unknown rate as zero", () => {
	expect(rate(undefined)).toBe("—");
	expect(rate(0)).toBe("0/s");
});

test("picks the unit of a duration by its size", () => {
	expect([
		duration(4.25),
		duration(640),
		duration(3240),
		duration(45_000),
		duration(600_000),
		duration(7_800_000),
		duration(3 * 86_400_000),
	]).toEqual(["4.3 ms", "640 ms", "3.2 s", "45 s", "10 min", "2 h 10 min", "3 d"]);
});

test("says how long ago something was", () => {
	expect(ago(1_000, 3_000)).toBe("just now");
	expect(ago(0, 59_999)).toBe("59 s ago");
	expect(ago(0, 120_000)).toBe("2 min ago");
});

test("reads times as the API writes them and sizes as people read them", () => {
	expect(toMs("1970-01-01T00:00:01Z")).toBe(1000);
	expect(toMs("never")).toBeUndefined();
	expect(bytes(63_000)).toBe("63 kB");
});
