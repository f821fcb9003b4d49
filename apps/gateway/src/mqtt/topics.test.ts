import { describe, expect, it } from "vitest";
import { checkFilter, checkTopic, matchesFilter } from "./topics.ts";

describe("topics", () => {
	it.each([
		["a/b", "a/b", true],
		["a/b", "a/+", true],
		["a/b", "+/b", true],
		["a/b", "#", true],
		["a", "a/#", true],
		["a/b/c", "a/#", true],
		["a/", "a/+", true],
		["a/b/c", "a/+", false],
		["a", "a/+", false],
		["a/b", "a", false],
		["b/a", "a/#", false],
		["A", "a", false],
		["/a", "+/+", true],
		["$SYS/x", "#", false],
		["$SYS/x", "+/x", false],
		["$SYS/x", "$SYS/#", true],
	])("match: %s under %s is %s", (topic, filter, expected) => {
		expect(matchesFilter(topic, filter)).toBe(expected);
	});

	it("are refused where a wildcard stands in a name, or in a wrong place of a filter", () => {
		for (const topic of ["", "a/+", "#"]) expect(() => checkTopic(topic)).toThrow();
		for (const filter of ["", "a+", "a/#/b", "a#"]) expect(() => checkFilter(filter)).toThrow();
		for (const filter of ["+", "#", "a/+/b/#", "/", "a//b"]) expect(() => checkFilter(filter)).not.toThrow();
	});
});
