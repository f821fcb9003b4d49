import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { NO_FILTERS, prismaFolder, schemaFiles, withSchemaEngine } from "./engine.ts";

/** SQL that makes the whole schema in an empty database, without the parts Prisma cannot say (policies, grants, sequences). */
export async function schemaSql(url: string): Promise<string> {
	const files = (await schemaFiles()).map(([file, content]) => ({ path: file, content }));
	const result = await withSchemaEngine(url, (engine) =>
		engine.diff({
			from: { tag: "empty" },
			to: { tag: "schemaDatamodel", files },
			script: true,
			exitCode: true,
			filters: NO_FILTERS,
		}),
	);
	return result.stdout ?? "";
}

/** Writes a migration folder; answers its path. */
export async function writeMigration(name: string, sql: string): Promise<string> {
	const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
	const folder = path.join(prismaFolder(), "migrations", `${stamp}_${name}`);
	await mkdir(folder, { recursive: true });
	await writeFile(path.join(folder, "migration.sql"), sql);
	return folder;
}
