import { checkLogEnv, LOG_ENV } from "@weir/backends/log";
import { Secret } from "@weir/errors";
import * as z from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const size = z.coerce.number().int().positive();

const fields = z.object({
	APP_DATABASE_URL: z.url(),
	REDIS_URL: z.url(),
	...LOG_ENV,
	/** Folder of the data Redis where it is on this machine: the doors refuse when it has used 85 % of its room on the disk. */
	REDIS_DATA_FOLDER: z.string().optional(),
	WEIR_PEPPER: z
		.string()
		.min(16)
		.transform((text) => new Secret(text)),
	GATEWAY_HTTP_PORT: port,
	GATEWAY_MQTT_PORT: port,
	METRICS_PORT: port,
	/** Where the doors listen; the default takes devices from other machines. */
	GATEWAY_HOST: z.string().default("0.0.0.0"),
	/** Where health and metrics listen. */
	METRICS_HOST: z.string().default("127.0.0.1"),
	GATEWAY_CONNECTIONS: size.default(20_000),
	/** Bytes of records the gateway holds while the log takes its time. */
	GATEWAY_BUFFER_BYTES: size.default(64 * 1024 * 1024),
	GATEWAY_BODY_BYTES: size.default(8 * 1024 * 1024),
	/** Largest MQTT packet. */
	GATEWAY_PACKET_BYTES: size.default(1024 * 1024),
	GATEWAY_INFLATED_BYTES: size.default(16 * 1024 * 1024),
	GATEWAY_DEVICE_RECORDS_PER_SECOND: size.default(20_000),
	GATEWAY_ENDPOINT_RECORDS_PER_SECOND: size.default(100_000),
	GATEWAY_TENANT_RECORDS_PER_SECOND: size.default(200_000),
	GATEWAY_DEVICE_BYTES_PER_SECOND: size.default(10 * 1024 * 1024),
	GATEWAY_ENDPOINT_BYTES_PER_SECOND: size.default(50 * 1024 * 1024),
	GATEWAY_TENANT_BYTES_PER_SECOND: size.default(100 * 1024 * 1024),
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

const schema = fields.check(checkLogEnv);

export type GatewayEnv = z.infer<typeof schema>;

/** Parses the environment; the error names everything that is missing or wrong at once. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): GatewayEnv {
	const found = schema.safeParse(source);
	if (found.success) return found.data;
	const faults = found.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
	throw new Error(`The gateway cannot start: set these environment variables right.\n${faults.join("\n")}`);
}
