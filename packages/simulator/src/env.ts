import * as z from "zod";

const schema = z.object({
	GATEWAY_PUBLIC_HTTP_URL: z.url().default("http://localhost:8080"),
	GATEWAY_PUBLIC_MQTT_URL: z.url().default("mqtt://localhost:1883"),
	/** Folder of the installation, where `npm start` keeps the demo devices' tokens. */
	WEIR_FOLDER: z.string().default(".weir"),
	METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
	METRICS_HOST: z.string().default("127.0.0.1"),
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

export type SimulatorEnv = z.infer<typeof schema>;

/** Parses the environment; the error names everything that is wrong at once. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): SimulatorEnv {
	const found = schema.safeParse(source);
	if (found.success) return found.data;
	const faults = found.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
	throw new Error(`The simulator cannot start: set these environment variables right.\n${faults.join("\n")}`);
}
