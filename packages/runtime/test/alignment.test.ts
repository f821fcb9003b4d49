import type { Plan } from "@weir/planner";
import { expect, it } from "vitest";
import { aligned } from "../src/alignment.ts";
import { expectedRows, pumped, pumpPlan, Rig } from "./rig.ts";

const MINUTE_MS = 60_000;

/** Two sources into the one window. */
function twoSources(): Plan {
	const plan = pumpPlan({ partitions: 1 });
	const [stage] = plan.stages;
	const [input] = stage?.inputs ?? [];
	const source = stage?.nodes.find((node) => node.id === "src");
	if (stage === undefined || input?.type !== "source" || source === undefined) throw new Error("no source");
	return {
		...plan,
		stages: [
			{
				...stage,
				inputs: [input, { ...input, node: "other" }],
				nodes: [{ ...source, id: "other" }, ...stage.nodes],
				edges: [{ id: "e0", from: { node: "other", port: "out" }, to: { node: "pass" } }, ...stage.edges],
			},
		],
	};
}

it("does not let one source run ahead of another in event time, and reads both to their ends", async () => {
	const first = pumped(600);
	const second = pumped(600, 5);
	const rig = new Rig(twoSources(), { readBytes: 200, maxAheadMs: MINUTE_MS / 2 });
	// One entry of the first source is as long as twenty of the second: unaligned, it is read twenty times as fast.
	await rig.post(first, 60, "ep-1");
	await rig.post(second, 3, "ep-2");
	const gaps: number[] = [];
	const places = new Map<string, number>();
	const read = rig.log.read.bind(rig.log);
	rig.log.read = (requests, how) => {
		for (const { stream, after } of requests) places.set(stream.stream, Number(after));
		const taken = (endpoint: string, perEntry: number) => Math.min(599, (places.get(endpoint) ?? 0) * perEntry);
		const [ahead, behind] = [taken("e:ep-1", 60), taken("e:ep-2", 3)];
		if (ahead > 0 && behind > 0 && behind < 599) gaps.push((first[ahead]?.at ?? 0) - (second[behind]?.at ?? 0));
		return read(requests, how);
	};
	await rig.drain();
	expect(gaps.length).toBeGreaterThan(0);
	// What is allowed, one read beyond it, and the disorder of both.
	expect(Math.max(...gaps)).toBeLessThanOrEqual(MINUTE_MS / 2 + 60 * 500 + 5_000);
	expect(rig.rows()).toEqual(expectedRows([...first, ...second]));
	expect(await rig.ledger()).toMatchObject({ in: 1_200, late: 0, difference: 0 });
});

it("waits for nobody who has nothing to read, is idle, or knows of no event time", () => {
	const input = (watermark: number, isIdle = false) =>
		({ times: [{ watermark, isIdle }] }) as unknown as Parameters<typeof aligned>[0][number];
	const [fast, slow, idle, fresh] = [input(100_000), input(0), input(0, true), input(Number.NEGATIVE_INFINITY)];
	const all = [fast, slow, idle, fresh];
	expect(aligned(all, new Set(all), 60_000)).toEqual([slow, idle, fresh]);
	expect(aligned(all, new Set([fast, fresh]), 60_000)).toEqual(all);
	expect(aligned([fast, idle, fresh], new Set([fast, idle, fresh]), 60_000)).toEqual([fast, idle, fresh]);
});
