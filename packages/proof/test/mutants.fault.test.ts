import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, inject, test } from "vitest";
import { FAULTS, MUTANTS, prove } from "../src/index.ts";

const { databaseUrl, templateDatabase } = inject("services");
const PATIENCE = { recoveryMs: 5_000, drainMs: 10_000 };

async function find(name: string, faults: readonly string[], seconds: number): Promise<readonly string[]> {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-mutant-"));
	try {
		const { broken } = await prove({
			folder,
			mutant: name,
			seed: 5,
			seconds,
			faults: FAULTS.filter(({ id }) => faults.includes(id)),
			patience: PATIENCE,
			postgres: { url: databaseUrl, template: templateDatabase },
		});
		return broken;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Those that show at once; all others are looked for in `mutants.soak.test.ts`. */
const QUICK = MUTANTS.filter(({ name, isDrilled }) => isDrilled || name === "state-not-restored");

describe.each(QUICK)("a product in which $what ($name)", ({ name, faults }) => {
	test("is found out", async () => {
		let broken: readonly string[] = [];
		// A fault has to fall into the moment in which the mutant is wrong: the second look is longer.
		for (const seconds of [8, 25]) {
			broken = await find(name, faults, seconds);
			if (broken.length > 0) break;
		}
		expect(broken).not.toEqual([]);
	}, 180_000);
});
