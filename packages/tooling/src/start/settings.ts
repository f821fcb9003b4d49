import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Fault } from "./faults.ts";

export const root = path.resolve(import.meta.dirname, "../../../..");

export interface Secrets {
	readonly postgresPassword: string;
	readonly appPassword: string;
	readonly nextAuthSecret: string;
	readonly masterKey: string;
	readonly pepper: string;
	readonly demoPassword: string;
}

export interface Settings {
	/** Where data, logs and secrets of this installation live. */
	readonly folder: string;
	readonly isDev: boolean;
	readonly webPort: number;
	readonly httpPort: number;
	readonly mqttPort: number;
	readonly streamWorkers: number;
	readonly databaseUrl: string | undefined;
	readonly redisUrl: string | undefined;
	/** What keeps the streams; undefined: what this installation began with. */
	readonly log: LogKind | undefined;
	readonly redisDataUrl: string | undefined;
	readonly kafkaBrokers: string | undefined;
}

const LOGS = ["redis", "kafka"] as const;

export type LogKind = (typeof LOGS)[number];

function portOf(name: string, fallback: number): number {
	const text = process.env[name];
	if (text === undefined || text === "") return fallback;
	const port = Number(text);
	if (!Number.isInteger(port) || port < 1 || port > 65535)
		throw new Fault(`${name} is "${text}", and a port is a whole number from 1 to 65535.`);
	return port;
}

/** `--log kafka`, `--log=kafka` or LOG=kafka. */
function logOf(args: readonly string[]): LogKind | undefined {
	const at = args.findIndex((arg) => arg === "--log" || arg.startsWith("--log="));
	const wanted = at < 0 ? process.env.LOG || undefined : (args[at]?.split("=")[1] ?? args[at + 1] ?? "");
	const found = LOGS.find((log) => log === wanted);
	if (found === undefined && wanted !== undefined)
		throw new Fault(`"${wanted}" is no log: it is ${LOGS.join(" or ")}, as in "npm start -- --log kafka".`);
	return found;
}

/** The log of this installation, which stays the one it began with: places in streams are stored everywhere. */
export function settleLog(folder: string, wanted: LogKind | undefined): LogKind {
	const file = path.join(folder, "log");
	const held = existsSync(file) ? readFileSync(file, "utf8").trim() : existsSync(path.join(folder, "redis-data")) ? "redis" : undefined;
	const log = LOGS.find((one) => one === held) ?? wanted ?? "redis";
	if (wanted !== undefined && wanted !== log) {
		throw new Fault(
			`The streams in ${folder} are kept by ${log}, and records cannot move to ${wanted}: start without "--log", or give WEIR_FOLDER another folder.`,
		);
	}
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	writeFileSync(file, `${log}\n`);
	return log;
}

/** What this start shall do, from the environment and the command line. */
export function readSettings(args: readonly string[]): Settings {
	const text = (name: string) => process.env[name] || undefined;
	return {
		folder: path.resolve(root, text("WEIR_FOLDER") ?? ".weir"),
		isDev: args.includes("--dev"),
		webPort: portOf("WEB_PORT", 3000),
		httpPort: portOf("GATEWAY_HTTP_PORT", 8080),
		mqttPort: portOf("GATEWAY_MQTT_PORT", 1883),
		streamWorkers: portOf("WEIR_STREAM_WORKERS", 2),
		databaseUrl: text("DATABASE_URL"),
		redisUrl: text("REDIS_URL"),
		log: logOf(args),
		redisDataUrl: text("REDIS_DATA_URL"),
		kafkaBrokers: text("KAFKA_BROKERS"),
	};
}

/** The secrets of this installation: made once, readable by their owner only. */
export function readSecrets(folder: string): Secrets {
	const file = path.join(folder, "secrets.json");
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	try {
		return JSON.parse(readFileSync(file, "utf8")) as Secrets;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
			throw new Fault(`${file} cannot be read: restore it from a copy, or delete ${folder} to begin with nothing.`);
		}
	}
	const made: Secrets = {
		postgresPassword: randomBytes(18).toString("base64url"),
		appPassword: randomBytes(18).toString("base64url"),
		nextAuthSecret: randomBytes(32).toString("base64"),
		masterKey: randomBytes(32).toString("base64"),
		pepper: randomBytes(32).toString("base64"),
		demoPassword: randomBytes(9).toString("base64url"),
	};
	writeFileSync(file, `${JSON.stringify(made, undefined, "\t")}\n`, { mode: 0o600, flag: "wx" });
	return made;
}
