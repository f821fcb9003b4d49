import { defineNode, type FieldMeta } from "@weir/node-kit";
import { expect, test } from "vitest";
import * as z from "zod";
import { describeChange, describeValue, labelOfField } from "./change-words.ts";

const meta = <M extends FieldMeta>(value: M): M => value;

const window = defineNode({
	kind: "window",
	version: 1,
	migrations: {},
	role: "transform",
	category: "stateful",
	title: "Window",
	summary: "Sums up",
	tags: [],
	status: "stable",
	inputs: [],
	outputs: [],
	delivery: { guarantee: "effectively-once" },
	partitioning: () => ({ kind: "any" }),
	outputSchema: () => ({ schemas: {}, problems: [] }),
	lint: () => [],
	cardSummary: () => "",
	config: z.strictObject({
		sizeMs: z
			.int()
			.default(1)
			.meta(meta({ title: "Length", widget: "duration" })),
		maxBytes: z
			.int()
			.default(1)
			.meta(meta({ title: "Largest record", widget: "bytes" })),
		keep: z
			.int()
			.default(1)
			.meta(meta({ title: "Keep", unit: "records" })),
		when: z
			.string()
			.default("")
			.meta(meta({ title: "Only where", widget: "expression" })),
		isOn: z
			.boolean()
			.default(true)
			.meta(meta({ title: "Make the table" })),
		salt: z
			.string()
			.default("")
			.meta(meta({ title: "Hash key", secret: true })),
		connection: z
			.string()
			.optional()
			.meta(meta({ title: "Connection", widget: "connection" })),
		keys: z
			.array(z.string())
			.default([])
			.meta(meta({ title: "Per", widget: "fields" })),
		results: z
			.array(
				z.strictObject({
					function: z
						.enum(["count", "avg", "max"])
						.default("count")
						.meta(meta({ title: "Function" })),
					field: z
						.string()
						.default("")
						.meta(meta({ title: "Of", widget: "field" })),
					filter: z
						.string()
						.default("")
						.meta(meta({ title: "Only where", widget: "expression" })),
				}),
			)
			.default([])
			.meta(meta({ title: "Results", widget: "list" })),
	}),
});

const change = (field: string, before: unknown, after: unknown) =>
	describeChange(window, { path: `config.${field}`, before, after }, { connection: (id) => (id === "c1" ? "Warehouse" : undefined) });

test.each([
	["sizeMs", 10_000, 600_000, "Length", "10 s", "10 min"],
	["maxBytes", 64_000, 1_000_000, "Largest record", "64 kB", "1 MB"],
	["keep", 1_000, 20_000, "Keep", "1,000 records", "20,000 records"],
	["isOn", true, false, "Make the table", "on", "off"],
	["salt", "pepper", "salt", "Hash key", "hidden", "hidden"],
	["connection", undefined, "c1", "Connection", undefined, "Warehouse"],
	["keys", [], ["room", "floor"], "Per", undefined, "room, floor"],
])("%s is told in the words of the form", (field, before, after, label, was, is) => {
	const [told, ...more] = change(field, before, after);
	expect(more).toEqual([]);
	expect([told?.label, told?.before?.text, told?.after?.text]).toEqual([label, was, is]);
});

test("conditions are code, and what is not set is nothing", () => {
	expect(change("when", "", "t > 1")).toEqual([{ label: "Only where", before: undefined, after: { text: "t > 1", isCode: true } }]);
});

test("of a list only the items and fields that differ are told", () => {
	const count = { function: "count", field: "", filter: "" };
	const average = { function: "avg", field: "t", filter: "" };
	expect(change("results", [count, average], [count, { ...average, function: "max" }])).toEqual([
		{ label: "Results 2 · Function", before: { text: "avg", isCode: false }, after: { text: "max", isCode: false } },
	]);
	expect(change("results", [average], [count, average])).toEqual([
		{ label: "Results 1", before: undefined, after: { text: "count", isCode: false } },
	]);
	expect(change("results", [count, average], [count])).toEqual([
		{ label: "Results 2", before: { text: "avg · t", isCode: false }, after: undefined },
	]);
	expect(change("results", [], [count])).toEqual([{ label: "Results 1", before: undefined, after: { text: "count", isCode: false } }]);
});

test("a name, a setting nobody knows, and a value alone are told too", () => {
	expect(describeChange(window, { path: "label", before: "A", after: "B" })).toEqual([
		{ label: "Name", before: { text: "A", isCode: false }, after: { text: "B", isCode: false } },
	]);
	expect(describeChange(undefined, { path: "config.odd", before: { a: 1 }, after: 2 })).toEqual([
		{ label: "odd", before: { text: '{"a":1}', isCode: true }, after: { text: "2", isCode: false } },
	]);
	expect(describeValue(window, "config.sizeMs", 90_000)).toEqual({ text: "90 s", isCode: false });
	expect(labelOfField(window, "config.when")).toBe("Only where");
});
