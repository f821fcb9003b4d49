import { describe, expect, test } from "vitest";
import { MUTANTS } from "../src/index.ts";
import { findMutant } from "./find.ts";

describe.each(MUTANTS)("a product in which $what ($name)", (mutant) => {
	test("is found out", async () => expect(await findMutant(mutant)).not.toEqual([]), 180_000);
});
