import * as z from "zod";

/** How to reach a PostgreSQL database; the password is the connection's secret. */
export const postgresConfigSchema = z.object({
	host: z.string().min(1, "Enter the host.").max(253).meta({ title: "Host", placeholder: "db.example.com" }),
	port: z.int().min(1).max(65_535).default(5432).meta({ title: "Port" }),
	database: z.string().min(1, "Enter the database.").max(63).meta({ title: "Database" }),
	user: z.string().min(1, "Enter the user.").max(63).meta({ title: "User" }),
	schema: z.string().min(1).max(63).default("public").meta({ title: "Schema", help: "Where tables go that name no schema." }),
	tls: z.boolean().default(true).meta({ title: "Encrypted", help: "Off only inside a network you trust." }),
});

export type PostgresConfig = z.infer<typeof postgresConfigSchema>;
