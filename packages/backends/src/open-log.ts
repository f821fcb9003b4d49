import type { CommitAuthority, LogCommitMedium } from "@weir/runtime";
import * as z from "zod";
import { tieredLog } from "./cold/tiered-log.ts";
import { createRedisLog } from "./log-redis.ts";
import type { MeasuredLog } from "./measured-log.ts";

/** The part of every process's environment that says where the log is. */
export const LOG_ENV = {
	/** What keeps the streams. */
	LOG: z.enum(["redis", "kafka"]).default("redis"),
	/** Data Redis: the log, where `LOG` is `redis`. */
	REDIS_DATA_URL: z.url().optional(),
	/** Brokers of Kafka, `host:port` with commas between: the log, where `LOG` is `kafka`. */
	KAFKA_BROKERS: z
		.string()
		.regex(/^[^\s,:]+:\d+(,\s*[^\s,:]+:\d+)*$/, "is a list of host:port with commas between")
		.optional(),
	/** Records of endpoints are kept at least this long, also when every flow has read them, where nobody chose otherwise for a stream. */
	WEIR_RETENTION_MS: z.coerce
		.number()
		.int()
		.min(0)
		.default(24 * 3_600_000),
	/** Folder for old records of endpoints: what leaves the log goes here and can still be replayed. Absent: it is forgotten. */
	COLD_FOLDER: z.string().min(1).optional(),
	/** What came longer ago than this leaves that folder too. */
	COLD_KEEP_MS: z.coerce
		.number()
		.int()
		.min(0)
		.default(7 * 86_400_000),
};

export interface LogEnv {
	readonly LOG: "redis" | "kafka";
	readonly REDIS_DATA_URL?: string | undefined;
	readonly KAFKA_BROKERS?: string | undefined;
	readonly COLD_FOLDER?: string | undefined;
	readonly COLD_KEEP_MS?: number;
}

/** Says which address of the log is missing. For `check` of the schema that holds `LOG_ENV`. */
export function checkLogEnv({ value, issues }: z.core.ParsePayload<LogEnv>): void {
	const name = value.LOG === "kafka" ? "KAFKA_BROKERS" : "REDIS_DATA_URL";
	if (value[name] !== undefined) return;
	issues.push({ code: "custom", input: value, path: [name], message: `is needed while LOG is ${value.LOG}` });
}

/** Name of the variable that holds the log's address, for people who must put it right. */
export function logVariable(env: LogEnv): string {
	return env.LOG === "kafka" ? "KAFKA_BROKERS" : "REDIS_DATA_URL";
}

export interface OpenLogOptions {
	/** Share that is used of the disk behind a Redis on this machine; a Kafka says it itself. */
	readonly diskUse?: () => Promise<number>;
}

/** Opens the log that the environment names. */
export async function openLog(env: LogEnv, options: OpenLogOptions = {}): Promise<MeasuredLog> {
	const log = await openHotLog(env, options);
	if (env.COLD_FOLDER === undefined) return log;
	const { ColdFiles } = await import("./cold/cold-files.ts");
	return tieredLog(log, new ColdFiles(env.COLD_FOLDER), env.COLD_KEEP_MS === undefined ? {} : { keepMs: env.COLD_KEEP_MS });
}

async function openHotLog(env: LogEnv, options: OpenLogOptions): Promise<MeasuredLog> {
	if (env.LOG === "redis") return createRedisLog(addressOf(env), options);
	// Its client takes a while to load, and who runs on Redis need not wait for it.
	const { createKafkaLog } = await import("./kafka/log-kafka.ts");
	return createKafkaLog(addressOf(env));
}

/** Commits of stages that end in the log. */
export type LogCommits = CommitAuthority<LogCommitMedium>;

/** Opens the commit authority of the log that the environment names. */
export async function openLogAuthority(env: LogEnv): Promise<LogCommits> {
	if (env.LOG === "redis") {
		const { LogAuthority } = await import("./authority-log.ts");
		return new LogAuthority(addressOf(env));
	}
	const { KafkaAuthority } = await import("./kafka/authority-kafka.ts");
	return new KafkaAuthority(addressOf(env));
}

function addressOf(env: LogEnv): string {
	const address = env.LOG === "kafka" ? env.KAFKA_BROKERS : env.REDIS_DATA_URL;
	if (address === undefined) throw new Error(`LOG is ${env.LOG}, so ${logVariable(env)} must say where it is.`);
	return address;
}
