import { expect, it } from "vitest";
import { matchesTopicFilter } from "./topic.ts";

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
])("topic %s under filter %s: %s", (topic, filter, expected) => {
	expect(matchesTopicFilter(topic, filter)).toBe(expected);
});
