import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { diskUse, shareUsed } from "./disk-use.ts";

let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-disk-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("is the share of its own room that the log has used, whatever else fills the disk", () => {
	expect(shareUsed(85e9, 15e9)).toBe(0.85);
	expect(shareUsed(1e9, 50e9)).toBeLessThan(0.02);
});

it("is all of it when the disk has next to nothing left", () => {
	expect(shareUsed(1_000, 99e6)).toBe(1);
});

it("counts the files below the folder too", async () => {
	const empty = await diskUse(folder);
	await mkdir(path.join(folder, "appendonlydir"));
	await writeFile(path.join(folder, "appendonlydir", "log.aof"), Buffer.alloc(4_000_000));
	expect(await diskUse(folder)).toBeGreaterThan(empty);
});
