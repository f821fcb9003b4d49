import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { MUTANTS } from "../src/index.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Those that a checker of streams has to catch, each by the ones of ours that are it. */
const TEN: Readonly<Record<string, readonly string[]>> = {
	"no fence": ["no-fence-postgres", "no-fence-log", "neither-fence-log", "frames-before-the-fence"],
	"no previous-position check": ["no-previous-position-postgres", "no-previous-position-log"],
	"position saved after the insert in a second transaction": ["position-afterwards"],
	"ack before append": ["acknowledged-before-append"],
	"ack before fsync": ["acknowledged-before-fsync"],
	"dedup set outside the checkpoint": ["dedup-outside-the-checkpoint"],
	"trim without I11": ["trimmed-too-far"],
	"state restored from the wrong version": ["state-of-the-wrong-version", "version-without-state"],
	"retry with a fresh idempotency key": ["repeated-under-a-new-number"],
	"generation from Redis": ["generation-from-a-counter-that-can-be-lost"],
};

test.each(Object.entries(TEN))("%s is among the mutants", (_, ours) => {
	for (const name of ours) expect(MUTANTS.map((mutant) => mutant.name)).toContain(name);
});

test.each(MUTANTS)("the mutant $name fits the sources", ({ patches }) => {
	for (const { file, find } of patches) {
		const source = readFileSync(path.join(ROOT, file), "utf8");
		expect(source.split(find).length - 1, `"${find}" in ${file}`).toBe(1);
	}
});
