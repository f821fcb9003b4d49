import { describe, expect, test } from "vitest";
import type { EdgeLive } from "../ports.ts";
import { sparkPath } from "../ui/sparkline.tsx";
import { pickMoving } from "./motion.ts";
import { edgeWidth, pressureOf } from "./pressure.ts";
import { createLiveStore } from "./store.ts";

const pump = (perSecond: number) => ({
	at: 0,
	nodes: { pump: { outPerSecond: perSecond, state: "ok" as const } },
	edges: { pipe: { perSecond } },
});

describe("the live store", () => {
	test("keeps the identity of what did not change", () => {
		const store = createLiveStore();
		store.getState().take(pump(5), 0);
		const before = store.getState().nodes.pump;
		store.getState().take(pump(5), 1_000);
		expect(store.getState().nodes.pump).toBe(before);
		store.getState().take(pump(6), 2_000);
		expect(store.getState().nodes.pump).not.toBe(before);
	});

	test("says for how long nothing has come, and moves nothing meanwhile", () => {
		const store = createLiveStore();
		store.getState().take(pump(5), 0);
		expect(store.getState().moving.has("pipe")).toBe(true);
		store.getState().tick(3_000);
		expect(store.getState().staleSeconds).toBeUndefined();
		store.getState().tick(4_000);
		expect(store.getState().staleSeconds).toBe(4);
		expect(store.getState().moving.size).toBe(0);
		store.getState().take(pump(5), 5_000);
		expect(store.getState().staleSeconds).toBeUndefined();
	});

	test("holds its numbers while paused", () => {
		const store = createLiveStore();
		store.getState().take(pump(5), 0);
		store.getState().setPaused(true);
		store.getState().take(pump(9), 1_000);
		expect(store.getState().edges.pipe?.perSecond).toBe(5);
	});

	test("remembers five minutes of rates", () => {
		const store = createLiveStore();
		for (let second = 0; second < 400; second++) store.getState().take(pump(second), second * 1_000);
		expect(store.getState().trail.pump).toHaveLength(300);
		expect(store.getState().trail.pump?.at(-1)).toBe(399);
	});
});

describe("motion", () => {
	const pipes = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`pipe-${i}`, { perSecond: i }])) as Record<string, EdgeLive>;

	test("is given to twenty edges: the preferred ones, then the fastest", () => {
		const moving = pickMoving(pipes, { inView: undefined, preferred: new Set(["pipe-3"]), still: false });
		expect(moving.size).toBe(20);
		expect(moving.has("pipe-3")).toBe(true);
		expect(moving.has("pipe-99")).toBe(true);
		expect(moving.has("pipe-80")).toBe(false);
	});

	test("is not given to an edge that carries nothing or is out of view", () => {
		expect(pickMoving({ dry: { perSecond: 0 } }, { inView: undefined, preferred: new Set(), still: false }).size).toBe(0);
		expect([...pickMoving(pipes, { inView: new Set(["pipe-1"]), preferred: new Set(), still: false })]).toEqual(["pipe-1"]);
		expect(pickMoving(pipes, { inView: undefined, preferred: new Set(), still: true }).size).toBe(0);
	});
});

describe("an edge", () => {
	test.each([
		[undefined, "none"],
		[0.59, "none"],
		[0.6, "warn"],
		[0.849, "warn"],
		[0.85, "full"],
	])("with a queue %s full is under pressure %s", (fill, pressure) => {
		expect(pressureOf(fill)).toBe(pressure);
	});

	test("gets wider with ten times the rate, up to 4 px", () => {
		expect([undefined, 1, 10, 100, 1e9].map(edgeWidth)).toEqual([1.5, 1.5, 2.1, 2.7, 4]);
	});
});

test("a sparkline has at most 22 points and stays within its box", () => {
	const path = sparkPath(Array.from({ length: 300 }, (_, i) => i));
	expect(path.split(/[ML]/).length - 1).toBeLessThanOrEqual(22);
	expect(path.startsWith("M1.0 ")).toBe(true);
});
