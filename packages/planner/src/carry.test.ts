import { describe, expect, it } from "vitest";
import { carryOver, formerPartitions } from "./carry.ts";
import type { Plan, PlannedNode } from "./plan.ts";

const schema = { fields: [{ name: "meter", type: "text" as const }] };
const reading = { format: "json" as const, schema, maxDisorderMs: 0, idleAfterMs: 0, maxFutureMs: 0 };

function node(id: string, kind: string, more: Partial<PlannedNode> = {}): PlannedNode {
	return { id, kind, config: {}, input: schema, outputs: { out: schema }, ...more };
}

/** Source → keys ⇒ exchange ⇒ sums. */
function planOf({
	fields = ["meter"],
	sums = {},
	keys = {},
	partitions = 4,
}: {
	fields?: string[];
	partitions?: number;
	sums?: Partial<PlannedNode>;
	keys?: Partial<PlannedNode>;
} = {}): Plan {
	const exchange = `keys.out.${fields.join("+")}`;
	const base = { edges: [], authority: { type: "log" as const }, because: [] };
	return {
		planVersion: 1,
		exchanges: [{ id: exchange, schema, fields, partitions, producers: 16 }],
		stages: [
			{
				...base,
				id: "keys",
				inputs: [{ type: "source", node: "src", reading: { ...reading, keyField: "meter" }, fields: [], partitions: 16 }],
				nodes: [node("src", "source"), node("keys", "dedup", { stateSchema: "dedup 1", ...keys })],
				writes: [{ exchange, from: { node: "keys", port: "out" }, edges: ["e"] }],
				partitions: 16,
			},
			{
				...base,
				id: "sums",
				inputs: [{ type: "exchange", exchange, edge: "e", to: { node: "sums" } }],
				nodes: [node("sums", "window", { stateSchema: "window 1", ...sums })],
				writes: [],
				partitions,
			},
		],
	};
}

describe("what a version takes over", () => {
	it("is everything where the plans are the same, rows on their way included", () => {
		const { nodes, exchanges, drains, stages } = carryOver(planOf(), planOf());
		expect(nodes.map(({ node: id, fate }) => `${id} ${fate}`)).toEqual(["src kept", "keys kept", "sums kept"]);
		expect([[...exchanges], drains]).toEqual([["keys.out.meter"], []]);
		expect(stages.get("sums")).toEqual({
			sources: [],
			exchanges: [{ exchange: "keys.out.meter", from: "sums" }],
			writes: [],
			operators: [{ node: "sums", from: "sums" }],
		});
	});

	it("is a node's state under other settings, but not in another form, of another kind, or against a person's choice", () => {
		const fateOf = (sums: Partial<PlannedNode>, fresh: string[] = []) =>
			carryOver(planOf(), planOf({ sums }), new Set(fresh)).nodes.find((one) => one.node === "sums");
		expect(fateOf({ config: { lateness: 1 } })).toMatchObject({ fate: "migrated", isStateful: true });
		expect(fateOf({ stateSchema: "window 2" })).toMatchObject({ fate: "reset", why: "form" });
		expect(fateOf({ kind: "session" })).toMatchObject({ fate: "new" });
		expect(fateOf({}, ["sums"])).toMatchObject({ fate: "reset", why: "chosen" });
	});

	it("is no state where keys would look for it in another partition, and its exchange is read to the end first", () => {
		const { nodes, exchanges, drains } = carryOver(planOf(), planOf({ fields: [] }));
		expect(nodes.find((one) => one.node === "sums")).toMatchObject({ fate: "reset", why: "grouping" });
		expect([[...exchanges], drains]).toEqual([[], [{ stage: "sums", exchange: "keys.out.meter" }]]);
	});

	it("is what a node remembers by key also where its keys go to other tasks, after its exchange was read to the end", () => {
		const key = { fields: 1, places: [0] };
		const { nodes, exchanges, drains, stages } = carryOver(planOf({ sums: { key } }), planOf({ sums: { key }, partitions: 6 }));
		expect(nodes.find((one) => one.node === "sums")).toEqual({ node: "sums", fate: "kept", isStateful: true, spreadOver: 6 });
		expect([[...exchanges], drains]).toEqual([[], [{ stage: "sums", exchange: "keys.out.meter" }]]);
		const respread = { key, before: 4, now: 6, isSameGrouping: true };
		expect(stages.get("sums")?.operators).toEqual([{ node: "sums", from: "sums", respread }]);
		// A hash that leaves 3 by 6 leaves 1 or 3 by 4.
		expect(formerPartitions(respread, 3)).toEqual([1, 3]);
		expect(formerPartitions({ ...respread, isSameGrouping: false }, 3)).toEqual([0, 1, 2, 3]);
	});

	it("is no row on its way to a node that is gone", () => {
		const after = planOf();
		const { drains } = carryOver(planOf(), { ...after, stages: after.stages.slice(0, 1) });
		expect(drains).toEqual([{ stage: "sums", exchange: "keys.out.meter" }]);
	});
});
