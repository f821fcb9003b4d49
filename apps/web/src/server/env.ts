import * as z from "zod";

const schema = z.object({
	APP_DATABASE_URL: z.url(),
	RESULTS_DATABASE_URL: z.url(),
	REDIS_URL: z.url(),
	REDIS_DATA_URL: z.url(),
	NEXTAUTH_URL: z.url(),
	NEXTAUTH_SECRET: z.string().min(32, "needs at least 32 characters; make it with `openssl rand -base64 32`"),
	WEIR_MASTER_KEY: z.string().min(1),
	WEIR_PEPPER: z.string().min(16),
	/** Addresses that devices reach the gateway at, for the Connect panel. */
	GATEWAY_PUBLIC_HTTP_URL: z.url().default("http://localhost:8080"),
	GATEWAY_PUBLIC_MQTT_URL: z.url().default("mqtt://localhost:1883"),
	/** Networks that connections of tenants may reach besides the public internet: "10.1.0.0/16, 192.168.7.4". */
	OUTBOUND_NETWORKS: z
		.string()
		.default("")
		.transform((text) => text.split(/[\s,]+/).filter((network) => network !== "")),
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

export type WebEnv = z.infer<typeof schema>;

/** Parses the environment; the error names everything that is missing or wrong at once. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): WebEnv {
	const found = schema.safeParse(source);
	if (found.success) return found.data;
	const faults = found.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
	throw new Error(`The web server cannot start: set these environment variables right.\n${faults.join("\n")}`);
}

/** Where this process serves health and metrics; undefined where nobody asked for them. */
export function readHealthEnv(
	source: Readonly<Record<string, string | undefined>>,
): { readonly port: number; readonly host: string } | undefined {
	if (!source.METRICS_PORT) return undefined;
	const port = Number(source.METRICS_PORT);
	if (!Number.isInteger(port) || port < 0 || port > 65_535) {
		throw new Error(`METRICS_PORT is "${source.METRICS_PORT}", and a port is a whole number up to 65535.`);
	}
	return { port, host: source.METRICS_HOST || "127.0.0.1" };
}
