import { expect, it } from "vitest";
import { formatDuration, formatSize, growthText, parseDuration, parseSize, roundSize } from "./units.ts";

it.each([
	["30 s", 30_000],
	["10min", 600_000],
	["1 h 30 min", 5_400_000],
	["1.5 s", 1_500],
	["250 ms", 250],
	["2 days", 172_800_000],
])("reads the duration %s", (text, ms) => expect(parseDuration(text)).toBe(ms));

it.each(["", "30", "s", "5 parsecs", "-3 s", "3 s and more"])("refuses %j as a duration", (text) =>
	expect(parseDuration(text)).toBeUndefined(),
);

it.each([0, 250, 1_000, 90_000, 600_000, 3_600_000, 86_400_000, 1_234])("writes %i ms so that it reads back", (ms) =>
	expect(parseDuration(formatDuration(ms))).toBe(ms),
);

it("reads and writes sizes", () => {
	expect(parseSize("64 kB")).toBe(64_000);
	expect(parseSize("16 KiB")).toBe(16_384);
	expect(formatSize(1_500_000)).toBe("1500 kB");
	expect(parseSize(formatSize(1_234_567))).toBe(1_234_567);
});

it.each([
	[0, "0 B"],
	[999, "999 B"],
	[1_234, "1.23 kB"],
	[12_345_678, "12.3 MB"],
	[999_900_000, "1 GB"],
	[1_000_000_000, "1 GB"],
])("rounds %i bytes to %s", (bytes, text) => expect(roundSize(bytes)).toBe(text));

it("says how a size changes, where that is worth a word", () => {
	expect(growthText(4_000)).toBe("240 kB more a minute");
	expect(growthText(-4_000)).toBe("240 kB less a minute");
	expect(growthText(3)).toBe("steady");
});
