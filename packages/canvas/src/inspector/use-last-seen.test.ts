import { type Flow, resolve } from "@weir/flow";
import type { Catalogue } from "@weir/node-kit";
import { describe, expect, test } from "vitest";
import { CATALOGUE } from "../../harness/catalogue/index.ts";
import { createLastSeenStore } from "../tap/last-seen.ts";
import { feedersOf } from "./use-last-seen.ts";
import { fieldDetail } from "./widgets/field-detail.ts";

const node = (id: string, kind: string, config: Record<string, unknown> = {}) => ({
	id,
	kind,
	version: 1,
	label: id,
	config,
	position: { x: 0, y: 0 },
});
const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } });
const flow: Flow = {
	schemaVersion: 1,
	nodes: [
		node("source", "http-source", { fields: [{ name: "temp", type: "number" }] }),
		node("keep", "filter", { condition: "true" }),
		node("sum", "window", { field: "temp" }),
		node("sink", "postgres-sink"),
	],
	edges: [edge("source", "keep"), edge("keep", "sum"), edge("sum", "sink")],
};
const window = CATALOGUE.get("window");
const catalogue: Catalogue = new Map([
	...CATALOGUE,
	...(window === undefined
		? []
		: [
				[
					"window",
					{
						...window,
						outputSchema: () => ({ schemas: { out: { fields: [{ name: "average", type: "number" as const }] } }, problems: [] }),
					},
				] as const,
			]),
]);

describe("where a field's last value comes from", () => {
	test("records keep their values over a node that passes the schema on, and lose them where fields are computed", () => {
		const resolution = resolve(flow, catalogue);
		expect(feedersOf(flow, resolution, "sum")).toEqual(["keep", "source"]);
		expect(feedersOf(flow, resolution, "sink")).toEqual(["sum"]);
	});

	test("a tap tells what came in and what went out, newest last", () => {
		const seen = createLastSeenStore();
		const row = (value: string, side?: "in" | "out") => ({ id: value, at: 0, key: "", sizeBytes: 1, value, side });
		seen.getState().take({ kind: "node", id: "keep" }, [row('{"temp":1}', "in"), row('{"temp":2}', "in"), row('{"temp":3}', "out")], flow);
		seen.getState().take({ kind: "edge", id: "keep-sum" }, [row('{"temp":4}'), row("broken")], flow);
		seen.getState().take({ kind: "node", id: "source" }, [row('{"temp":5}')], flow);
		expect([...seen.getState().into]).toEqual([
			["keep", { temp: "2" }],
			["sum", { temp: "4" }],
		]);
		expect([...seen.getState().outOf]).toEqual([
			["keep", { temp: "3" }],
			["source", { temp: "5" }],
		]);
	});

	test("a field is told by type and value, and by type alone while nothing was seen", () => {
		expect(fieldDetail({ name: "temp", type: "number" }, { temp: "4" })).toBe("number · last 4");
		expect(fieldDetail({ name: "toString", type: "text" }, {})).toBe("text");
	});
});
