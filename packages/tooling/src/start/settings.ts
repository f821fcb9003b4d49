import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
	readonly redisDataUrl: string | undefined;
}

function portOf(name: string, fallback: number): number {
	const text = process.env[name];
	if (text === undefined || text === "") return fallback;
	const port = Number(text);
	if (!Number.isInteger(port) || port < 1 || port > 65535)
		throw new Fault(`${name} is "${text}", and a port is a whole number from 1 to 65535.`);
	return port;
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
		redisDataUrl: text("REDIS_DATA_URL"),
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
