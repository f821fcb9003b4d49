import { expect, it } from "vitest";
import { fieldText } from "./field-text.ts";
import { inferSchema } from "./infer.ts";
import { parseTimestamp } from "./timestamp.ts";

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const typesOf = (...samples: unknown[]) => Object.fromEntries(inferSchema(samples.map(bytes)).fields.map(({ name, type }) => [name, type]));

it("learns the type of each field from the samples", () => {
	const sample = {
		deviceId: "a",
		ts: 1_777_629_600_000,
		at: "2026-05-01T10:00:00Z",
		temperature: 21,
		seq: 7,
		open: true,
		tags: [1],
		nothing: null,
	};
	expect(typesOf(sample)).toEqual({
		deviceId: "text",
		ts: "timestamp",
		at: "timestamp",
		temperature: "number",
		seq: "integer",
		open: "boolean",
		tags: "json",
		nothing: "json",
	});
});

it("widens a type until it takes every sample", () => {
	expect(typesOf({ seq: 1, a: null, t: "2026-05-01" }, { seq: 1.5, a: "x", t: "soon" }, { seq: 2, b: true }, { b: "yes" })).toEqual({
		seq: "number",
		a: "text",
		t: "text",
		b: "json",
	});
});

it("learns nothing from what cannot be read", () => {
	expect(typesOf("{", "[1]", "7", { a: "x" })).toEqual({ a: "text" });
});

it("gives the text of a top-level field, numbers written one way", () => {
	const record = bytes('{"a":{"id":"no"},"id":"yes","n":1.0,"m":1e3,"b":true,"x":null,"\\u0069d2":"esc"}');
	expect(["id", "n", "m", "b", "x", "a", "missing", "id2"].map((name) => fieldText(record, name))).toEqual([
		"yes",
		"1",
		"1000",
		"true",
		undefined,
		undefined,
		undefined,
		"esc",
	]);
	expect(fieldText(bytes('{"id":"first","id":"last"}'), "id")).toBe("last");
	expect(fieldText(bytes('{"id":'), "id")).toBeUndefined();
});

it.each([
	["2026-05-01", Date.UTC(2026, 4, 1)],
	["2026-05-01 10:20", Date.UTC(2026, 4, 1, 10, 20)],
	["2026-05-01T10:20:30.5", Date.UTC(2026, 4, 1, 10, 20, 30, 500)],
	["2026-05-01T10:20:30.123456Z", Date.UTC(2026, 4, 1, 10, 20, 30, 123)],
	["2026-05-01T10:20:30+02:00", Date.UTC(2026, 4, 1, 8, 20, 30)],
	["2026-05-01T10:20:30-0130", Date.UTC(2026, 4, 1, 11, 50, 30)],
	["2024-02-29", Date.UTC(2024, 1, 29)],
])("reads the moment %s", (text, ms) => expect(parseTimestamp(text)).toBe(ms));

it.each(["", "soon", "2026-02-29", "2026-13-01", "2026-05-01T24:00:00", "2026-05-01T10:60:00", "20260501", "1777629600"])(
	"does not take %j for a moment",
	(text) => expect(parseTimestamp(text)).toBeUndefined(),
);
