import { randomUUID } from "node:crypto";
import { createDatabase } from "@weir/tooling";
import { expect, inject, test } from "vitest";
import { makeManagedResults } from "./managed-results.ts";

test("tenants that sign up at the same moment each get a role and a schema", async () => {
	const resultsUrl = await createDatabase(inject("services").databaseUrl, `results_${randomUUID().slice(0, 8)}`);
	const made = await Promise.all(Array.from({ length: 16 }, () => makeManagedResults(resultsUrl, randomUUID())));
	expect(new Set(made.map(({ config }) => config.schema)).size).toBe(16);
});
