import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";

type Engine = import("@prisma/schema-engine-wasm/schema_engine_bg").SchemaEngine;
type MigrationList = import("@prisma/schema-engine-wasm/schema_engine_bg").MigrationList;

export const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** The folder with `schema/` and `migrations/`. */
export function prismaFolder(): string {
	return path.join(import.meta.dirname, "../../../../prisma");
}

/** Prisma's schema engine as WebAssembly over node-postgres: the same engine without the download of its binary. */
export async function withSchemaEngine<T>(url: string, act: (engine: Engine) => Promise<T>): Promise<T> {
	wasm ??= loadWasm();
	const bg = await wasm;
	// The engine keeps its advisory lock as long as its session lives, so the session must end with the work.
	const pool = new pg.Pool({ connectionString: url, max: 1 });
	try {
		const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool));
		return await act(await bg.SchemaEngine.new({ datamodels: await schemaFiles() }, () => {}, adapter));
	} finally {
		await pool.end();
	}
}

// Once per process: the bindings keep one instance in a module variable.
let wasm: Promise<typeof import("@prisma/schema-engine-wasm/schema_engine_bg")> | undefined;

/** The part of the WebAssembly global that is needed; Node's types do not have it without the DOM's. */
declare const WebAssembly: {
	instantiate(bytes: Uint8Array, imports: Record<string, object>): Promise<{ readonly instance: { readonly exports: WasmExports } }>;
};

interface WasmExports {
	__wbindgen_start(): void;
}

async function loadWasm(): Promise<typeof import("@prisma/schema-engine-wasm/schema_engine_bg")> {
	const bg = await import("@prisma/schema-engine-wasm/schema_engine_bg");
	const registry = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: { get(): string; set_message(text: string): void } };
	let panic = "";
	registry.PRISMA_WASM_PANIC_REGISTRY ??= {
		get: () => panic,
		set_message: (text) => {
			panic = text;
		},
	};
	const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
	const bytes = await readFile(path.join(path.dirname(entry), "schema_engine_bg.wasm"));
	const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": bg });
	(bg as unknown as { __wbg_set_wasm(exports: WasmExports): void }).__wbg_set_wasm(instance.exports);
	instance.exports.__wbindgen_start();
	return bg;
}

/** Path and content of every file of the schema. */
export async function schemaFiles(): Promise<[string, string][]> {
	const folder = path.join(prismaFolder(), "schema");
	const names = (await readdir(folder)).filter((name) => name.endsWith(".prisma")).sort();
	return Promise.all(
		names.map(async (name): Promise<[string, string]> => [path.join(folder, name), await readFile(path.join(folder, name), "utf8")]),
	);
}

/** Every migration in order, as the engine wants them. */
export async function migrationFiles(): Promise<MigrationList> {
	const folder = path.join(prismaFolder(), "migrations");
	const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
	return {
		baseDir: folder,
		lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
		shadowDbInitScript: "",
		migrationDirectories: await Promise.all(
			names.sort().map(async (name) => ({
				path: name,
				migrationFile: {
					path: "migration.sql",
					content: { tag: "ok" as const, value: await readFile(path.join(folder, name, "migration.sql"), "utf8") },
				},
			})),
		),
	};
}
