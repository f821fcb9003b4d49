import "server-only";
import { openLog } from "@weir/backends";
import { createSealer, openDatabase } from "@weir/db";
import { loadParser } from "@weir/expressions";
import { catalogue } from "@weir/nodes/definitions";
import { templates } from "@weir/nodes/templates";
import { createLogger } from "@weir/telemetry";
import type { NextAuthOptions } from "next-auth";
import { createApi } from "./api/app.ts";
import type { Template } from "./api/contract/index.ts";
import type { ApiServices } from "./api/services.ts";
import { authOptions } from "./auth/options.ts";
import { createSessions } from "./auth/sessions.ts";
import { createProbe } from "./connections/probe.ts";
import { readEnv } from "./env.ts";
import { openControlBus } from "./live/control-bus.ts";
import { createHub } from "./live/hub.ts";
import { createObserver } from "./live/observer.ts";

/** The server's side of this process. */
export interface WebRuntime {
	readonly services: ApiServices;
	readonly auth: NextAuthOptions;
	fetch(request: Request): Promise<Response>;
}

// Next loads this module once per route bundle; sockets and streams must be one per process.
const holder = globalThis as { weirWeb?: Promise<WebRuntime> };

/** Opens database, log and control Redis at the first request; the same ones from then on. */
export function webRuntime(): Promise<WebRuntime> {
	holder.weirWeb ??= open().catch((error: unknown) => {
		delete holder.weirWeb; // The next request tries again.
		throw error;
	});
	return holder.weirWeb;
}

async function open(): Promise<WebRuntime> {
	const env = readEnv();
	await loadParser();
	const sealer = createSealer(env.WEIR_MASTER_KEY);
	const db = openDatabase({ appUrl: env.APP_DATABASE_URL, resultsUrl: env.RESULTS_DATABASE_URL, sealer, pepper: env.WEIR_PEPPER });
	const log = await openLog(env);
	const bus = openControlBus(env.REDIS_URL);
	const observer = createObserver(bus);
	const sessions = createSessions({ accounts: db.accounts, secret: env.NEXTAUTH_SECRET, publicUrl: env.NEXTAUTH_URL });
	const services: ApiServices = {
		db,
		sessions,
		catalogue,
		templates: templates.map(({ id, title, summary, needs, flow }): Template => ({ id, title, summary, needs, flow })),
		logName: env.LOG,
		log,
		keepMs: env.WEIR_RETENTION_MS,
		bus,
		observer,
		live: createHub({ bus, observer, log }),
		logger: createLogger({ name: "web", level: env.LOG_LEVEL }),
		gateway: { httpUrl: env.GATEWAY_PUBLIC_HTTP_URL, mqttUrl: env.GATEWAY_PUBLIC_MQTT_URL },
		connections: createProbe(env.OUTBOUND_NETWORKS),
		now: Date.now,
	};
	const api = createApi(services);
	return {
		services,
		auth: authOptions({ accounts: db.accounts, sessions, secret: env.NEXTAUTH_SECRET, publicUrl: env.NEXTAUTH_URL }),
		fetch: async (request) => api.fetch(withoutMount(request)),
	};
}

// Next hands the whole path on; the API's own paths begin after the mount.
function withoutMount(request: Request): Request {
	const url = new URL(request.url);
	url.pathname = url.pathname.replace(/^\/api\/v1/, "") || "/";
	return new Request(url, request);
}
