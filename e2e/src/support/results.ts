import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import pg from "pg";
import type { Person } from "./api.ts";

/** Runs one statement on the embedded Postgres of a product, as its administrator. */
export async function query(
	folder: string,
	database: "weir" | "weir_results",
	statement: string,
	values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
	const { postgresPassword } = JSON.parse(readFileSync(path.join(folder, "secrets.json"), "utf8")) as { postgresPassword: string };
	const port = readFileSync(path.join(folder, "postgres/postmaster.pid"), "utf8").split("\n")[3];
	const client = new pg.Client(`postgresql://weir:${encodeURIComponent(postgresPassword)}@127.0.0.1:${port}/${database}`);
	await client.connect();
	try {
		return (await client.query(statement, [...values])).rows;
	} finally {
		await client.end();
	}
}

/** The built-in Postgres gives each tenant a schema of its own, named after the tenant. */
function schemaOf({ tenantId }: Person): string {
	return `t_${tenantId.replaceAll("-", "").slice(0, 20)}`;
}

/** Rows of a table of the tenant's built-in Postgres; none while the table is not there. */
export async function rowsOf(folder: string, person: Person, table: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
	const name = `${schemaOf(person)}.${table}`;
	const [found] = await query(folder, "weir_results", "select to_regclass($1) is not null as there", [name]);
	return found?.there === true ? query(folder, "weir_results", `select * from ${name}`) : [];
}

/** Waits until a flow's job is in a state. */
export async function expectJob(person: Person, flowId: string, state: string, timeoutMs = 30_000): Promise<void> {
	await expect
		.poll(async () => (await person.get<{ job?: { state: string } }>(`/flows/${flowId}/overview`)).job?.state, {
			timeout: timeoutMs,
			intervals: [200],
		})
		.toBe(state);
}
