/** Milliseconds without a change before a save. */
const QUIET_MS = 1_500;
/** No two saves start closer together than this, and no change waits longer. */
const SPACING_MS = 5_000;

/** When the next save starts, from when the unsaved changes began and ended and when the last save began. */
export function saveDueAt(firstChangeAt: number, lastChangeAt: number, lastSaveAt: number): number {
	return Math.max(Math.min(lastChangeAt + QUIET_MS, firstChangeAt + SPACING_MS), lastSaveAt + SPACING_MS);
}

const RETRIES_MS = [2_000, 5_000, 10_000, 30_000];

/** How long to wait after the n-th attempt in a row that did not reach the server. */
export function retryAfterMs(failures: number): number {
	return RETRIES_MS[Math.min(failures, RETRIES_MS.length) - 1] ?? 30_000;
}
