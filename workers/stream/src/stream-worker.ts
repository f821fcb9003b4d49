import { setTimeout as pause } from "node:timers/promises";
import {
	BullMqControlQueue,
	connectRedis,
	LiveReports,
	OutsideTargets,
	openLog,
	openLogAuthority,
	RedisCrashNotes,
	SinkAuthorities,
	SpillFiles,
	Taps,
} from "@weir/backends";
import { createSealer, openWorkers } from "@weir/db";
import type { OperatorRegistry } from "@weir/node-kit";
import { operators } from "@weir/nodes/operators";
import { DEFAULT_TASK_LIMITS, Lineage, StateBudget, type TaskLimits } from "@weir/runtime";
import { createMetrics, type Logger, serveHealth } from "@weir/telemetry";
import { Ease } from "./ease.ts";
import type { StreamEnv } from "./env.ts";
import { JobCache } from "./job-cache.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { SharedReader } from "./shared-reader.ts";
import { Slices } from "./slices.ts";
import { createWorkerMetrics } from "./worker-metrics.ts";

export interface StreamWorker {
	/** Name in leases: unique per process. */
	readonly owner: string;
	readonly healthPort: number;
	/** Commits what is under way and lets other workers go on, within a second. */
	close(): Promise<void>;
}

export interface StreamWorkerParts {
	readonly limits?: Partial<TaskLimits>;
	readonly sliceMs?: number;
	/** Node types; the whole catalogue unless a test says otherwise. */
	readonly registry?: OperatorRegistry;
	/** Named places where a test may end the process. */
	readonly failpoint?: (name: string) => Promise<void>;
	/** Keeps the queues of several installations on one Redis apart. */
	readonly queuePrefix?: string;
}

const SLICE_MS = 5_000;
// Many tasks share a process: what one may hold is smaller than a task alone would like.
const LIMITS: TaskLimits = { ...DEFAULT_TASK_LIMITS, readBytes: 512_000, commitBytes: 4_000_000 };

/** Takes slices until it is closed. */
export async function startStreamWorker(env: StreamEnv, logger: Logger, parts: StreamWorkerParts = {}): Promise<StreamWorker> {
	const owner = `${env.WORKER_NAME}-${process.pid}`;
	const store = openWorkers({
		appUrl: env.APP_DATABASE_URL,
		resultsUrl: env.RESULTS_DATABASE_URL,
		sealer: createSealer(env.WEIR_MASTER_KEY.reveal()),
	});
	const log = await openLog(env);
	const control = connectRedis(env.REDIS_URL);
	const logAuthority = await openLogAuthority(env);
	const reports = new LiveReports(env.REDIS_URL);
	const taps = new Taps(env.REDIS_URL);
	const crashNotes = new RedisCrashNotes(env.REDIS_URL);
	const leases = new LeaseKeeper(store, owner, logger);
	const sinks = new SinkAuthorities(store.connection, env.WORKER_SINK_SESSIONS, env.OUTBOUND_NETWORKS);
	const outside = new OutsideTargets(store.connection, env.OUTBOUND_NETWORKS);
	const queue = new BullMqControlQueue(env.REDIS_URL, {
		onError: (error) => logger.warn("The control queue has trouble.", { failed: error }),
		...(parts.queuePrefix === undefined ? {} : { prefix: parts.queuePrefix }),
	});
	const spill =
		env.WORKER_SPILL_BYTES === 0
			? undefined
			: new SpillFiles({
					folder: env.WORKER_SPILL_FOLDER,
					owner,
					mostBytes: env.WORKER_SPILL_BYTES,
					// The other half is for what stays in memory, and for the moments in which a part of it is on its way.
					jobMemoryBytes: env.WORKER_JOB_STATE_BYTES / 2,
					onTrouble: (trouble) => logger.warn("State stays in memory.", { trouble }),
				});
	const metrics = createMetrics({ process: owner });
	const ease = new Ease();
	let running = 0;
	const slices: Slices = new Slices({
		owner,
		store,
		jobs: new JobCache(store),
		leases,
		sinks,
		outside,
		lineage: new Lineage({ job: (id) => store.ancestor(id), read: sinks.checkpointReader(logAuthority) }),
		logAuthority,
		log,
		reader: new SharedReader(log),
		reports,
		taps,
		crashNotes,
		registry: parts.registry ?? operators,
		clock: { now: Date.now, sleep: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}) },
		limits: { ...LIMITS, ...parts.limits },
		stateBudget: new StateBudget(env.WORKER_JOB_STATE_BYTES),
		spill,
		sliceMs: parts.sliceMs ?? SLICE_MS,
		hasRoom: () => running * 2 <= env.WORKER_CONCURRENCY,
		isAtEase: () => ease.isAtEase,
		metrics: createWorkerMetrics(metrics, { running: () => running, warm: () => slices.warm, spilledBytes: () => spill?.bytes ?? 0 }),
		logger,
		...(parts.failpoint === undefined ? {} : { failpoint: parts.failpoint }),
	});
	// What takes long the first time is done before there is work: a takeover must not wait for it.
	const registry = parts.registry ?? operators;
	await Promise.all([...registry.values()].map((load) => load()));
	const worker = await queue.work(
		async (slice, signal) => {
			running += 1;
			try {
				return await slices.handle(slice, signal);
			} finally {
				running -= 1;
			}
		},
		{ concurrency: env.WORKER_CONCURRENCY },
	);
	const health = await serveHealth({
		port: env.METRICS_PORT,
		host: env.METRICS_HOST,
		metrics,
		async ready() {
			const found = await Promise.allSettled([store.ping(), control.ping(), log.state({ tenant: "health", stream: "health" }, 0)]);
			const names = ["the control database", "the control Redis", "the log"];
			return found.flatMap((result, i) => (result.status === "fulfilled" ? [] : [`It waits for ${names[i]}.`]));
		},
	});
	return {
		owner,
		healthPort: health.port,
		async close() {
			await worker.close();
			slices.close();
			ease.close();
			leases.close();
			await Promise.allSettled([queue.close(), health.close(), reports.close(), taps.close(), sinks.close(), outside.close()]);
			await Promise.allSettled([logAuthority.close(), log.close(), crashNotes.close(), store.close()]);
			control.disconnect();
			spill?.close();
		},
	};
}
