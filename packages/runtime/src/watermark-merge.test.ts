import { expect, it } from "vitest";
import { WatermarkMerge } from "./watermark-merge.ts";

it("is the least of those that are not idle, and never goes back", () => {
	const pumps = { watermark: 10, isIdle: false };
	const valves = { watermark: Number.NEGATIVE_INFINITY, isIdle: false };
	const merge = new WatermarkMerge([pumps, valves]);
	expect(merge.advance()).toBe(false);
	valves.isIdle = true;
	expect(merge.advance()).toBe(true);
	expect(merge.current).toBe(10);
	valves.isIdle = false;
	valves.watermark = 3;
	expect(merge.advance()).toBe(false);
	expect(merge.current).toBe(10);
});

it("stays while all are idle", () => {
	const pumps = { watermark: 10, isIdle: true };
	const merge = new WatermarkMerge([pumps], 4);
	expect(merge.advance()).toBe(false);
	expect(merge.current).toBe(4);
	expect(merge.isIdle).toBe(true);
});

it("ends when all have ended", () => {
	const merge = new WatermarkMerge([
		{ watermark: Number.POSITIVE_INFINITY, isIdle: false },
		{ watermark: Number.POSITIVE_INFINITY, isIdle: false },
	]);
	expect(merge.advance()).toBe(true);
	expect(merge.current).toBe(Number.POSITIVE_INFINITY);
});
