import { randomUUID } from "node:crypto";
import {
	type DoorCredential,
	type DoorDevice,
	type DoorEndpoint,
	type GatewayStore,
	hmacOfToken,
	newDeviceId,
	newDeviceToken,
	pepperId,
} from "@weir/db";
import { WeirError } from "@weir/errors";
import { readFrame } from "@weir/records";
import type { Log } from "@weir/runtime";
import { silentLogger } from "@weir/telemetry";
import type { TestServices } from "@weir/tooling";
import { readEnv } from "../src/env.ts";
import { type Gateway, type GatewayParts, startGateway } from "../src/gateway.ts";

export const PEPPER = "a pepper for tests only";

/** Devices and endpoints that a test makes up; `isAway` makes it behave like a database that does not answer. */
export class MemoryStore implements GatewayStore {
	readonly endpoints = new Map<string, DoorEndpoint>();
	readonly devices = new Map<string, DoorDevice>();
	readonly seen: string[] = [];
	isAway = false;
	questions = 0;

	async endpointByKey(key: string) {
		this.#answer();
		return [...this.endpoints.values()].find((endpoint) => endpoint.key === key);
	}

	async endpointsOfTenant(tenant: string, protocol: "http" | "mqtt") {
		this.#answer();
		return [...this.endpoints.values()].filter((endpoint) => endpoint.tenant === tenant && endpoint.protocol === protocol);
	}

	async credentialsOfDevice(device: string) {
		this.#answer();
		return this.devices.get(device);
	}

	async recentlyRevoked() {
		this.#answer();
		return [...this.devices.values()]
			.filter(({ credentials }) => credentials.some(({ isRevoked }) => isRevoked))
			.map(({ device }) => device);
	}

	async noteSeen(seen: readonly { readonly device: string }[]) {
		this.seen.push(...seen.map((one) => one.device));
	}

	async ping() {
		this.#answer();
	}

	async close() {}

	/** An endpoint of a tenant, JSON over HTTP unless said otherwise. */
	endpoint(
		tenant: string,
		change: Partial<Omit<DoorEndpoint, "settings">> & { readonly settings?: Partial<DoorEndpoint["settings"]> } = {},
	): DoorEndpoint {
		const { settings, ...rest } = change;
		const id = randomUUID();
		const endpoint: DoorEndpoint = {
			tenant,
			id,
			key: `in_${id.slice(0, 8)}`,
			flow: randomUUID(),
			node: "source",
			protocol: "http",
			partitions: 16,
			generation: 1,
			durability: undefined,
			...rest,
			settings: { format: "json", maxRecordBytes: 65_536, ...settings },
		};
		this.endpoints.set(id, endpoint);
		return endpoint;
	}

	/** A device with one credential; answers its id and its token. */
	device(tenant: string, change: Partial<DoorCredential> = {}): { readonly id: string; readonly token: string } {
		const id = newDeviceId();
		this.devices.set(id, { tenant, device: id, credentials: [] });
		return { id, token: this.credential(id, change) };
	}

	credential(device: string, change: Partial<DoorCredential> = {}): string {
		const token = newDeviceToken(device);
		const before = this.devices.get(device);
		if (before === undefined) throw new Error(`there is no device ${device}`);
		const credential = {
			id: randomUUID(),
			hmac: hmacOfToken(token, PEPPER),
			keyId: pepperId(PEPPER),
			notBeforeMs: 0,
			expiresAtMs: undefined,
			isRevoked: false,
			...change,
		};
		this.devices.set(device, { ...before, credentials: [...before.credentials, credential] });
		return token;
	}

	revoke(device: string): void {
		const before = this.devices.get(device);
		if (before === undefined) return;
		this.devices.set(device, { ...before, credentials: before.credentials.map((one) => ({ ...one, isRevoked: true })) });
	}

	#answer(): void {
		this.questions++;
		if (this.isAway) throw new WeirError("DATABASE_UNAVAILABLE", "The database is away.");
	}
}

/** A gateway on real Redis and made-up devices. */
export function startTestGateway(
	services: Pick<TestServices, "redisUrl" | "redisDataUrl">,
	store: GatewayStore,
	change: Readonly<Record<string, string>> = {},
	parts: Omit<GatewayParts, "store"> = {},
): Promise<Gateway> {
	const env = readEnv({
		APP_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
		REDIS_URL: services.redisUrl,
		REDIS_DATA_URL: services.redisDataUrl,
		WEIR_PEPPER: PEPPER,
		GATEWAY_HTTP_PORT: "0",
		GATEWAY_MQTT_PORT: "0",
		METRICS_PORT: "0",
		GATEWAY_HOST: "127.0.0.1",
		...change,
	});
	return startGateway(env, silentLogger, { ...parts, store });
}

/** Everything the log holds of an endpoint, in order within each partition. */
export async function recordsOf(
	log: Log,
	endpoint: Pick<DoorEndpoint, "tenant" | "id" | "partitions">,
): Promise<{ readonly partition: number; readonly key: string; readonly topic: string; readonly text: string }[]> {
	const stream = { tenant: endpoint.tenant, stream: `e:${endpoint.id}` };
	const found = [];
	for (let partition = 0; partition < endpoint.partitions; partition++) {
		for (let after = ""; ; ) {
			const [entries = []] = await log.read([{ stream, partition, after }], { maxBytes: 10_000_000, waitMs: 0 });
			if (entries.length === 0) break;
			for (const entry of entries) {
				for (const { key, topic, payload } of readFrame(entry.frame).records) {
					found.push({ partition, key, topic, text: Buffer.from(payload).toString() });
				}
				after = entry.id;
			}
		}
	}
	return found;
}
