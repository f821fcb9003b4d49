import { expect, test } from "vitest";
import { hexDump } from "./hex-dump.ts";

test("shows place, bytes and text side by side", () => {
	expect(hexDump(btoa("pump-1\n\xff"))).toBe("000000  70 75 6d 70 2d 31 0a ff                          pump-1··");
});

test("says how much of a large record is left out", () => {
	const lines = hexDump(btoa("x".repeat(5000))).split("\n");
	expect(lines).toHaveLength(257);
	expect(lines.at(-1)).toBe("… and 904 more bytes");
});
