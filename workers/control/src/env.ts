import { checkLogEnv, LOG_ENV } from "@weir/backends";
import { Secret } from "@weir/errors";
import * as z from "zod";

const secret = z
	.string()
	.min(1)
	.transform((text) => new Secret(text));

const fields = z.object({
	APP_DATABASE_URL: z.url(),
	/** Administrator's address of the results database: where managed connections lead. */
	RESULTS_DATABASE_URL: z.url(),
	/** Control Redis. */
	REDIS_URL: z.url(),
	...LOG_ENV,
	WEIR_MASTER_KEY: secret,
	WEIR_PEPPER: secret,
	/** Doors that simulated devices post to. */
	GATEWAY_PUBLIC_HTTP_URL: z.url().default("http://localhost:8080"),
	GATEWAY_PUBLIC_MQTT_URL: z.url().default("mqtt://localhost:1883"),
	METRICS_PORT: z.coerce.number().int().min(0).max(65_535),
	METRICS_HOST: z.string().default("127.0.0.1"),
	/** Networks that connections of tenants may reach besides the public internet: "10.1.0.0/16, 192.168.7.4". */
	OUTBOUND_NETWORKS: z
		.string()
		.default("")
		.transform((text) => text.split(/[\s,]+/).filter((network) => network !== "")),
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

const schema = fields.check(checkLogEnv);

export type ControlEnv = z.infer<typeof schema>;

/** Parses the environment; the error names everything that is missing or wrong at once. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): ControlEnv {
	const found = schema.safeParse(source);
	if (found.success) return found.data;
	const faults = found.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
	throw new Error(`The control worker cannot start: set these environment variables right.\n${faults.join("\n")}`);
}
