import type { Socket } from "node:net";
import { WeirError } from "@weir/errors";
import pg from "pg";
import type { ConnectionTest, TestOptions } from "../definition.ts";
import { playSteps, reach, stepTime } from "../steps.ts";
import { clientConfig } from "./client.ts";
import type { PostgresConfig } from "./config.ts";
import { postgresFailure } from "./failure.ts";

/** Tries name, port, encryption, sign-in and permission, and says at which step and why it ends. */
export function testPostgres(config: PostgresConfig, options: TestOptions): Promise<ConnectionTest> {
	const timeoutMs = stepTime(options);
	return playSteps(options, postgresFailure, async (attempt) => {
		const { host, port } = config;
		await reach(
			attempt,
			{ host, port, trust: config.tls ? config : undefined, prepare: (socket) => askForTls(socket, timeoutMs) },
			options,
		);
		const client = new pg.Client(
			clientConfig(config, { max: 1, rules: options.rules, connectionTimeoutMs: timeoutMs, settings: { statement_timeout: timeoutMs } }),
		);
		client.on("error", () => {});
		try {
			await attempt(
				"sign-in",
				() => client.connect(),
				() => `Signed in as ${config.user} to ${config.database}.`,
			);
			await attempt(
				"permission",
				() => tryTable(client, config.schema),
				() => `${config.user} may make tables in the schema ${config.schema}.`,
			);
		} finally {
			void client.end().catch(() => {}); // A connection that never came about cannot be ended either.
		}
	});
}

/** PostgreSQL's SSLRequest: the server answers with one byte, S or N. */
async function askForTls(socket: Socket, timeoutMs: number): Promise<void> {
	const answer = await new Promise<string>((resolve, reject) => {
		socket.setTimeout(timeoutMs, () => reject(new Error("timeout while asking for encryption")));
		socket.once("data", (data) => resolve(data.toString("latin1", 0, 1)));
		socket.once("error", reject);
		socket.once("close", () => reject(new Error("The server closed the connection.")));
		socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
	});
	socket.removeAllListeners("close");
	if (answer !== "S") {
		throw new WeirError("CONNECTION_DENIED", "TLS is not offered by this server; switch encryption on there, or off here.");
	}
}

async function tryTable(client: pg.Client, schema: string): Promise<void> {
	const name = `${client.escapeIdentifier(schema)}.weir_connection_test`;
	await client.query("begin");
	await client.query(`create table ${name} (n int)`);
	await client.query("rollback");
}
