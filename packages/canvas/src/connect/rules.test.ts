import { EMPTY_FLOW, type Flow, resolve } from "@weir/flow";
import { type Catalogue, defineNode, type NodeDefinition } from "@weir/node-kit";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { neighbour } from "../keyboard/neighbours.ts";
import { pathOfEdge, reach } from "./highlight.ts";
import { type Drawing, inputsFor, whyNot } from "./rules.ts";

function kind(part: Partial<NodeDefinition> & Pick<NodeDefinition, "kind" | "role">): NodeDefinition {
	return defineNode({
		version: 1,
		migrations: {},
		category: "transform",
		title: part.kind,
		summary: "",
		tags: [],
		status: "stable",
		inputs: part.role === "source" ? [] : [{ name: "in", summary: "" }],
		outputs: part.role === "sink" ? [] : [{ name: "out", summary: "" }],
		config: z.object({}),
		partitioning: () => ({ kind: "any" }),
		delivery: { guarantee: "effectively-once" },
		outputSchema: (_config, input) => ({ schemas: input === undefined ? {} : { out: input }, problems: [] }),
		lint: () => [],
		cardSummary: () => "",
		...part,
	});
}

const CATALOGUE: Catalogue = new Map(
	[
		kind({
			kind: "well",
			role: "source",
			outputSchema: () => ({ schemas: { out: { fields: [{ name: "note", type: "text" }] } }, problems: [] }),
		}),
		kind({
			kind: "average",
			role: "transform",
			config: z.object({ of: z.string().default("litres").meta({ title: "Of" }) }),
			lint(config, input) {
				const { of } = config as { of: string };
				if (input === undefined || input.fields.some((field) => field.name === of)) return [];
				return [{ code: "field-unknown", severity: "error", path: "of", message: `No field ${of} arrives here.` }];
			},
		}),
		kind({ kind: "tank", role: "sink" }),
	].map((definition) => [definition.kind, definition]),
);

const node = (id: string, kindName: string, config = {}, y = 0) => ({
	id,
	kind: kindName,
	version: 1,
	label: id,
	config,
	position: { x: 0, y },
});
const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } });

function drawing(flow: Partial<Flow>): Drawing {
	const whole = { ...EMPTY_FLOW, ...flow };
	return { flow: whole, catalogue: CATALOGUE, resolution: resolve(whole, CATALOGUE) };
}

const out = (id: string) => ({ node: id, port: "out" });
const into = (id: string) => ({ node: id, port: "in" });

describe("an edge may be drawn", () => {
	test("where the records fit", () => {
		expect(whyNot(drawing({ nodes: [node("well", "well"), node("tank", "tank")] }), out("well"), into("tank"))).toBeUndefined();
	});

	test("not into a node that asks for a field that does not arrive", () => {
		const one = drawing({ nodes: [node("well", "well"), node("avg", "average", { of: "depth" })] });
		expect(whyNot(one, out("well"), into("avg"))).toBe("No field depth arrives here.");
	});

	test("into a fresh node whose default does not fit yet", () => {
		const one = drawing({ nodes: [node("well", "well"), node("avg", "average", { of: "litres" })] });
		expect(whyNot(one, out("well"), into("avg"))).toBeUndefined();
	});

	test("not twice, not to itself, not in a circle", () => {
		const one = drawing({ nodes: [node("a", "average"), node("b", "average")], edges: [edge("a", "b")] });
		expect(whyNot(one, out("a"), into("b"))).toBe("a and b are already connected.");
		expect(whyNot(one, out("a"), into("a"))).toContain("loop");
		expect(whyNot(one, out("b"), into("a"))).toContain("loop");
	});

	test("to the inputs that are offered", () => {
		const one = drawing({ nodes: [node("well", "well"), node("avg", "average", { of: "depth" }), node("tank", "tank")] });
		expect(inputsFor(one, out("well"))).toEqual([into("tank")]);
	});
});

describe("walking a drawing", () => {
	const flow: Flow = {
		schemaVersion: 1,
		nodes: [node("a", "well"), node("b", "average"), node("c", "tank"), node("d", "tank", {}, 200)],
		edges: [edge("a", "b"), edge("b", "c"), edge("b", "d")],
	};

	test("lights up the whole way of an edge", () => {
		expect([...pathOfEdge(flow, "b-c")].toSorted()).toEqual(["a-b", "b-c"]);
		expect([...pathOfEdge(flow, "a-b")].toSorted()).toEqual(["a-b", "b-c", "b-d"]);
	});

	test("finds everything up and down the stream", () => {
		expect([...reach(flow, ["a"], "down")].toSorted()).toEqual(["b", "c", "d"]);
		expect([...reach(flow, ["d"], "up")].toSorted()).toEqual(["a", "b"]);
	});

	test("goes along edges with left and right, and to siblings with up and down", () => {
		expect(neighbour(flow, "a", "right")).toBe("b");
		expect(neighbour(flow, "b", "left")).toBe("a");
		expect(neighbour(flow, "c", "down")).toBe("d");
		expect(neighbour(flow, "d", "right")).toBeUndefined();
	});
});
