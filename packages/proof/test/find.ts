import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import { type DrillName, drill, FAULTS, type Mutant, prove } from "../src/index.ts";

const PATIENCE = { recoveryMs: 5_000, drainMs: 10_000 };

/** What a drill finds on the run's services. */
export function drilled(name: DrillName, mutant?: Mutant): Promise<readonly string[]> {
	const { databaseUrl, redisDataUrl } = inject("services");
	const places = { resultsUrl: databaseUrl, controlUrl: databaseUrl, log: { LOG: "redis", REDIS_DATA_URL: redisDataUrl } };
	return drill(name, { ...places, ...(mutant === undefined ? {} : { mutant: mutant.name }) });
}

/** What a whole proof of a product with this mutant finds broken, without the drills; the second look, if the first finds nothing, is longer. */
export async function proofOf(mutant: Mutant): Promise<readonly string[]> {
	const { databaseUrl, templateDatabase } = inject("services");
	for (const seconds of [8, 25]) {
		const folder = await mkdtemp(path.join(tmpdir(), "weir-mutant-"));
		try {
			const { broken } = await prove({
				folder,
				mutant: mutant.name,
				drills: [],
				seed: 5,
				seconds,
				faults: FAULTS.filter(({ id }) => mutant.faults.includes(id)),
				patience: PATIENCE,
				postgres: { url: databaseUrl, template: templateDatabase },
			});
			if (broken.length > 0) return broken;
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	}
	return [];
}
