import { describe, expect, it } from "vitest";
import { checkFilter, checkTopic } from "./topics.ts";

describe("topics", () => {
	it("are refused where a wildcard stands in a name, or in a wrong place of a filter", () => {
		for (const topic of ["", "a/+", "#"]) expect(() => checkTopic(topic)).toThrow();
		for (const filter of ["", "a+", "a/#/b", "a#"]) expect(() => checkFilter(filter)).toThrow();
		for (const filter of ["+", "#", "a/+/b/#", "/", "a//b"]) expect(() => checkFilter(filter)).not.toThrow();
	});
});
