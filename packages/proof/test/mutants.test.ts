import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { MUTANTS } from "../src/index.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

test.each(MUTANTS)("the mutant $name fits the sources", ({ patches }) => {
	for (const { file, find } of patches) {
		const source = readFileSync(path.join(ROOT, file), "utf8");
		expect(source.split(find).length - 1, `"${find}" in ${file}`).toBe(1);
	}
});
