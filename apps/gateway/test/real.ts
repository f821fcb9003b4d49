import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { appDatabaseUrl, createSealer, type Database, openDatabase, type StoredEndpoint, type StoredEndpointSettings } from "@weir/db";
import { createDatabase, freePort, WITHOUT_TYPES } from "@weir/tooling";
import { PEPPER } from "./support.ts";

/** A tenant in the real database, with an owner who makes endpoints and devices. */
export interface RealTenant {
	readonly id: string;
	endpoint(protocol: "http" | "mqtt", settings: Partial<StoredEndpointSettings>): Promise<StoredEndpoint>;
	device(): Promise<{ readonly id: string; readonly token: string; readonly credential: string }>;
	revoke(device: string, credential: string): Promise<void>;
}

/** The control database of the test run, with a results database of its own beside it. */
export async function openRealDatabase(databaseUrl: string): Promise<Database> {
	const resultsUrl = await createDatabase(databaseUrl, `results_${randomUUID().slice(0, 8)}`);
	const sealer = createSealer(randomBytes(32).toString("base64"));
	return openDatabase({ appUrl: appDatabaseUrl(databaseUrl), resultsUrl, sealer, pepper: PEPPER, connections: 2 });
}

export async function aRealTenant(database: Database): Promise<RealTenant> {
	const name = `water ${randomUUID()}`;
	const made = await database.accounts.signUp({
		name,
		email: `${randomUUID()}@example.org`,
		password: "correct horse battery",
		tenantName: name,
	});
	if (made === undefined) throw new Error("the tenant could not be made");
	const tenant = database.openTenant(made.tenantId);
	const by = made.userId;
	return {
		id: made.tenantId,
		endpoint: async (protocol, settings) => {
			const flow = await tenant.flows.create({ name: `flow ${randomUUID()}`, content: { schemaVersion: 1, nodes: [], edges: [] }, by });
			const all: StoredEndpointSettings = { format: "json", maxRecordBytes: 65_536, ...settings };
			await tenant.drafts.ensureEndpoints(flow, [{ node: "source", protocol, settings: all }]);
			const [endpoint] = await tenant.endpoints.ofFlow(flow);
			if (endpoint === undefined) throw new Error("the endpoint could not be made");
			return endpoint;
		},
		device: async () => {
			const { device, token, credential } = await tenant.devices.create(`pump ${randomUUID()}`, by);
			return { id: device.id, token, credential: credential.id };
		},
		revoke: (device, credential) => tenant.devices.revoke(device, credential),
	};
}

/** The gateway as it runs in production: a process of its own that can be killed. */
export class GatewayProcess {
	readonly #env: NodeJS.ProcessEnv;
	readonly httpPort: number;
	readonly mqttPort: number;
	readonly healthPort: number;
	#child: ChildProcess | undefined;

	private constructor(env: NodeJS.ProcessEnv, ports: readonly [number, number, number]) {
		this.#env = env;
		[this.httpPort, this.mqttPort, this.healthPort] = ports;
	}

	static async start(services: {
		readonly databaseUrl: string;
		readonly redisUrl: string;
		readonly redisDataUrl: string;
	}): Promise<GatewayProcess> {
		const ports = [await freePort(), await freePort(), await freePort()] as const;
		const gateway = new GatewayProcess(
			{
				...process.env,
				APP_DATABASE_URL: appDatabaseUrl(services.databaseUrl),
				REDIS_URL: services.redisUrl,
				REDIS_DATA_URL: services.redisDataUrl,
				WEIR_PEPPER: PEPPER,
				GATEWAY_HOST: "127.0.0.1",
				GATEWAY_HTTP_PORT: String(ports[0]),
				GATEWAY_MQTT_PORT: String(ports[1]),
				METRICS_PORT: String(ports[2]),
			},
			ports,
		);
		await gateway.revive();
		return gateway;
	}

	/** Starts it again on the same ports, and waits until it is ready. */
	async revive(): Promise<void> {
		const child = spawn(process.execPath, [...WITHOUT_TYPES, path.join(import.meta.dirname, "../src/main.ts")], {
			env: this.#env,
			stdio: ["ignore", "ignore", "inherit"],
		});
		this.#child = child;
		while (child.exitCode === null) {
			const answer = await fetch(`http://127.0.0.1:${this.healthPort}/readyz`).catch(() => undefined);
			if (answer?.status === 200) return;
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		throw new Error(`the gateway ended with code ${child.exitCode}`);
	}

	/** Ends it by a signal; answers its exit code. */
	async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
		const child = this.#child;
		if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
		const ended = once(child, "exit");
		child.kill(signal);
		await ended;
		return child.exitCode;
	}
}
