import { expect, test } from "vitest";
import { aFlow, pumps } from "../test/pumps.ts";
import { mergeSchemas } from "./merge-schemas.ts";
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

test("outputs follow the config, and an edge from one that is gone is named", () => {
	const drawn = aFlow("source s, switch w, sink k, sink l", "s>w, w.hot>k, w.cold>l");
	const withWays = (ways: readonly string[]) => ({
		...drawn,
		nodes: drawn.nodes.map((node) => (node.id === "w" ? { ...node, config: { ways } } : node)),
	});
	const sound = resolve(withWays(["hot", "cold"]), pumps);
	expect(sound.problems).toEqual([]);
	expect(Object.keys(sound.resolved?.nodes.find((node) => node.id === "w")?.outputs ?? {})).toEqual(["hot", "cold"]);
	expect(resolve(withWays(["hot"]), pumps).problems).toMatchObject([{ code: "edge-port-missing", edgeId: "w.cold-l" }]);
	expect(resolve(withWays(["hot", "cold", "mild"]), pumps).problems).toMatchObject([
		{ code: "output-unconnected", nodeId: "w", message: "What Switch puts out at mild goes nowhere. Connect that output to a next node." },
	]);
});

test("a node that gathers all has the fields of every branch, but not those whose types do not go together", () => {
	const { problems, inputs } = resolve(aFlow("source s, meter m, gather g, sink k", "s>g, m>g, g>k"), pumps);
	expect(problems).toEqual([]);
	expect(inputs.get("k")?.fields.map((field) => field.name)).toEqual(["pump", "litres", "volts"]);
	const merged = mergeSchemas(
		[
			{
				fields: [
					{ name: "n", type: "integer" },
					{ name: "state", type: "text" },
				],
			},
			{
				fields: [
					{ name: "n", type: "number" },
					{ name: "state", type: "boolean" },
				],
			},
		],
		"all",
	);
	expect(merged).toEqual({ schema: { fields: [{ name: "n", type: "number" }] }, dropped: ["state"] });
});

test("a node with two inputs knows the fields at each, and asks for the one that nothing feeds", () => {
	const { problems, resolved } = resolve(aFlow("source s, meter m, pair p, sink k", "s>p.left, m>p.right, p>k"), pumps);
	expect(problems).toEqual([]);
	const pair = resolved?.nodes.find((node) => node.id === "p");
	expect(pair?.outputs.out?.fields.map((field) => field.name)).toEqual(["pump", "litres", "volts"]);
	expect(resolve(aFlow("source s, pair p, sink k", "s>p.left, p>k"), pumps).problems).toMatchObject([
		{ code: "input-unconnected", nodeId: "p", message: "Pair gets no records at its input right. Connect an output to it." },
	]);
});
