import type { Flow } from "@weir/flow";
import { expect, test } from "vitest";
import { meters, resolveMeters } from "../test/meters.ts";
import { explain } from "./explain.ts";
import { plan } from "./make-plan.ts";

const node = (id: string, kind: string, config: Record<string, unknown> = {}): Flow["nodes"][number] => ({
	id,
	kind,
	version: 1,
	label: id,
	config,
	position: { x: 0, y: 0 },
});
const edge = (from: string, to: string): Flow["edges"][number] => ({
	id: `${from}-${to}`,
	from: { node: from, port: "out" },
	to: { node: to, port: "in" },
});

const FLOW: Flow = {
	schemaVersion: 1,
	nodes: [
		node("door", "source"),
		node("gate", "gate"),
		node("sum", "sum", { by: ["valve"] }),
		node("table", "table"),
		node("look", "look"),
	],
	edges: [edge("door", "gate"), edge("gate", "sum"), edge("sum", "table"), edge("gate", "look")],
};

test("a plan is told stage by stage: what runs together, where its records come from, why, and what each sink promises", () => {
	const stages = explain(plan(resolveMeters(FLOW)), meters);
	expect(stages.map(({ id, nodes, partitions }) => [id, nodes.map((each) => each.id), partitions])).toEqual([
		["gate", ["door", "gate", "look"], 16],
		["sum", ["sum", "table"], 4],
	]);
	expect(stages.map(({ feeds }) => feeds)).toEqual([
		[{ kind: "source", node: "door", partitions: 16 }],
		[{ kind: "stage", stage: "gate", from: "gate", to: "sum", how: "regrouped by valve", partitions: 4 }],
	]);
	expect(stages.map(({ sinks }) => sinks)).toEqual([
		[{ node: "look", guarantee: "effectively-once" }],
		[{ node: "table", guarantee: "effectively-once" }],
	]);
	expect(stages.map(({ commit }) => commit)).toEqual([
		"What goes to other stages, the place in the stream and all state are committed together in the log.",
		"The sink's rows, the place in the stream and all state are committed in one transaction of its database.",
	]);
	expect(stages[1]?.because).toEqual(["sum needs records with equal valve in one place, so they are regrouped before it."]);
});

test("gives a sink of an outside store a place of its own, and commits it in the log", () => {
	const nodes = [node("door", "source"), node("files", "files", { connection: "lake" }), node("table", "table")];
	const { stages } = plan(resolveMeters({ schemaVersion: 1, nodes, edges: [edge("door", "files"), edge("door", "table")] }));
	const stage = stages.find((one) => one.nodes.some(({ id }) => id === "files"));
	expect(stage).toMatchObject({ authority: { type: "log" }, outside: { node: "files", connection: "lake" } });
	expect(stage?.nodes.map(({ id }) => id)).toEqual(["files"]);
	expect(stages.filter(({ outside }) => outside !== undefined)).toHaveLength(1);
});
