import path from "node:path";
import { freePort } from "../services/process.ts";
import type { Services } from "./services.ts";
import { root, type Secrets, type Settings } from "./settings.ts";
import type { ChildPlan } from "./supervisor.ts";
import { WITHOUT_TYPES } from "./without-types.ts";

export interface Member extends ChildPlan {
	/** Answers 200 when the process can do its work. */
	readonly readyUrl: string;
}

export const productNode = process.execPath;

/** The environment that every process of the product gets; each process reads the part it needs in its own `env.ts`. */
export function productEnvironment(settings: Settings, secrets: Secrets, services: Services): Record<string, string> {
	const app = new URL(services.databaseUrl);
	app.username = "weir_app";
	app.password = secrets.appPassword;
	const given = Object.fromEntries(
		Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !/^npm_/i.test(entry[0])),
	);
	return {
		APP_DATABASE_URL: app.href,
		NEXTAUTH_URL: `http://localhost:${settings.webPort}`,
		NEXTAUTH_SECRET: secrets.nextAuthSecret,
		WEIR_MASTER_KEY: secrets.masterKey,
		WEIR_PEPPER: secrets.pepper,
		GATEWAY_PUBLIC_HTTP_URL: `http://localhost:${settings.httpPort}`,
		GATEWAY_PUBLIC_MQTT_URL: `mqtt://localhost:${settings.mqttPort}`,
		COLD_FOLDER: path.join(settings.folder, "cold"),
		...given,
		PATH: `${path.join(root, "node_modules/.bin")}:${process.env.PATH ?? ""}`,
		DATABASE_URL: services.databaseUrl,
		RESULTS_DATABASE_URL: services.resultsUrl,
		REDIS_URL: services.redisUrl,
		...services.logEnv,
		...(services.redisDataFolder === undefined ? {} : { REDIS_DATA_FOLDER: services.redisDataFolder }),
		WEB_PORT: String(settings.webPort),
		GATEWAY_HTTP_PORT: String(settings.httpPort),
		GATEWAY_MQTT_PORT: String(settings.mqttPort),
		WEIR_FOLDER: settings.folder,
		NEXT_TELEMETRY_DISABLED: "1",
		NODE_ENV: settings.isDev ? "development" : "production",
	};
}

/** The processes of the product, without the simulator, which starts when the others are ready. */
export async function productMembers(settings: Settings, env: Readonly<Record<string, string>>): Promise<Member[]> {
	const next = [path.join(root, "node_modules/next/dist/bin/next"), settings.isDev ? "dev" : "start", "--port", String(settings.webPort)];
	const web: Member = {
		name: "web",
		program: productNode,
		args: next,
		cwd: path.join(root, "apps/web"),
		env: { ...env, METRICS_PORT: String(await freePort()) },
		readyUrl: `http://127.0.0.1:${settings.webPort}/api/v1/openapi.json`,
	};
	const streams = Array.from({ length: settings.streamWorkers }, (_, index) => ({ name: `stream-${index + 1}`, folder: "workers/stream" }));
	const others = [{ name: "gateway", folder: "apps/gateway" }, { name: "control", folder: "workers/control" }, ...streams];
	return [web, ...(await Promise.all(others.map(({ name, folder }) => member(name, folder, settings, env))))];
}

const WATCHED = ["--watch", "--watch-preserve-output"];

/** A process that serves its health and its metrics on a port of its own. */
export async function member(
	name: string,
	folder: string,
	settings: Settings,
	env: Readonly<Record<string, string>>,
	args: readonly string[] = [],
): Promise<Member> {
	const port = await freePort();
	return {
		name,
		program: productNode,
		args: [...(settings.isDev ? WATCHED : WITHOUT_TYPES), path.join(root, folder, "src/main.ts"), ...args],
		cwd: root,
		env: { ...env, METRICS_PORT: String(port), WORKER_NAME: name },
		readyUrl: `http://127.0.0.1:${port}/readyz`,
	};
}
