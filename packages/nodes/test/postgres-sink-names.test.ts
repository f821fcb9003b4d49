import { expect, it } from "vitest";
import { definition } from "../src/postgres-sink/definition.ts";
import { createStatements } from "../src/postgres-sink/sql.ts";

const field = (name: string) => ({ name, type: "text" as const });
const parsed = (config: Record<string, unknown>) => definition.config.parse(config);

it("counts a name as PostgreSQL does, in bytes", () => {
	expect(definition.config.safeParse({ table: "ü".repeat(31) }).success).toBe(true);
	expect(definition.config.safeParse({ table: "ü".repeat(32) }).success).toBe(false);
	const long = { fields: [field("温".repeat(22))] };
	expect(definition.lint(parsed({}), long)).toMatchObject([{ code: "name-too-long" }]);
});

it("does not write into the table that holds how far each flow has come", () => {
	for (const table of ["weir_checkpoint", "weir_checkpoint_part"]) {
		expect(definition.lint(parsed({ table }), { fields: [field("a")] })).toMatchObject([{ path: "table" }]);
	}
});

it("gives each key of a table an index name of its own that PostgreSQL does not cut", () => {
	const names = [["ü".repeat(30), "ä"].join(), "ü".repeat(30), "a b", "a"].map((key) => {
		const config = parsed({ table: "ß".repeat(30), mode: "upsert", keyColumns: key === "a" ? ["a", "b"] : [key] });
		return /INDEX IF NOT EXISTS "([^"]+)"/.exec(createStatements(config, { fields: [field(key)] }, 180_000))?.[1] ?? "";
	});
	expect(new Set(names).size).toBe(names.length);
	for (const name of names) expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(63);
});
