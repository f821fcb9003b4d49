import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

export interface Room {
	/** Without the scope, e.g. `node-kit`. */
	readonly name: string;
	readonly folder: string;
}

/** Every workspace of the repository. */
export async function rooms(root: string): Promise<Room[]> {
	const found: Room[] = [];
	for (const parent of ["apps", "packages", "workers", "e2e", "bench"]) {
		const folders =
			parent === "e2e" || parent === "bench" ? [parent] : (await readdir(path.join(root, parent))).map((name) => `${parent}/${name}`);
		for (const folder of folders) {
			const text = await readFile(path.join(root, folder, "package.json"), "utf8").catch(() => undefined);
			if (text === undefined) continue;
			const { name } = JSON.parse(text) as { name: string };
			found.push({ name: name.replace("@weir/", ""), folder });
		}
	}
	return found;
}

const SKIPPED = new Set(["node_modules", ".next", ".turbo", "dist", "public", "coverage", "generated"]);

/** Paths of all TypeScript and JavaScript files under a folder, relative to `root`. */
export async function sourceFiles(root: string, folder: string): Promise<string[]> {
	const files: string[] = [];
	for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
		const place = `${folder}/${entry.name}`;
		if (entry.isDirectory() && !SKIPPED.has(entry.name)) files.push(...(await sourceFiles(root, place)));
		else if (entry.isFile() && /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) && !entry.name.endsWith(".d.ts")) files.push(place);
	}
	return files;
}

/** Tests and their helpers may reach further than the code they test. */
export function isTest(file: string): boolean {
	return /\.test\.tsx?$/.test(file) || /(^|\/)(test|harness)\//.test(file) || file.endsWith(".config.ts") || file.endsWith(".config.mjs");
}
