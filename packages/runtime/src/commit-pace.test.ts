import { expect, it } from "vitest";
import { CommitPace } from "./commit-pace.ts";
import { DEFAULT_TASK_LIMITS } from "./limits.ts";

const NOTHING = { rows: 0, bytes: 0, deadLetters: 0 };
const LIMITS = {
	...DEFAULT_TASK_LIMITS,
	commitIdleMs: 250,
	commitEveryMs: 500,
	commitBusyMs: 1_000,
	commitBusyBytes: 10_000,
	gatherMs: 50,
	commitRows: 50,
};

/** A pace at which something has waited since 0. */
function paceOf(readBytes: number): CommitPace {
	const pace = new CommitPace(LIMITS);
	pace.touch(0, readBytes);
	return pace;
}

it("is soon where little came and nothing is left to read, and waits for more where much comes", () => {
	const dueAt = (pace: CommitPace, isAtEnd: boolean) => [249, 250, 500, 999, 1_000].filter((nowMs) => pace.isDue(nowMs, isAtEnd, NOTHING));
	expect(dueAt(paceOf(100), true)).toEqual([250, 500, 999, 1_000]);
	expect(dueAt(paceOf(100), false)).toEqual([500, 999, 1_000]);
	expect(dueAt(paceOf(20_000), true)).toEqual([1_000]);
	expect(paceOf(100).waitMs(50, 60_000)).toBe(200);
	expect(paceOf(20_000).waitMs(50, 60_000)).toBe(950);
});

it("does not wait where as much waits as a task may hold", () => {
	expect(paceOf(100).isDue(1, false, { ...NOTHING, rows: 50 })).toBe(true);
	expect(paceOf(100).isDue(1, false, { ...NOTHING, bytes: LIMITS.commitBytes })).toBe(true);
	expect([LIMITS.commitBytes, LIMITS.commitReadBytes].map((bytes) => paceOf(bytes).isDue(1, false, NOTHING))).toEqual([false, true]);
	expect(paceOf(LIMITS.commitBytes).isDue(1, false, NOTHING, LIMITS.commitBytes)).toBe(true);
	expect(paceOf(100).isDue(1, false, { ...NOTHING, deadLetters: LIMITS.deadLetters })).toBe(true);
});

it("is never due where nothing has happened since the last commit", () => {
	const pace = paceOf(100);
	pace.committed();
	expect([pace.isDirty, pace.isDue(1_000_000, true, NOTHING), pace.waitMs(5, 60_000)]).toEqual([false, false, LIMITS.waitMs]);
});

it("lets a few records come together at the same moments for all tasks, and does not wait for many, or past a commit", () => {
	expect(paceOf(100).gatherMs(130, 60_000, 100)).toBe(20);
	expect(paceOf(100).gatherMs(130, 60_000, LIMITS.readBytes)).toBe(0);
	expect(paceOf(100).gatherMs(245, 60_000, 100)).toBe(5);
	expect(paceOf(100).gatherMs(260, 60_000, 100)).toBe(0);
	expect(new CommitPace(LIMITS).gatherMs(130, 60_000, 100)).toBe(0);
});
