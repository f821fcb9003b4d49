import { describe, expect, test } from "vitest";
import { DRILLS, MUTANTS } from "../src/index.ts";
import { drilled } from "./find.ts";

describe.concurrent("a drill", () => {
	test.each(DRILLS)("finds nothing in a product as it is (%s)", async (name) => expect(await drilled(name)).toEqual([]));

	test.each(MUTANTS)("finds out a product in which $what ($name)", async (mutant) =>
		expect(await drilled(mutant.drill, mutant)).not.toEqual([]),
	);
});
