import { Secret } from "@weir/errors";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { expect, inject } from "vitest";
import { describeConnection, WRONG } from "../conformance/describe-connection.ts";
import { readConnection } from "../read.ts";
import { definition } from "./definition.ts";

describeConnection(definition, async () => {
	const url = new URL(await createDatabase(inject("services").databaseUrl, `conformance_${process.pid}`));
	const client = new pg.Client(url.href);
	await client.connect();
	const stranger = `stranger_${process.pid}`;
	await client.query("create table pumps (n int, at timestamptz)");
	await client.query("revoke create on schema public from public");
	await client.query(`drop role if exists ${stranger}`);
	await client.query(`create role ${stranger} login password 'litre'`);
	await client.end();
	const base = { database: url.pathname.slice(1), user: decodeURIComponent(url.username), tls: false };
	return {
		target: { host: url.hostname, port: Number(url.port) },
		at: (host, port) => readConnection(definition, { ...base, host, port }, { password: new Secret(decodeURIComponent(url.password)) }),
		steps: ["name", "port", "sign-in", "permission"],
		wrongSecret: (config) => ({ ...config, password: new Secret(WRONG) }),
		forbidden: (config) => ({ ...config, user: stranger, password: new Secret("litre") }),
		encrypted: (config, trust) => ({ ...config, ...trust, tls: true }),
		// The server answers an SSLRequest with S.
		beforeTls: (socket) =>
			new Promise((resolve) => {
				socket.once("data", () => {
					socket.pause();
					socket.write("S", () => resolve());
				});
			}),
		browse: [
			{ path: [], finds: { name: "public", kind: "schema", hasChildren: true } },
			{ path: ["public"], finds: { name: "pumps", kind: "table", columns: expect.arrayContaining([{ name: "n", type: "integer" }]) } },
		],
	};
}, ["redirects"]);
