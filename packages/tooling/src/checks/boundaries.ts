import { circlesAmong } from "./circles.ts";
import { readSource, type SourceFile } from "./imports.ts";
import { readTable } from "./table.ts";
import { wallsBrokenBy } from "./walls.ts";
import { isTest, rooms, sourceFiles } from "./workspace.ts";

export interface Boundaries {
	readonly files: number;
	/** Sentences about imports that cross a wall. */
	readonly walls: readonly string[];
	/** Sentences about files that import each other. */
	readonly circles: readonly string[];
}

/** Reads every source file of the repository once and answers which walls are broken and which imports run in circles. */
export async function checkBoundaries(root: string): Promise<Boundaries> {
	const table = await readTable(root);
	const sources: SourceFile[] = [];
	const walls: string[] = [];
	for (const room of await rooms(root)) {
		for (const file of await sourceFiles(root, room.folder)) {
			const source = await readSource(root, file);
			sources.push(source);
			walls.push(...wallsBrokenBy(source, room, table.get(room.name)));
		}
	}
	const circles = circlesAmong(
		root,
		sources.filter((source) => !isTest(source.file)),
	).map((group) => `These files import each other in a circle: ${group.join(", ")}.`);
	return { files: sources.length, walls, circles };
}
