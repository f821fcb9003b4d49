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

it("is the least that was said while all are idle, so that what came before a silence is not held up by those that never spoke", () => {
	const pumps = { watermark: 10, isIdle: true };
	const valves = { watermark: 7, isIdle: true };
	const merge = new WatermarkMerge([pumps, valves, { watermark: Number.NEGATIVE_INFINITY, isIdle: true }], 4);
	expect(merge.advance()).toBe(true);
	expect(merge.current).toBe(7);
	expect(merge.isIdle).toBe(true);
});

it("stays while nobody has said anything", () => {
	const merge = new WatermarkMerge([{ watermark: Number.NEGATIVE_INFINITY, isIdle: true }], 4);
	expect(merge.advance()).toBe(false);
	expect(merge.current).toBe(4);
});

it("is not ended by those that have ended while others are only silent", () => {
	const pumps = { watermark: 10, isIdle: true };
	const merge = new WatermarkMerge([pumps, { watermark: Number.POSITIVE_INFINITY, isIdle: false }]);
	merge.advance();
	expect(merge.current).toBe(10);
	pumps.watermark = Number.POSITIVE_INFINITY;
	expect(merge.advance()).toBe(true);
	expect(merge.current).toBe(Number.POSITIVE_INFINITY);
});

it("ends when all have ended", () => {
	const merge = new WatermarkMerge([
		{ watermark: Number.POSITIVE_INFINITY, isIdle: false },
		{ watermark: Number.POSITIVE_INFINITY, isIdle: false },
	]);
	expect(merge.advance()).toBe(true);
	expect(merge.current).toBe(Number.POSITIVE_INFINITY);
});
