import { expect, test } from "vitest";
import { LATENCY_BOUNDS_MS, latencyBucket, latencyCounter, latencyQuantileMs } from "./latency.ts";

function counted(latencies: readonly number[]): Record<string, number> {
	const counters: Record<string, number> = {};
	for (const latency of latencies) {
		const name = latencyCounter(latencyBucket(latency));
		counters[name] = (counters[name] ?? 0) + 1;
	}
	return counters;
}

test("puts a latency that equals a bound into the bucket of that bound", () => {
	expect(LATENCY_BOUNDS_MS[latencyBucket(50)]).toBe(50);
	expect(LATENCY_BOUNDS_MS[latencyBucket(51)]).toBe(100);
});

test("finds the median within its bucket", () => {
	expect(latencyQuantileMs(counted([60, 70, 80, 90]), 0.5)).toBe(75);
});

test("keeps a rare slow record out of the median and in the last percentile", () => {
	const counters = counted([...Array.from({ length: 99 }, () => 3), 4_000]);
	expect(latencyQuantileMs(counters, 0.5)).toBeLessThanOrEqual(5);
	expect(latencyQuantileMs(counters, 0.995)).toBeGreaterThan(2_000);
});

test("answers the last bound for what has no upper one, and nothing when nothing was counted", () => {
	expect(latencyQuantileMs(counted([600_000]), 0.5)).toBe(60_000);
	expect(latencyQuantileMs({}, 0.5)).toBeUndefined();
});
