import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { rooms } from "./workspace.ts";

interface Settings {
	readonly extends?: string;
	readonly compilerOptions?: Readonly<Record<string, unknown>>;
	readonly include?: readonly string[];
	readonly exclude?: readonly string[];
}

/**
 * Writes a tsconfig for each set of rooms with the same settings, and answers their paths: a room by itself would have all the rooms it
 * uses checked once more. What a program found is kept beside it, so that the next run looks only at what has changed.
 */
export async function typePrograms(root: string): Promise<readonly string[]> {
	const folder = path.join(root, "node_modules/.cache/types");
	await mkdir(folder, { recursive: true });
	const programs = new Map<string, Required<Settings>>();
	for (const room of await rooms(root)) {
		for (const file of ["tsconfig.json", "tsconfig.tests.json"]) {
			const place = path.join(root, room.folder, file);
			if (!existsSync(place)) continue;
			const settings = JSON.parse(await readFile(place, "utf8")) as Settings;
			const absolute = (globs: readonly string[] = []) => globs.map((glob) => path.resolve(path.dirname(place), glob));
			const base = path.resolve(path.dirname(place), settings.extends ?? "");
			const options = settings.compilerOptions ?? {};
			const key = JSON.stringify([base, options]);
			const before = programs.get(key);
			programs.set(key, {
				extends: base,
				compilerOptions: options,
				include: [...(before?.include ?? []), ...absolute(settings.include)],
				exclude: [...(before?.exclude ?? []), ...absolute(settings.exclude)],
			});
		}
	}
	return Promise.all(
		[...programs.values()].map(async (program, number) => {
			const file = path.join(folder, `${number}.json`);
			const kept = { incremental: true, tsBuildInfoFile: path.join(folder, `${number}.tsbuildinfo`) };
			await writeFile(file, JSON.stringify({ ...program, compilerOptions: { ...program.compilerOptions, ...kept } }));
			return file;
		}),
	);
}
