import type { ConnectionDefinition } from "../definition.ts";
import { type PostgresConfig, postgresConfigSchema } from "./config.ts";
import { testPostgres } from "./test-connection.ts";

/** PostgreSQL 14 or newer. */
export const postgresConnection: ConnectionDefinition<PostgresConfig> = {
	type: "postgres",
	title: "PostgreSQL",
	config: postgresConfigSchema,
	secretTitle: "Password",
	test: testPostgres,
};
