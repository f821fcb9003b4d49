import { describe, expect, test } from "vitest";
import { MUTANTS } from "../src/index.ts";
import { findMutant } from "./find.ts";

/** Those that show at once; all are looked for in `mutants.soak.test.ts`. */
const QUICK = MUTANTS.filter(({ name, isDrilled }) => isDrilled || name === "state-not-restored");

describe.each(QUICK)("a product in which $what ($name)", (mutant) => {
	test("is found out", async () => expect(await findMutant(mutant)).not.toEqual([]), 180_000);
});
