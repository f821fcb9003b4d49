import { createServer } from "node:net";
import { Secret } from "@weir/errors";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { browsePostgres } from "./browse.ts";
import { openPostgres } from "./client.ts";
import type { PostgresConfig } from "./config.ts";
import { postgresFailure } from "./failure.ts";
import { testPostgres } from "./test-connection.ts";

const url = new URL(await createDatabase(inject("services").databaseUrl, `connections_${process.pid}`));
const config: PostgresConfig = {
	host: url.hostname,
	port: Number(url.port),
	database: url.pathname.slice(1),
	user: decodeURIComponent(url.username),
	schema: "public",
	password: new Secret(decodeURIComponent(url.password)),
	tls: false,
	tlsCa: "",
	tlsCertificate: "",
};
const secrets = { password: new Secret(decodeURIComponent(url.password)) };
const rules = { networks: ["127.0.0.0/8", "::1/128"] };
const { pool } = openPostgres({ ...config }, secrets, { max: 2, rules });
afterAll(() => pool.end());

const lastStep = async (changed: Partial<PostgresConfig>) =>
	(await testPostgres({ ...config, ...changed }, { rules, timeoutMs: 3_000 })).steps.at(-1);

describe("a connection to PostgreSQL", () => {
	it("works, and says so step by step", async () => {
		const tested = await testPostgres(config, { rules });
		expect(tested.ok).toBe(true);
		expect(tested.steps.map((step) => step.step)).toEqual(["name", "port", "sign-in", "permission"]);
	});

	it("ends at the step that fails, with a sentence that helps", async () => {
		const silent = createServer((socket) => socket.on("data", () => socket.write("N"))).listen(0, "127.0.0.1");
		await new Promise((resolve) => silent.once("listening", resolve));
		const address = silent.address();
		const port = typeof address === "object" && address !== null ? address.port : 0;
		expect(await lastStep({ host: "no-such-host.invalid" })).toMatchObject({ step: "name", ok: false });
		expect(await lastStep({ port: 1 })).toMatchObject({ step: "port", ok: false, message: expect.stringContaining("Nothing listens") });
		expect(await lastStep({ host: "127.0.0.1", port, tls: true })).toMatchObject({
			step: "encryption",
			ok: false,
			message: expect.stringContaining("TLS is not offered"),
		});
		expect(await lastStep({ password: new Secret("wrong") })).toMatchObject({
			step: "sign-in",
			ok: false,
			message: expect.stringContaining("user or the password"),
		});
		expect(await lastStep({ database: "missing" })).toMatchObject({
			step: "sign-in",
			ok: false,
			message: expect.stringContaining("database is missing"),
		});
		expect(await lastStep({ schema: "missing" })).toMatchObject({ step: "permission", ok: false });
		silent.close();
	});

	it("does not lead into a private network that nobody opened", async () => {
		const guarded = openPostgres({ ...config }, secrets, { max: 1 });
		await expect(guarded.pool.query("select 1")).rejects.toMatchObject({ code: "CONNECTION_DENIED" });
		await guarded.pool.end();
		const tested = await testPostgres(config, { rules: { networks: [] } });
		expect(tested.steps).toMatchObject([{ step: "name", ok: false }]);
	});

	it("puts tables into its schema", async () => {
		await pool.query('create schema "two words"');
		const opened = openPostgres({ ...config, schema: "two words" }, secrets, { max: 1, rules });
		await opened.pool.query("create table here (n int, at timestamptz)");
		await opened.pool.end();
		expect(await browsePostgres(config, [], { rules })).toContainEqual({ name: "two words", kind: "schema", hasChildren: true });
		expect(await browsePostgres(config, ["two words"], { rules })).toContainEqual({
			name: "here",
			kind: "table",
			hasChildren: false,
			columns: [
				{ name: "n", type: "integer" },
				{ name: "at", type: "timestamp with time zone" },
			],
		});
	});

	it("survives that the server ends an idle session", async () => {
		const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
		const other = new pg.Client(url.href);
		await other.connect();
		await other.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
		await other.end();
		await expect
			.poll(() =>
				pool.query("select 1 as n").then(
					(found) => found.rows,
					() => [],
				),
			)
			.toEqual([{ n: 1 }]);
	});

	it("names what is wrong with the config before it connects", () => {
		expect(() => openPostgres({ host: "db" }, secrets, { max: 1 })).toThrow("database");
	});
});

describe("an error of PostgreSQL", () => {
	const codeOf = (text: string) =>
		pool.query(text).then(
			() => "none",
			(error) => postgresFailure(error).code,
		);

	it.each([
		["select * from missing", "CONNECTION_TARGET_MISSING"],
		["select missing from pg_class", "CONNECTION_TARGET_MISSING"],
		["select 1 / 0", "SINK_REJECTED"],
		["select 'x'::int", "SINK_REJECTED"],
		["selec", "NODE_CONFIG_INVALID"],
		["set statement_timeout = 20; select pg_sleep(1)", "CONNECTION_SLOW"],
		["set role nobody_at_all", "SINK_REJECTED"],
	])("of %j is sorted as %s", async (text, code) => expect(await codeOf(text)).toBe(code));
});
