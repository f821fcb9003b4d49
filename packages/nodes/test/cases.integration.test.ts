import { readFileSync } from "node:fs";
import { copyIn } from "@weir/backends";
import type { NodeDefinition, PostgresMedium } from "@weir/node-kit";
import { casesSchema, expectedOf, matchable, type PlayOptions, playCase, type TestMedium } from "@weir/node-kit/testing";
import type { Row } from "@weir/records";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { catalogue } from "../generated/definitions.ts";
import { operators } from "../generated/operators.ts";

const url = await createDatabase(inject("services").databaseUrl, `nodes_${process.pid}`);
const pool = new pg.Pool({ connectionString: url, max: 4 });
afterAll(() => pool.end());

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A medium in one transaction per statement, in a schema of its own; rows in the order in which they were last written. */
async function openPostgres(
	config: { table: string },
	fields: readonly string[],
	takesCopies: boolean,
	onReject: Parameters<NonNullable<PlayOptions["openMedium"]>>[2],
): Promise<TestMedium> {
	const schema = `s${Math.random().toString(36).slice(2)}`;
	const client = await pool.connect();
	await client.query(`create schema ${schema}`);
	await client.query(`set search_path to ${schema}`);
	let isOpen = false;
	/** The sink asks for savepoints, which exist only inside a transaction, as in a commit. */
	async function beginAt(text: string): Promise<void> {
		if (!text.startsWith("SAVEPOINT") || isOpen) return;
		await client.query("begin");
		isOpen = true;
	}
	const medium: PostgresMedium = {
		async query(text, values) {
			await beginAt(text);
			return client.query(text, values === undefined ? undefined : [...values]);
		},
		async copy(text, bytes) {
			await beginAt(text);
			await copyIn(client, takesCopies ? text : text.replace(/COPY .*/su, "SELECT 1 / 0"), bytes);
		},
		reject: onReject,
	};
	return {
		medium,
		async written() {
			if (isOpen) await client.query("commit");
			const names = fields.map((name) => client.escapeIdentifier(name)).join(", ");
			const { rows } = await client.query(`select ${names} from ${client.escapeIdentifier(config.table)}`);
			await client.query(`drop schema ${schema} cascade`);
			client.release();
			return rows.map((row) => JSON.parse(JSON.stringify(row)) as Row);
		},
	};
}

function sorted(rows: readonly Row[]): Row[] {
	return [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function playable(definition: NodeDefinition): boolean {
	return definition.connection === "postgres";
}

for (const [kind, definition] of catalogue) {
	if (!playable(definition)) continue;
	const cases = casesSchema.parse(JSON.parse(readFileSync(new URL(`../src/${kind}/cases.json`, import.meta.url), "utf8")));
	describe(kind, () => {
		for (const nodeCase of cases) {
			const ways = (["straight", "row-by-row", "among-others"] as const).flatMap((way) => [
				{ way, takesCopies: true },
				{ way, takesCopies: false },
			]);
			for (const { way, takesCopies } of ways) {
				it(`${nodeCase.title} (${way}, ${takesCopies ? "copied" : "inserted"})`, async () => {
					const module = await operators.get(kind)?.();
					if (module === undefined) throw new Error(`No operator for ${kind}.`);
					const outcome = await playCase(definition, module, nodeCase, way, {
						openMedium: (config, schema, onReject) =>
							openPostgres(
								config as { table: string },
								schema.fields.map((field) => field.name),
								takesCopies,
								onReject,
							),
					});
					const came = matchable(outcome, nodeCase);
					const wanted = expectedOf(nodeCase);
					// A table has no order.
					expect({ ...came, ports: { written: sorted(came.ports.written ?? []) } }).toEqual({
						...wanted,
						ports: { written: sorted(wanted.ports.written ?? []) },
					});
				});
			}
		}
	});
}
