import type pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { taskStatements } from "./tasks.ts";

const THREE_HOURS_MS = 3 * 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + THREE_HOURS_MS }));
afterEach(() => void vi.useRealTimers());

it("a task that spoke a moment ago did so also by a clock that is three hours wrong", async () => {
	const sent: string[] = [];
	const pool = {
		async query(text: string) {
			sent.push(text);
			return { rows: [{ silentMs: 500 }, { silentMs: null }] };
		},
	};
	const tasks = await taskStatements(pool as unknown as pg.Pool).tasksOf("job");
	expect(sent[0]).toContain("now() - t.heartbeat_at");
	expect(tasks.map(({ heartbeatAtMs }) => (heartbeatAtMs === undefined ? undefined : Date.now() - heartbeatAtMs))).toEqual([
		500,
		undefined,
	]);
});
