import * as z from "zod";
import { type ConnectionField, hostField, portField, secretField, tlsFields } from "../fields.ts";

/** How to reach a PostgreSQL database. */
export const postgresConfigSchema = z.object({
	host: hostField({ placeholder: "db.example.com" }),
	port: portField(5432),
	database: z
		.string()
		.trim()
		.min(1, "Enter the database.")
		.max(63)
		.meta({ title: "Database" } satisfies ConnectionField),
	schema: z
		.string()
		.trim()
		.min(1, "Enter the schema.")
		.max(63)
		.default("public")
		.meta({ title: "Schema", help: "Where tables go that name no schema." } satisfies ConnectionField),
	user: z
		.string()
		.trim()
		.min(1, "Enter the user.")
		.max(63)
		.meta({ title: "User", help: "A role that may create tables in the schema." } satisfies ConnectionField),
	password: secretField({ title: "Password" }),
	...tlsFields({ initial: true }),
});

export type PostgresConfig = z.infer<typeof postgresConfigSchema>;
