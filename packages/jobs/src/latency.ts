import type { Counters } from "./counters.ts";

/** Upper bounds in milliseconds of the door-to-commit histogram; the last bucket has none. */
export const LATENCY_BOUNDS_MS = [
	1,
	2,
	5,
	10,
	20,
	50,
	100,
	200,
	500,
	1000,
	2000,
	5000,
	10_000,
	30_000,
	60_000,
	Number.POSITIVE_INFINITY,
] as const;

/** Counter of one bucket, by its place in `LATENCY_BOUNDS_MS`. Buckets do not include the smaller ones. */
export function latencyCounter(bucket: number): string {
	return `latency/${bucket}`;
}

/** The bucket that a latency falls into. */
export function latencyBucket(latencyMs: number): number {
	let bucket = 0;
	while (latencyMs > (LATENCY_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
	return bucket;
}

/**
 * The latency that a share `q` (0 to 1) of the records kept, by straight line within a bucket; undefined when nothing was counted.
 * Hand it the difference of two counter sets for the latency of a stretch of time.
 */
export function latencyQuantileMs(counters: Counters, q: number): number | undefined {
	const counts = LATENCY_BOUNDS_MS.map((_, i) => counters[latencyCounter(i)] ?? 0);
	const total = counts.reduce((sum, count) => sum + count, 0);
	if (total <= 0) return undefined;
	let below = 0;
	for (const [i, count] of counts.entries()) {
		if (below + count >= q * total && count > 0) {
			const from = i === 0 ? 0 : (LATENCY_BOUNDS_MS[i - 1] ?? 0);
			const to = LATENCY_BOUNDS_MS[i] ?? from;
			return Number.isFinite(to) ? from + ((q * total - below) / count) * (to - from) : from;
		}
		below += count;
	}
	return undefined;
}
