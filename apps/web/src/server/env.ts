import type { BlockList } from "node:net";
import { checkLogEnv, LOG_ENV } from "@weir/backends/log";
import * as z from "zod";
import { networksOf } from "./front/client-address.ts";

const networks = z
	.string()
	.default("")
	.transform((text) => text.split(/[\s,]+/).filter((network) => network !== ""));

const fields = z.object({
	APP_DATABASE_URL: z.url(),
	RESULTS_DATABASE_URL: z.url(),
	REDIS_URL: z.url(),
	...LOG_ENV,
	NEXTAUTH_URL: z.url(),
	NEXTAUTH_SECRET: z.string().min(32, "needs at least 32 characters; make it with `openssl rand -base64 32`"),
	WEIR_MASTER_KEY: z.string().min(1),
	WEIR_PEPPER: z.string().min(16),
	/** Addresses that devices reach the gateway at, for the Connect panel. */
	GATEWAY_PUBLIC_HTTP_URL: z.url().default("http://localhost:8080"),
	GATEWAY_PUBLIC_MQTT_URL: z.url().default("mqtt://localhost:1883"),
	/** Networks that connections of tenants may reach besides the public internet: "10.1.0.0/16, 192.168.7.4". */
	OUTBOUND_NETWORKS: networks,
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

const schema = fields.check(checkLogEnv);

export type WebEnv = z.infer<typeof schema>;

/** Parses the environment; the error names everything that is missing or wrong at once. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): WebEnv {
	const found = schema.safeParse(source);
	if (found.success) return found.data;
	const faults = found.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
	throw new Error(`The web server cannot start: set these environment variables right.\n${faults.join("\n")}`);
}

/**
 * TRUSTED_PROXIES: proxies before this server whose `X-Forwarded-For` is believed ("10.0.0.0/8, 127.0.0.1"); empty: nobody's.
 * Read before everything else, because no request may come in sooner.
 */
export function readTrustedProxies(source: Readonly<Record<string, string | undefined>>): BlockList {
	try {
		return networksOf(networks.parse(source.TRUSTED_PROXIES));
	} catch (error) {
		throw new Error(`TRUSTED_PROXIES is wrong. ${error instanceof Error ? error.message : String(error)}`);
	}
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
