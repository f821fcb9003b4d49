import { randomUUID } from "node:crypto";
import { connectRedis, logVariable, openLog } from "@weir/backends/log";
import { type GatewayStore, openGateway } from "@weir/db/gateway";
import { createMetrics, type HealthServer, type Logger, serveHealth } from "@weir/telemetry";
import { Announcements } from "./announcements.ts";
import { createAuthenticator } from "./authenticate.ts";
import { DoorCounters } from "./counters.ts";
import { createDirectory } from "./directory.ts";
import { diskUse } from "./disk-use.ts";
import { LogDurability } from "./durability.ts";
import type { GatewayEnv } from "./env.ts";
import { Generations } from "./generations.ts";
import { openHttpDoor } from "./http/door.ts";
import { Ingest } from "./ingest.ts";
import { Limits } from "./limits.ts";
import { openMqttDoor } from "./mqtt/door.ts";
import { Publishing } from "./mqtt/publishing.ts";
import { followRevocation } from "./revocation.ts";
import { Splitters } from "./splitters.ts";
import { LogWriter } from "./writer.ts";

export interface Gateway {
	readonly httpPort: number;
	readonly mqttPort: number;
	readonly healthPort: number;
	/** Takes no more, finishes what is under way, lets go of everything. */
	close(): Promise<void>;
}

/** What a test may replace. */
export interface GatewayParts {
	/** Stands in for the database. */
	readonly store?: GatewayStore;
	/** How long a request may take to arrive whole. */
	readonly requestMs?: number;
}

const GRACE_MS = 5_000;
/** Burst of a bucket, in seconds of its rate. */
const BURST_SECONDS = 2;

/** Opens both doors on the services that the environment names. */
export async function startGateway(env: GatewayEnv, logger: Logger, parts: GatewayParts = {}): Promise<Gateway> {
	const folder = env.REDIS_DATA_FOLDER;
	const log = await openLog(env, folder === undefined ? {} : { diskUse: () => diskUse(folder) });
	const control = connectRedis(env.REDIS_URL);
	const announcements = new Announcements(env.REDIS_URL, logger);
	const store = parts.store ?? openGateway({ appUrl: env.APP_DATABASE_URL });
	const metrics = createMetrics({ process: "gateway" });
	const directory = createDirectory({ store });
	const authenticator = createAuthenticator(directory, env.WEIR_PEPPER);
	const counters = new DoorCounters({ control, store, metrics, logger });
	const writer = new LogWriter({ log, producer: `g:${randomUUID()}`, limitBytes: env.GATEWAY_BUFFER_BYTES });
	const durability = new LogDurability(log, logger);
	await durability.start();
	const ingest = new Ingest({
		writer,
		counters,
		limits: new Limits(limitsOf(env)),
		generations: new Generations((key) => directory.freshEndpoint(key)),
	});
	const splitters = new Splitters();
	metrics.gauge({ name: "door_held_bytes", help: "Bytes of records that wait for the log.", read: () => writer.heldBytes });

	const http = await openHttpDoor({
		port: env.GATEWAY_HTTP_PORT,
		host: env.GATEWAY_HOST,
		directory,
		authenticator,
		ingest,
		splitters,
		counters,
		durabilityOf: (endpoint) => durability.of(endpoint),
		logger,
		limits: {
			wireBytes: env.GATEWAY_BODY_BYTES,
			bodyBytes: env.GATEWAY_INFLATED_BYTES,
			heldBytes: env.GATEWAY_BUFFER_BYTES,
			connections: env.GATEWAY_CONNECTIONS,
		},
		...(parts.requestMs === undefined ? {} : { requestMs: parts.requestMs }),
	});
	const mqtt = await openMqttDoor({
		port: env.GATEWAY_MQTT_PORT,
		host: env.GATEWAY_HOST,
		authenticator,
		publishing: new Publishing({ directory, ingest, splitters, counters, writer }),
		announcements,
		logger,
		limits: { packetBytes: env.GATEWAY_PACKET_BYTES, connections: env.GATEWAY_CONNECTIONS },
	});
	metrics.gauge({ name: "door_mqtt_connections", help: "MQTT connections that are open.", read: () => mqtt.connections });
	const onRevoked = (device: string) => {
		directory.forgetDevice(device);
		mqtt.recheck(device);
	};
	const revocation = followRevocation({ announcements, store, logger, onRevoked });
	const health: HealthServer = await serveHealth({
		port: env.METRICS_PORT,
		host: env.METRICS_HOST,
		metrics,
		// Without the database the doors go on from what they know; without the log they can take nothing.
		ready: async () => {
			try {
				await log.state({ tenant: "health", stream: "none" }, 0);
				return true;
			} catch {
				return `The log (${logVariable(env)}) does not answer.`;
			}
		},
	});
	return {
		httpPort: http.port,
		mqttPort: mqtt.port,
		healthPort: health.port,
		close: async () => {
			await Promise.all([http.close(GRACE_MS), mqtt.close(GRACE_MS)]);
			await writer.drained();
			await counters.close();
			revocation.stop();
			durability.stop();
			announcements.close();
			control.disconnect();
			await Promise.all([log.close(), store.close(), health.close()]);
		},
	};
}

function limitsOf(env: GatewayEnv): ConstructorParameters<typeof Limits>[0] {
	const rate = (perSecond: number) => ({ perSecond, burst: perSecond * BURST_SECONDS });
	return {
		records: {
			device: rate(env.GATEWAY_DEVICE_RECORDS_PER_SECOND),
			endpoint: rate(env.GATEWAY_ENDPOINT_RECORDS_PER_SECOND),
			tenant: rate(env.GATEWAY_TENANT_RECORDS_PER_SECOND),
		},
		bytes: {
			device: rate(env.GATEWAY_DEVICE_BYTES_PER_SECOND),
			endpoint: rate(env.GATEWAY_ENDPOINT_BYTES_PER_SECOND),
			tenant: rate(env.GATEWAY_TENANT_BYTES_PER_SECOND),
		},
	};
}
