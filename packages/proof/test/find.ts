import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import { drillFences, FAULTS, type Mutant, prove } from "../src/index.ts";

const PATIENCE = { recoveryMs: 5_000, drainMs: 10_000 };

/** What a proof of a product with this mutant finds broken; the second look, if the first finds nothing, is longer. */
export async function findMutant(mutant: Mutant): Promise<readonly string[]> {
	const { databaseUrl, templateDatabase, redisDataUrl } = inject("services");
	if (mutant.isDrilled === true)
		return drillFences({ databaseUrl, log: { LOG: "redis", REDIS_DATA_URL: redisDataUrl }, mutant: mutant.name });
	for (const seconds of [8, 25]) {
		const folder = await mkdtemp(path.join(tmpdir(), "weir-mutant-"));
		try {
			const { broken } = await prove({
				folder,
				mutant: mutant.name,
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
