import { createMemoryLog, MemoryAuthority } from "@weir/backends";
import type { StoredAncestor } from "@weir/db";
import type { Plan } from "@weir/planner";
import { expect, it } from "vitest";
import { forgetJobs } from "./forget-jobs.ts";

const stage = (id: string, partitions: number): Plan["stages"][number] => ({
	id,
	inputs: [],
	nodes: [],
	edges: [],
	writes: [],
	partitions,
	authority: { type: "log" },
	because: [],
});
const PLAN: Plan = { planVersion: 1, stages: [stage("a", 2), stage("b", 1)], exchanges: [] };

/** Two versions of a flow, the first of them replaced. */
async function twoVersions() {
	const authority = new MemoryAuthority(createMemoryLog());
	const commit = async (job: string, id: string, partition: number) => {
		const task = { tenant: "t", job, stage: id, partition };
		await authority.acquire(task, 1);
		const next = { position: { "e:pumps/0": "" }, state: new Uint8Array(0), watermark: 0, counters: {}, put: new Map(), drop: [] };
		await authority.commit(
			task,
			1,
			{},
			() => next,
			async (medium) => medium.appendCapped("sink/rows", [Buffer.from("water")], 10),
		);
	};
	for (const [id, partition] of [
		["a", 0],
		["a", 1],
		["b", 0],
	] as const)
		await commit("old", id, partition);
	const withTasks = new Set(["old"]);
	const newest: StoredAncestor = {
		tenant: "t",
		id: "new",
		plan: PLAN,
		endpoints: {},
		previous: "old",
		startsAnew: false,
		fresh: [],
		carried: undefined,
	};
	const act = () =>
		forgetJobs({
			store: {
				outlivedJobs: async () => (withTasks.has("old") ? [{ tenant: "t", id: "old", plan: "p", newest: "new" }] : []),
				ancestor: async () => newest,
				plan: async () => PLAN,
				forgetTasks: async (job) => void withTasks.delete(job),
			},
			read: (task) => authority.read(task),
			forget: (tenant, job) => authority.forget(tenant, job),
			restedBeforeMs: 0,
		});
	const isKept = async () => (await authority.read({ tenant: "t", job: "old", stage: "a", partition: 0 })) !== undefined;
	return { authority, commit, act, isKept };
}

it("keeps the version before while a task of the newest one has not stored where it begins", async () => {
	const { commit, act, isKept } = await twoVersions();
	await commit("new", "a", 0);
	await commit("new", "a", 1);
	expect([await act(), await isKept()]).toEqual([0, true]);
});

it("forgets checkpoints and lists of a version that nobody needs, once", async () => {
	const { authority, commit, act, isKept } = await twoVersions();
	for (const [id, partition] of [
		["a", 0],
		["a", 1],
		["b", 0],
	] as const)
		await commit("new", id, partition);
	expect([await act(), await isKept()]).toEqual([1, false]);
	expect([...authority.lists.keys()]).toEqual(["new/sink/rows"]);
	expect(await authority.read({ tenant: "t", job: "new", stage: "a", partition: 0 })).toBeDefined();
	expect(await act()).toBe(0);
});
