import { totalmem } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startKafka } from "../services/kafka.ts";
import { createDatabase, startPostgres } from "../services/postgres.ts";
import { freePort, isPortBusy, type RunningService } from "../services/process.ts";
import { type RedisOptions, startRedis } from "../services/redis.ts";
import type { Progress } from "./progress.ts";
import { type Secrets, type Settings, settleLog } from "./settings.ts";

/** Where the product finds its services, and how to end those that we started. */
export interface Services {
	readonly databaseUrl: string;
	readonly resultsUrl: string;
	readonly redisUrl: string;
	/** What the processes are told about the log: `LOG` and its address. */
	readonly logEnv: Readonly<Record<string, string>>;
	/** Where the log lies on this machine; undefined when it is not a Redis of ours. */
	readonly redisDataFolder: string | undefined;
	pids(): Record<string, number>;
	stop(): Promise<void>;
}

const POSTGRES_PORT = 5544;
const REDIS_PORT = 6390;
const REDIS_DATA_PORT = 6391;
const KAFKA_PORT = 9392;
const LOG_MEMORY_BYTES = 2 * 1024 ** 3;

/** What the log may hold in memory: never so much that the machine comes to its end before the doors say that the log is full. */
export function logMemoryBytes(machineBytes = totalmem(), allowedBytes = process.constrainedMemory()): number {
	// 0 stands for no limit, and so does a number beyond what the machine has.
	const bytes = allowedBytes > 0 ? Math.min(machineBytes, allowedBytes) : machineBytes;
	return Math.min(LOG_MEMORY_BYTES, Math.floor(bytes / 4));
}

/** Starts Postgres, Redis and the log, except those whose address the environment gives, and keeps them running. */
export async function startServices(settings: Settings, secrets: Secrets, progress: Progress): Promise<Services> {
	const kept: Kept[] = [];
	const place = (name: string) => path.join(settings.folder, name);
	try {
		const databaseUrl =
			settings.databaseUrl ??
			(await progress.step("Postgres runs", async () => {
				const port = await portNear(POSTGRES_PORT);
				const start = () => startPostgres({ folder: place("postgres"), port, password: secrets.postgresPassword });
				const first = await start();
				kept.push(keep("postgres", first, start, progress.say));
				return first.url;
			}));
		const resultsUrl = process.env.RESULTS_DATABASE_URL || (await createDatabase(databaseUrl, "weir_results"));
		const redis = async (name: string, preferred: number, options: Pick<RedisOptions, "appendfsync" | "settings">) => {
			const port = await portNear(preferred);
			const start = () => startRedis({ folder: place(name), port, ...options });
			const first = await start();
			kept.push(keep(name, first, start, progress.say));
			return first.url;
		};
		const kafka = async () => {
			const [port, controllerPort] = [await portNear(KAFKA_PORT), await portNear(KAFKA_PORT + 1)];
			const start = () => startKafka({ folder: place("kafka"), port, controllerPort });
			const first = await start();
			kept.push(keep("kafka", first, start, progress.say));
			return first.brokers;
		};
		const isOnRedis = settleLog(settings.folder, settings.log) === "redis";
		const control = () => redis("redis-control", REDIS_PORT, { appendfsync: "everysec" });
		const forLog = { appendfsync: "always", settings: { maxmemory: String(logMemoryBytes()) } } as const;
		const runs = isOnRedis
			? "Redis runs: one for control, one for the log"
			: "Redis runs for control, Kafka for the log (the first time it is fetched)";
		const [redisUrl, logUrl] = await progress.step(runs, () =>
			together(
				async () => settings.redisUrl ?? (await control()),
				async () =>
					isOnRedis
						? (settings.redisDataUrl ?? (await redis("redis-data", REDIS_DATA_PORT, forLog)))
						: (settings.kafkaBrokers ?? (await kafka())),
			),
		);
		return {
			databaseUrl,
			resultsUrl,
			redisUrl,
			logEnv: isOnRedis ? { LOG: "redis", REDIS_DATA_URL: logUrl } : { LOG: "kafka", KAFKA_BROKERS: logUrl },
			redisDataFolder: isOnRedis && settings.redisDataUrl === undefined ? place("redis-data") : undefined,
			pids: () => Object.fromEntries(kept.map((service) => [service.name, service.pid()])),
			stop: () => stopAll(kept),
		};
	} catch (error) {
		await stopAll(kept);
		throw error;
	}
}

/** Both, or the first failure once both have come to an end: what was started meanwhile must be known to whoever stops it. */
async function together<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<readonly [A, B]> {
	const both = [first(), second()] as const;
	await Promise.allSettled(both);
	return Promise.all(both);
}

async function stopAll(kept: readonly Kept[]): Promise<void> {
	await Promise.all(kept.map((service) => service.stop()));
}

/** Services are reached by their printed address, so any port will do; the usual one is easier to remember. */
async function portNear(preferred: number): Promise<number> {
	return (await isPortBusy(preferred)) ? freePort() : preferred;
}

interface Kept {
	readonly name: string;
	pid(): number;
	stop(): Promise<void>;
}

/** Starts a service again, on the same port and folder, whenever it ends without having been told to. */
function keep(name: string, first: RunningService, start: () => Promise<RunningService>, say: (line: string) => void): Kept {
	let current = first;
	let isStopping = false;
	const watch = () => {
		current.process.once("exit", (code, signal) => {
			if (isStopping) return;
			say(`  ! ${name} ended (${signal ?? `code ${code}`}) and is started again`);
			void again();
		});
	};
	const again = async (): Promise<void> => {
		while (!isStopping) {
			try {
				current = await start();
				watch();
				if (isStopping) await current.stop();
				return;
			} catch (error) {
				say(`  ! ${name} does not start: ${error instanceof Error ? error.message : String(error)}`);
				await pause(2_000);
			}
		}
	};
	watch();
	return {
		name,
		pid: () => current.pid,
		stop: () => {
			isStopping = true;
			return current.stop();
		},
	};
}
