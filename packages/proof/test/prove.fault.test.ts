import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { FAULTS, prove } from "../src/index.ts";

test("nothing is lost, doubled, reordered or miscounted while everything that can break breaks", async () => {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-proof-"));
	const { databaseUrl, templateDatabase } = inject("services");
	const report = await prove({
		folder,
		seed: 4,
		seconds: 40,
		faults: FAULTS,
		postgres: { url: databaseUrl, template: templateDatabase },
	});
	expect(report.broken).toEqual([]);
	expect(report.acknowledged).toBeGreaterThan(100);
	expect(Object.keys(report.faults).length).toBeGreaterThan(3);
	await rm(folder, { recursive: true, force: true });
}, 240_000);
