import { describe, expect, test } from "vitest";
import { MUTANTS } from "../src/index.ts";
import { proofOf } from "./find.ts";

/** The others are hidden in a running product by what stands beside them: the drills of `mutants.fault.test.ts` alone see them. */
const SHOWING = MUTANTS.filter(({ faults }) => faults.length > 0);

describe.each(SHOWING)("a product in which $what ($name)", (mutant) => {
	test("is found out", async () => expect(await proofOf(mutant)).not.toEqual([]), 180_000);
});
