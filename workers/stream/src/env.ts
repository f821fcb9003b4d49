import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { checkLogEnv, LOG_ENV } from "@weir/backends";
import { Secret } from "@weir/errors";
import * as z from "zod";

const fields = z.object({
	APP_DATABASE_URL: z.url(),
	/** Administrator's address of the results database: where managed connections lead. */
	RESULTS_DATABASE_URL: z.url(),
	/** Control Redis. */
	REDIS_URL: z.url(),
	...LOG_ENV,
	WEIR_MASTER_KEY: z
		.string()
		.min(1)
		.transform((text) => new Secret(text)),
	METRICS_PORT: z.coerce.number().int().min(0).max(65_535),
	METRICS_HOST: z.string().default("127.0.0.1"),
	/** Name in reports and leases; made unique by the process id. */
	WORKER_NAME: z.string().min(1).default(hostname()),
	/** Slices under way at once. */
	WORKER_CONCURRENCY: z.coerce.number().int().positive().default(200),
	/** Sessions per database that sinks write to. */
	WORKER_SINK_SESSIONS: z.coerce.number().int().positive().default(8),
	/** Memory that the states of one job may take in this process: a job that needs more stops and says so, before the process dies of it. */
	WORKER_JOB_STATE_BYTES: z.coerce.number().int().positive().default(1_000_000_000),
	/** Where state that does not fit into memory goes, in a folder for each process: on a real disk, or nothing is gained. */
	WORKER_SPILL_FOLDER: z.string().min(1).default(join(tmpdir(), "weir-spill")),
	/** The most that this process may write there; 0: states stay in memory. */
	WORKER_SPILL_BYTES: z.coerce.number().int().min(0).default(10_000_000_000),
	/** Networks that connections of tenants may reach besides the public internet: "10.1.0.0/16, 192.168.7.4". */
	OUTBOUND_NETWORKS: z
		.string()
		.default("")
		.transform((text) => text.split(/[\s,]+/).filter((network) => network !== "")),
	LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

const schema = fields.check(checkLogEnv);

export type StreamEnv = z.infer<typeof schema>;

/** Parses the environment; the error names everything that is missing or wrong at once. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): StreamEnv {
	const found = schema.safeParse(source);
	if (found.success) return found.data;
	const faults = found.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
	throw new Error(`The stream worker cannot start: set these environment variables right.\n${faults.join("\n")}`);
}
