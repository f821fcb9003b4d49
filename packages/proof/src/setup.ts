import { randomBytes, randomUUID } from "node:crypto";
import path from "node:path";
import { appDatabaseUrl, createSealer, migrate, openDatabase } from "@weir/db";
import { createDatabase, freePort, startPostgres } from "@weir/tooling";
import pg from "pg";
import { processEnv } from "./drill.ts";
import { ENV } from "./env.ts";
import { byPort, Gate } from "./gate.ts";
import type { Need } from "./needs.ts";
import { Processes } from "./processes.ts";
import { Rig } from "./rig.ts";
import { MortalKafka, MortalRedis } from "./services.ts";
import type { Shape } from "./shapes/index.ts";

/** So small that it can be filled, and so large that the log is not. */
const DISK_MEGABYTES = 512;

export type LogKind = "redis" | "kafka";

export interface RigOptions {
	readonly shape: Shape;
	readonly log: LogKind;
	/** What the faults need that the services must be started for. */
	readonly needs: ReadonlySet<Need>;
	/** Name of the mutant that the product's processes run with. */
	readonly mutant?: string;
	/** Where the services keep their data. */
	readonly folder: string;
	/** A PostgreSQL that runs already, with a migrated database to copy; absent: one of its own is started. */
	readonly postgres?: { readonly url: string; readonly template: string };
}

/** Starts services of its own and the product on them, with one tenant. */
export async function openRig({ shape, folder, log, needs, mutant, postgres: given }: RigOptions): Promise<Rig> {
	const own = given === undefined ? await startPostgres({ folder: path.join(folder, "postgres") }) : undefined;
	const adminUrl = given?.url ?? own?.url ?? "";
	const name = `proof_${randomUUID().slice(0, 8)}`;
	const [ownerUrl, resultsUrl, control, data, kafka] = await Promise.all([
		createDatabase(adminUrl, name, given?.template),
		createDatabase(adminUrl, `${name}_results`),
		MortalRedis.start({ folder: path.join(folder, "redis-control"), appendfsync: "everysec" }),
		log === "kafka"
			? undefined
			: MortalRedis.start({
					folder: path.join(folder, "redis-data"),
					appendfsync: "always",
					notesFlushes: needs.has("compiler"),
					...(needs.has("tmpfs") ? { diskMegabytes: DISK_MEGABYTES } : {}),
				}),
		log === "kafka" ? MortalKafka.start(path.join(folder, "kafka")) : undefined,
	]);
	if (given === undefined) await migrate(ownerUrl);
	const masterKey = randomBytes(32).toString("base64");
	const pepper = randomBytes(24).toString("base64");
	const appUrl = appDatabaseUrl(ownerUrl);
	const database = openDatabase({ appUrl, resultsUrl, sealer: createSealer(masterKey), pepper, connections: 2 });
	const made = await database.accounts.signUp({
		name: "Proof",
		email: `${randomUUID()}@example.com`,
		password: randomBytes(16).toString("base64"),
		tenantName: "Proof",
	});
	if (made === undefined) throw new Error("The tenant could not be made.");
	const { hostname, port } = new URL(adminUrl);
	const resultsGate = await Gate.open({ host: hostname, port: Number(port) });
	const controlGate = await Gate.open({ host: hostname, port: Number(port) });
	const logGate = data === undefined ? undefined : await Gate.open({ host: "127.0.0.1", port: data.port });
	const results = new pg.Pool({ connectionString: resultsUrl, max: 3 });
	results.on("error", () => {});
	const [httpPort, mqttPort, healthPort] = [await freePort(), await freePort(), await freePort()];
	const logEnv = kafka === undefined ? { LOG: "redis", REDIS_DATA_URL: data?.url ?? "" } : { LOG: "kafka", KAFKA_BROKERS: kafka.brokers };
	const env = {
		...processEnv(mutant),
		TEST_LOG_LEVEL: ENV.logLevel,
		LOG_LEVEL: ENV.logLevel,
		APP_DATABASE_URL: byPort(appUrl, controlGate.port),
		RESULTS_DATABASE_URL: byPort(resultsUrl, resultsGate.port),
		REDIS_URL: control.url,
		...logEnv,
		WEIR_MASTER_KEY: masterKey,
		WEIR_PEPPER: pepper,
		QUEUE_PREFIX: name,
	};
	const gatewayEnv = {
		GATEWAY_HOST: "127.0.0.1",
		GATEWAY_HTTP_PORT: String(httpPort),
		GATEWAY_MQTT_PORT: String(mqttPort),
		METRICS_PORT: String(healthPort),
		// So few that a burst is more than a device may send.
		GATEWAY_DEVICE_RECORDS_PER_SECOND: "4000",
		...(data === undefined || logGate === undefined
			? {}
			: { REDIS_DATA_URL: byPort(data.url, logGate.port), REDIS_DATA_FOLDER: data.folder }),
	};
	const processes = new Processes(env, gatewayEnv);
	const rig = new Rig({
		shape,
		tenant: database.openTenant(made.tenantId),
		owner: made.userId,
		database,
		results,
		schema: `t_${made.tenantId.replaceAll("-", "").slice(0, 20)}`,
		resultsGate,
		controlGate,
		logGate,
		postgres: own,
		control,
		data,
		kafka,
		processes,
		ports: { http: httpPort, mqtt: mqttPort },
		drill: { resultsUrl, controlUrl: ownerUrl, log: logEnv, ...(mutant === undefined ? {} : { mutant }) },
	});
	try {
		await Promise.all([
			processes.startGateway(),
			processes.startControl(),
			processes.startWorker("stream-1"),
			processes.startWorker("stream-2"),
		]);
		return rig;
	} catch (error) {
		await rig.close();
		throw error;
	}
}
