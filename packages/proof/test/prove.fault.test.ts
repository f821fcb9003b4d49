import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { FAULTS, prove } from "../src/index.ts";

// New versions have a soak of their own (workers/stream/test/deploy.soak.test.ts).
const STRIKING = FAULTS.filter(({ id }) => id !== "F23");

test("nothing is lost, doubled, reordered or miscounted while everything that can break breaks", async () => {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-proof-"));
	const { databaseUrl, templateDatabase } = inject("services");
	const report = await prove({
		folder,
		seed: 4,
		seconds: 40,
		faults: STRIKING,
		postgres: { url: databaseUrl, template: templateDatabase },
	});
	expect(report.broken).toEqual([]);
	expect(report.acknowledged).toBeGreaterThan(100);
	expect(Object.keys(report.faults).length).toBeGreaterThan(3);
	await rm(folder, { recursive: true, force: true });
}, 240_000);
