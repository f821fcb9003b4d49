import { defineConnection } from "../definition.ts";
import { type PostgresConfig, postgresConfigSchema } from "./config.ts";

/** PostgreSQL 14 or newer, and what speaks like it. */
export const definition = defineConnection<PostgresConfig>({
	type: "postgres",
	title: "PostgreSQL",
	summary: "Tables of a PostgreSQL or TimescaleDB database.",
	config: postgresConfigSchema,
	target: ({ host = "", port = "", database = "" }) => `${host}:${port}/${database}`,
	connector: async () => (await import("./connector.ts")).connector,
});
