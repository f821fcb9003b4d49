import * as z from "zod";
import { defineConnection } from "../definition.ts";
import { type ConnectionField, hostField, portField, secretField, tlsFields, userField } from "../fields.ts";

const configSchema = z.object({
	host: hostField({ placeholder: "redis.example.com" }),
	port: portField(6379),
	user: userField({ help: "Empty: the default user." }),
	password: secretField({ title: "Password" }),
	database: z
		.int()
		.min(0)
		.max(15)
		.default(0)
		.meta({ title: "Database", advanced: true } satisfies ConnectionField),
	keyPrefix: z
		.string()
		.max(200)
		.default("")
		.meta({
			title: "Keys begin with",
			placeholder: "plant:",
			help: "Keys outside are neither read nor written.",
		} satisfies ConnectionField),
	use: z
		.enum(["read and write", "read only"])
		.default("read and write")
		.meta({ title: "Used to", help: "What the test tries." } satisfies ConnectionField),
	...tlsFields({ initial: true }),
});

export type RedisConfig = z.infer<typeof configSchema>;

/** Redis 6 or newer, and Valkey. */
export const definition = defineConnection<RedisConfig>({
	type: "redis",
	title: "Redis",
	summary: "Values by key, to look up beside a stream or to write from it.",
	config: configSchema,
	target: ({ host = "", port = "", database = 0 }) => `${host}:${port}/${database}`,
	connector: async () => (await import("./connector.ts")).connector,
});
