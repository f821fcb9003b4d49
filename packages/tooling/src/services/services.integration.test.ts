import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { expect, inject, test } from "vitest";

const services = inject("services");

test("gives a test file a database of its own, copied from the migrated one", async () => {
	const url = await createDatabase(services.databaseUrl, "tooling_own", services.templateDatabase);
	const client = new pg.Client(url);
	await client.connect();
	const { rows } = await client.query("select current_database() as name");
	await client.end();
	expect(rows).toEqual([{ name: "tooling_own" }]);
});

test("starts the data Redis with a disk write before each answer", async () => {
	const port = new URL(services.redisDataUrl).port;
	const { stdout } = await promisify(execFile)("redis-cli", ["-p", port, "config", "get", "appendfsync"]);
	expect(stdout).toContain("always");
});
