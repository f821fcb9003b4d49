import { isWeirError, type Secret } from "@weir/errors";
import pg from "pg";
import type { ConnectionStep, ConnectionTest, TestOptions } from "../definition.ts";
import { allowedAddress, guardedConnect } from "../outbound/guard.ts";
import { clientConfig } from "./client.ts";
import type { PostgresConfig } from "./config.ts";
import { postgresFailure } from "./failure.ts";

class StepFailed extends Error {}

/** Tries name, port, encryption, sign-in and permission, and says at which step and why it ends. */
export async function testPostgres(config: PostgresConfig, secret: Secret | undefined, options: TestOptions): Promise<ConnectionTest> {
	const steps: ConnectionStep[] = [];
	async function attempt<T>(step: ConnectionStep["step"], act: () => Promise<T>, success: (result: T) => string): Promise<T> {
		try {
			const result = await act();
			steps.push({ step, ok: true, message: success(result) });
			return result;
		} catch (error) {
			steps.push({ step, ok: false, message: isWeirError(error) ? error.message : postgresFailure(error).message });
			throw new StepFailed();
		}
	}
	try {
		await runSteps(config, secret, options, attempt);
	} catch (error) {
		if (!(error instanceof StepFailed)) throw error;
	}
	return { ok: steps.every((step) => step.ok), steps };
}

type Attempt = <T>(step: ConnectionStep["step"], act: () => Promise<T>, success: (result: T) => string) => Promise<T>;

async function runSteps(config: PostgresConfig, secret: Secret | undefined, options: TestOptions, attempt: Attempt): Promise<void> {
	const timeoutMs = options.timeoutMs ?? 5_000;
	const { host, port } = config;
	await attempt(
		"name",
		() => allowedAddress(host, options.rules),
		() => `${host} was found.`,
	);
	await attempt(
		"port",
		() => knock(host, port, options, timeoutMs),
		() => `Something answers at port ${port}.`,
	);
	if (config.tls) {
		await attempt(
			"encryption",
			() => askForTls(host, port, options, timeoutMs),
			() => "The server speaks an encrypted connection.",
		);
	}
	const client = new pg.Client(
		clientConfig(config, secret, {
			max: 1,
			rules: options.rules,
			connectionTimeoutMs: timeoutMs,
			settings: { statement_timeout: timeoutMs },
		}),
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
		await client.end().catch(() => {}); // A connection that never came about cannot be ended either.
	}
}

async function knock(host: string, port: number, options: TestOptions, timeoutMs: number): Promise<void> {
	const socket = await guardedConnect(host, port, options.rules, timeoutMs);
	socket.destroy();
}

/** PostgreSQL's SSLRequest: the server answers with one byte, S or N. */
async function askForTls(host: string, port: number, options: TestOptions, timeoutMs: number): Promise<void> {
	const socket = await guardedConnect(host, port, options.rules, timeoutMs);
	try {
		const answer = await new Promise<string>((resolve, reject) => {
			socket.setTimeout(timeoutMs, () => reject(new Error("timeout while asking for encryption")));
			socket.once("data", (data) => resolve(data.toString("latin1", 0, 1)));
			socket.once("error", reject);
			socket.once("close", () => reject(new Error("The server closed the connection.")));
			socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
		});
		if (answer !== "S") throw new Error("TLS is not offered by this server; switch encryption on there, or off here");
	} finally {
		socket.destroy();
	}
}

async function tryTable(client: pg.Client, schema: string): Promise<void> {
	const name = `${client.escapeIdentifier(schema)}.weir_connection_test`;
	await client.query("begin");
	await client.query(`create table ${name} (n int)`);
	await client.query("rollback");
}
