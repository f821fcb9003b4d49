import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { NO_FILTERS, prismaFolder, schemaFiles, withSchemaEngine } from "./engine.ts";

interface SchemaFile {
	readonly path: string;
	readonly content: string;
}

/** SQL that makes the whole schema in an empty database, without the parts Prisma cannot say (policies, grants, sequences). */
export function schemaSql(url: string): Promise<string> {
	return sqlBetween(url, { tag: "empty" });
}

/** SQL from an older schema to the one in the work tree; empty when nothing changed. */
export function migrationSql(url: string, before: readonly SchemaFile[]): Promise<string> {
	return sqlBetween(url, { tag: "schemaDatamodel", files: [...before] });
}

type From = { tag: "empty" } | { tag: "schemaDatamodel"; files: SchemaFile[] };

// Two drawings are compared, but the engine wants to know the server that will run the SQL.
async function sqlBetween(url: string, from: From): Promise<string> {
	const files = (await schemaFiles()).map(([file, content]) => ({ path: file, content }));
	const to = { tag: "schemaDatamodel" as const, files };
	const result = await withSchemaEngine(url, (engine) => engine.diff({ from, to, script: true, exitCode: true, filters: NO_FILTERS }));
	return result.exitCode === 2 ? (result.stdout ?? "") : "";
}

/** Writes a migration folder; answers its path. */
export async function writeMigration(name: string, sql: string): Promise<string> {
	const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
	const folder = path.join(prismaFolder(), "migrations", `${stamp}_${name}`);
	await mkdir(folder, { recursive: true });
	await writeFile(path.join(folder, "migration.sql"), sql);
	return folder;
}
