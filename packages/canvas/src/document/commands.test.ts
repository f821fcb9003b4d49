import type { Flow } from "@weir/flow";
import { describe, expect, test } from "vitest";
import { addEdge, moveNodes, removeNodes, renameNode, setField, uniqueLabel } from "./commands.ts";
import { valueAtPath, withValueAtPath } from "./path.ts";
import { freePlace, snap } from "./place.ts";

const pump = (id: string, x = 0) => ({
	id,
	kind: "filter",
	version: 1,
	label: id,
	config: { limits: [{ litres: 1 }, { litres: 2 }] },
	position: { x, y: 0 },
});
const edge = (from: string, to: string) => ({ id: `${from}${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } });
const CHAIN: Flow = { schemaVersion: 1, nodes: [pump("a"), pump("b", 384), pump("c", 768)], edges: [edge("a", "b"), edge("b", "c")] };
const bridge = (_: Flow, from: { node: string; port: string }, to: { node: string; port: string }) => ({ id: "bridge", from, to });

describe("removing nodes", () => {
	test("closes the gap of a node with one edge in and one out", () => {
		const left = removeNodes(CHAIN, new Set(["b"]), { bridge });
		expect(left.edges).toEqual([{ id: "bridge", from: { node: "a", port: "out" }, to: { node: "c", port: "in" } }]);
	});

	test("leaves the gap without a bridge, and where the ends do not fit", () => {
		expect(removeNodes(CHAIN, new Set(["b"])).edges).toEqual([]);
		expect(removeNodes(CHAIN, new Set(["b"]), { bridge: () => undefined }).edges).toEqual([]);
	});

	test("bridges over two neighbours that go together", () => {
		const four: Flow = { ...CHAIN, nodes: [...CHAIN.nodes, pump("d")], edges: [...CHAIN.edges, edge("c", "d")] };
		const left = removeNodes(four, new Set(["b", "c"]), { bridge });
		expect(left.edges.map(({ from, to }) => [from.node, to.node])).toEqual([["a", "d"]]);
	});

	test("does not bridge a node that several edges enter", () => {
		const two = addEdge({ ...CHAIN, nodes: [...CHAIN.nodes, pump("d")] }, edge("d", "b"));
		expect(removeNodes(two, new Set(["b"]), { bridge }).edges).toEqual([]);
	});
});

describe("changing nodes", () => {
	test("keeps the identity of everything beside the change", () => {
		const next = setField(CHAIN, "b", "limits.1.litres", 9);
		expect(next.nodes[0]).toBe(CHAIN.nodes[0]);
		expect(valueAtPath(next.nodes[1]?.config, "limits.1.litres")).toBe(9);
		expect(valueAtPath(next.nodes[1]?.config, "limits.0")).toBe(valueAtPath(CHAIN.nodes[1]?.config, "limits.0"));
	});

	test("is the same flow when nothing moved", () => {
		expect(moveNodes(CHAIN, new Map([["a", { x: 0, y: 0 }]]))).toBe(CHAIN);
	});

	test("keeps names apart", () => {
		expect(renameNode(CHAIN, "b", "a").nodes[1]?.label).toBe("a (2)");
		expect(uniqueLabel(["Dedup", "Dedup (2)"], "Dedup")).toBe("Dedup (3)");
	});

	test("takes a key away when the value is undefined", () => {
		expect(withValueAtPath({ litres: 1, unit: "l" }, "unit", undefined)).toEqual({ litres: 1 });
	});
});

describe("places", () => {
	test("sit on the grid", () => {
		expect(snap({ x: 17, y: -9 })).toEqual({ x: 16, y: -16 });
	});

	test("move down until they cover no card", () => {
		expect(freePlace(CHAIN, { x: 10, y: 5 })).toEqual({ x: 16, y: 96 });
	});
});
