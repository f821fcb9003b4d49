import { expect, test } from "vitest";
import { aFlow } from "../test/pumps.ts";
import { contentText, layoutText } from "./canonical.ts";
import { countChanges, diffFlows } from "./diff.ts";
import type { Flow, FlowNode } from "./flow.ts";
import { mergeFlows } from "./merge.ts";

const base = aFlow("source s, gate g, sink k", "s>g, g>k");

function edited(flow: Flow, id: string, change: Partial<FlowNode>): Flow {
	return { ...flow, nodes: flow.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)) };
}

function without(flow: Flow, id: string): Flow {
	return {
		...flow,
		nodes: flow.nodes.filter((node) => node.id !== id),
		edges: flow.edges.filter((edge) => edge.from.node !== id && edge.to.node !== id),
	};
}

test("changes to different nodes are both kept", () => {
	const { merged, conflicts } = mergeFlows(base, edited(base, "g", { config: { minimum: 3 } }), edited(base, "k", { label: "Readings" }));
	expect(conflicts).toEqual([]);
	expect(merged.nodes.map((node) => [node.id, node.label, node.config])).toEqual([
		["s", "", {}],
		["g", "", { minimum: 3 }],
		["k", "Readings", {}],
	]);
});

test("the same field changed on both sides is one conflict, and the preferred side wins", () => {
	const mine = edited(base, "g", { config: { minimum: 3 } });
	const theirs = edited(base, "g", { config: { minimum: 9 } });
	expect(mergeFlows(base, mine, theirs).conflicts).toEqual([{ nodeId: "g", path: "config.minimum", mine: 3, theirs: 9 }]);
	expect(mergeFlows(base, mine, theirs, "mine").merged.nodes[1]?.config).toEqual({ minimum: 3 });
});

test("a node that one side removed and the other changed is a conflict, one that nobody changed goes", () => {
	expect(mergeFlows(base, without(base, "g"), base)).toMatchObject({
		conflicts: [],
		merged: { nodes: [{ id: "s" }, { id: "k" }], edges: [] },
	});
	expect(mergeFlows(base, without(base, "g"), edited(base, "g", { label: "Valve" })).conflicts).toMatchObject([{ nodeId: "g" }]);
});

test("two moves of one node never conflict", () => {
	const { conflicts } = mergeFlows(base, edited(base, "g", { position: { x: 1, y: 1 } }), edited(base, "g", { position: { x: 2, y: 2 } }));
	expect(conflicts).toEqual([]);
});

test("edges added on both sides are all there, an edge removed on one side is gone", () => {
	const mine: Flow = { ...base, edges: [...base.edges, { id: "n", from: { node: "s", port: "out" }, to: { node: "k", port: "in" } }] };
	const theirs: Flow = { ...base, edges: base.edges.slice(1) };
	expect(mergeFlows(base, mine, theirs).merged.edges.map((edge) => edge.id)).toEqual(["g-k", "n"]);
});

test("a move is no change of content but one of layout", () => {
	const moved = edited(base, "g", { position: { x: 5, y: 5 } });
	expect(contentText(moved)).toBe(contentText(base));
	expect(layoutText(moved)).not.toBe(layoutText(base));
	const diff = diffFlows(base, moved);
	expect([countChanges(diff), diff.movedNodes.length]).toEqual([0, 1]);
});

test("the difference of two drawings names nodes, fields and edges", () => {
	const after = edited(without(base, "s"), "g", { config: { minimum: 2 }, label: "Valve" });
	const diff = diffFlows(base, after);
	expect(diff.removedNodes.map((node) => node.id)).toEqual(["s"]);
	expect(diff.changedNodes[0]?.fields.map((field) => field.path)).toEqual(["label", "config.minimum"]);
	expect(diff.removedEdges.map((edge) => edge.id)).toEqual(["s-g"]);
});
