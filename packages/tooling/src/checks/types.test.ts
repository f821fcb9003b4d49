import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { typePrograms } from "./types.ts";
import { rooms } from "./workspace.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

test("has each room in a program with the rooms that have the same settings", async () => {
	const programs = await Promise.all(
		(await typePrograms(root)).map(async (file) => JSON.parse(await readFile(file, "utf8")) as { extends: string; include: string[] }),
	);
	const folders = (await rooms(root)).map(({ folder }) => path.join(root, folder));
	for (const folder of folders)
		expect(
			programs.some(({ include }) => include.some((glob) => glob.startsWith(`${folder}/`))),
			folder,
		).toBe(true);
	const universal = programs.filter((program) => program.extends.endsWith("tsconfig.universal.json"));
	expect(universal).toHaveLength(1);
	expect(universal[0]?.include).toContain(path.join(root, "packages/records/src"));
	expect(universal[0]?.include).not.toContain(path.join(root, "packages/runtime/src"));
	expect(programs.length).toBeLessThan(folders.length / 3);
});
