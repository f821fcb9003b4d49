import { describe, expect, test } from "vitest";
import { jsonFault } from "./json-fault.ts";
import { readFlow } from "./read-flow.ts";
import { takeIn } from "./take-in.ts";

const node = (id: string, kind = "filter", y = 0) => ({
	id,
	kind,
	version: 1,
	label: id.toUpperCase(),
	config: { a: [1] },
	position: { x: 0, y },
});
const flow = {
	schemaVersion: 1 as const,
	nodes: [node("a"), node("b", "from-the-future", 96)],
	edges: [{ id: "e", from: { node: "a", port: "out" }, to: { node: "b", port: "in" } }],
};

describe("reading a saved flow", () => {
	test("keeps everything, also of kinds that nobody knows", () => {
		expect(readFlow(`\uFEFF${JSON.stringify(flow, null, 2)}\n`)).toEqual({ flow });
	});

	test.each([
		['{\n  "schemaVersion": 1,\n  "nodes": [,]\n}', "line 3, column 13 has “,”"],
		['{"schemaVersion": 1', "line 1, column 20 has the end"],
		["hello", "line 1, column 1 has “h”"],
		['{"a": 01}', "line 1, column 7"],
	])("says at which line and column %j stops being JSON", (text, said) => {
		const read = readFlow(text);
		expect("fault" in read ? read.fault : "").toContain(said);
	});

	test("names the place that is not as a flow's", () => {
		const bad = { ...flow, nodes: [flow.nodes[0], { ...node("b"), position: { x: "left", y: 0 } }] };
		expect(readFlow(JSON.stringify(bad))).toEqual({ fault: expect.stringContaining("nodes[1].position.x: ") });
		expect(readFlow("[]")).toEqual({ fault: expect.stringMatching(/^This is no saved flow: \S/) });
	});

	test("refuses an id that is there twice", () => {
		expect(readFlow(JSON.stringify({ ...flow, nodes: [node("a"), node("a")] }))).toEqual({
			fault: expect.stringContaining("“a” is there twice"),
		});
	});
});

test("a fault is found exactly where the browser finds one", () => {
	for (const text of [
		'{"a":[1,2.5e-3,"x\\u00e9",true,null,{}]}',
		" [ ] ",
		"-0",
		'"a"',
		"[1,]",
		"{a:1}",
		"01",
		"1.",
		"tru",
		'"\n"',
		"[1] 2",
		"",
		"nullx",
	]) {
		let isJson = true;
		try {
			JSON.parse(text);
		} catch {
			isJson = false;
		}
		expect([text, jsonFault(text) === undefined]).toEqual([text, isJson]);
	}
	expect(jsonFault("[".repeat(100_000))).toBeDefined();
});

describe("taking a flow in", () => {
	let count = 0;
	const newId = (prefix: string) => `${prefix}-new${count++}`;

	test("an empty drawing takes it as it is", () => {
		expect(takeIn({ schemaVersion: 1, nodes: [], edges: [] }, flow, newId)).toEqual(flow);
	});

	test("beside a drawing it comes below, with ids and names of its own", () => {
		const both = takeIn(flow, flow, newId);
		expect(new Set([...both.nodes, ...both.edges].map((one) => one.id)).size).toBe(6);
		expect(both.nodes.map((one) => one.label)).toEqual(["A", "B", "A (2)", "B (2)"]);
		expect(both.nodes[2]?.position.y).toBeGreaterThanOrEqual(96 + 76);
		expect(both.edges[1]).toMatchObject({ from: { node: both.nodes[2]?.id }, to: { node: both.nodes[3]?.id } });
	});
});
