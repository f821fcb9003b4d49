import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject } from "vitest";
import { FAULTS, type ProofOptions, prove, SHAPES } from "../src/index.ts";

export interface ProvenOptions extends Pick<ProofOptions, "log" | "seed" | "seconds" | "mostSeconds" | "drills"> {
	readonly flow: string;
	/** Ids of the faults; absent: all that can be made good again. */
	readonly faults?: readonly string[];
}

/** Runs a proof on the run's PostgreSQL and expects that every promise held. */
export async function proven({ flow, faults, ...rest }: ProvenOptions) {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-proof-"));
	const { databaseUrl, templateDatabase } = inject("services");
	const shape = SHAPES.find(({ name }) => name === flow);
	if (shape === undefined) throw new Error(`There is no flow ${flow}.`);
	const report = await prove({
		...rest,
		folder,
		shape,
		faults: FAULTS.filter(({ id, isOnRequest }) => faults?.includes(id) ?? isOnRequest !== true),
		postgres: { url: databaseUrl, template: templateDatabase },
	});
	expect(report.broken).toEqual([]);
	expect(report.acknowledged).toBeGreaterThan(100);
	expect(report.windows).toBeGreaterThan(10);
	await rm(folder, { recursive: true, force: true });
	return report;
}
