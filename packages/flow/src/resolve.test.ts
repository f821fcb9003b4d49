import { expect, test } from "vitest";
import { aFlow, pumps } from "../test/pumps.ts";
import { resolve } from "./resolve.ts";

const codes = (problems: readonly { readonly code: string }[]) => problems.map((problem) => problem.code);

test("a sound flow has no problems and resolves with defaults filled in and schemas on every edge", () => {
	const { problems, resolved, inputs } = resolve(aFlow("source s, gate g, sink k", "s>g, g>k"), pumps);
	expect(problems).toEqual([]);
	expect(resolved?.nodes.map((node) => node.id)).toEqual(["s", "g", "k"]);
	expect(resolved?.nodes[1]?.config).toEqual({ minimum: 0 });
	expect(inputs.get("k")?.fields.map((field) => field.name)).toEqual(["pump", "litres"]);
});

test("an empty drawing asks for a source and a sink, with a button for each", () => {
	const { problems, resolved } = resolve(aFlow("", ""), pumps);
	expect(codes(problems)).toEqual(["no-source", "no-sink"]);
	expect(problems.map((problem) => problem.fix)).toEqual([
		{ action: "add-node", role: "source" },
		{ action: "add-node", role: "sink" },
	]);
	expect(resolved).toBeUndefined();
});

test("a node that nothing feeds and an output that goes nowhere are named", () => {
	const { problems } = resolve(aFlow("source s, gate g, sink k", "s>k"), pumps);
	expect(problems.map((problem) => [problem.code, problem.nodeId])).toEqual([
		["input-unconnected", "g"],
		["output-unconnected", "g"],
	]);
});

test("a side port may stay unconnected", () => {
	expect(resolve(aFlow("source s, sorter g, sink k", "s>g, g>k"), pumps).problems).toEqual([]);
});

test("a loop is one problem on an edge of the loop, not on what comes after it", () => {
	const { problems } = resolve(aFlow("source s, gate a, gate b, gate c, sink k", "s>a, a>b, b>a, b>c, c>k"), pumps);
	const loop = problems.filter((problem) => problem.code === "edge-loop");
	expect(loop).toHaveLength(1);
	expect(["a-b", "b-a"]).toContain(loop[0]?.edgeId);
});

test("an unknown node type keeps the drawing and offers to remove the node", () => {
	const { problems } = resolve(aFlow("source s, teleport t, sink k", "s>t, t>k"), pumps);
	expect(problems[0]).toMatchObject({ code: "kind-missing", nodeId: "t", fix: { action: "remove-node" } });
});

test("a wrong setting names the field by its title, an empty one asks for it", () => {
	const flow = aFlow("source s, gate g, sink k", "s>g, g>k");
	const withConfig = (id: string, config: Record<string, unknown>) => ({
		...flow,
		nodes: flow.nodes.map((node) => (node.id === id ? { ...node, config } : node)),
	});
	expect(resolve(withConfig("g", { minimum: "many" }), pumps).problems[0]).toMatchObject({
		code: "field-invalid",
		nodeId: "g",
		path: "minimum",
	});
	expect(resolve(withConfig("k", { table: "" }), pumps).problems[0]).toMatchObject({
		code: "field-required",
		path: "table",
		message: "Table is needed: fill it in.",
	});
});

test("an old config is migrated, one of a newer Weir is refused", () => {
	const flow = aFlow("source s, gate g, sink k", "s>g, g>k");
	const versioned = (version: number, config: Record<string, unknown>) => ({
		...flow,
		nodes: flow.nodes.map((node) => (node.id === "g" ? { ...node, version, config } : node)),
	});
	expect(resolve(versioned(1, { least: 7 }), pumps).resolved?.nodes[1]?.config).toEqual({ minimum: 7 });
	expect(codes(resolve(versioned(3, {}), pumps).problems)).toEqual(["kind-newer"]);
});

test("inputs with different fields go on with what they share, and say what does not", () => {
	const { problems, inputs } = resolve(aFlow("source s, meter m, sink k", "s>k, m>k"), pumps);
	expect(inputs.get("k")?.fields.map((field) => field.name)).toEqual(["pump"]);
	expect(problems).toMatchObject([{ code: "fields-dropped", severity: "warning", nodeId: "k" }]);
});

test("the same two ports connected twice is refused", () => {
	const flow = aFlow("source s, sink k", "s>k");
	const twice = { ...flow, edges: [...flow.edges, ...flow.edges.map((edge) => ({ ...edge, id: "again" }))] };
	expect(resolve(twice, pumps).problems).toMatchObject([{ code: "edge-twice", edgeId: "again" }]);
});
