import { randomUUID } from "node:crypto";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { appDatabaseUrl, migrate } from "../src/index.ts";
import { schemaSql } from "../src/schema/diff.ts";

const newDatabase = (what: string) => createDatabase(inject("services").databaseUrl, `${what}_${randomUUID().slice(0, 8)}`);

test("an empty database is brought to the newest schema once, even by three processes at the same moment", async () => {
	const url = await newDatabase("empty");
	const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
	expect(applied.flat().length).toBeGreaterThan(0);
	expect(new Set(applied.flat()).size).toBe(applied.flat().length);
	expect(await migrate(url)).toEqual([]);
});

test("the migrations and the Prisma schema make the same tables", async () => {
	const migrated = await newDatabase("migrated");
	await migrate(migrated);
	const drawn = await newDatabase("drawn");
	const client = new pg.Client(drawn);
	await client.connect();
	await client.query(await schemaSql(drawn));
	await client.end();
	expect(await catalogue(migrated)).toEqual(await catalogue(drawn));
});

test("an address of another role than weir_app is refused with the name of the variable", async () => {
	const url = await newDatabase("refused");
	await expect(migrate(url, url)).rejects.toThrow("APP_DATABASE_URL must name the role weir_app");
	expect(new URL(appDatabaseUrl(url)).username).toBe("weir_app");
});

/** Columns, keys, indexes and enums as the database has them. */
async function catalogue(url: string): Promise<unknown> {
	const client = new pg.Client(url);
	await client.connect();
	const read = async (text: string) => (await client.query(text)).rows;
	try {
		return {
			columns: await read(
				`select table_name, column_name, data_type, udt_name, is_nullable, column_default, datetime_precision from information_schema.columns
				where table_schema = 'public' and table_name <> '_prisma_migrations' order by 1, 2`,
			),
			constraints: await read(
				`select conrelid::regclass::text as table, conname, pg_get_constraintdef(oid) as definition from pg_constraint
				where connamespace = 'public'::regnamespace and conrelid::regclass::text <> '_prisma_migrations' order by 1, 2`,
			),
			indexes: await read(
				"select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' and tablename <> '_prisma_migrations' order by 1, 2",
			),
			enums: await read("select t.typname, e.enumlabel from pg_enum e join pg_type t on t.oid = e.enumtypid order by 1, e.enumsortorder"),
		};
	} finally {
		await client.end();
	}
}
