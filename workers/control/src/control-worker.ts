import { setTimeout as pause } from "node:timers/promises";
import {
	BullMqControlQueue,
	connectRedis,
	eagerLog,
	eraseTraces,
	LiveReports,
	OutsideTargets,
	openLog,
	openLogAuthority,
	SinkAuthorities,
} from "@weir/backends";
import { type ChosenRetention, createSealer, type Operator, openDatabase, openWorkers, type StoredJob } from "@weir/db";
import type { Plan } from "@weir/planner";
import { endpointStream, Lineage } from "@weir/runtime";
import { createMetrics, type Logger, serveHealth } from "@weir/telemetry";
import { type CappedRecords, CapTeller, cappedText, capStreams } from "./cap-streams.ts";
import type { ControlEnv } from "./env.ts";
import { Erasing, type ErasingParts } from "./erasing.ts";
import { forgetJobs } from "./forget-jobs.ts";
import { HandOver } from "./hand-over.ts";
import { heldLog } from "./holds.ts";
import { Leadership } from "./leadership.ts";
import { Reconciler } from "./reconciler.ts";
import { replayStart } from "./replay-start.ts";
import { RestGaps, restGapText } from "./rest-gaps.ts";
import { Retention } from "./retention.ts";
import { Rollups } from "./rollups.ts";
import { Simulations } from "./simulations.ts";
import { forgottenText, trimResting } from "./trim-resting.ts";
import { dropExchanges, readPlaces, trimStreams, trimUnread } from "./trimmer.ts";
import { VersionCut } from "./version-cut.ts";

export interface ControlWorker {
	readonly healthPort: number;
	close(): Promise<void>;
}

export interface ControlWorkerParts {
	/** Keeps the queues of several installations on one Redis apart. */
	readonly queuePrefix?: string;
	readonly roundMs?: number;
	/** After so long without a sign of life another process leads. */
	readonly leaseMs?: number;
	readonly erasing?: Pick<ErasingParts, "doorsMs" | "failpoint">;
}

const ROUND_MS = 500;
const ROLLUP_MS = 10_000;
const TRIM_MS = 5_000;
const TIGHT_AT = 0.7;
const TRIM_UNREAD_MS = 600_000;
const FORGET_EVERY_MS = 600_000;
/** Longer than any worker sleeps and still wakes up. */
const FORGET_AFTER_MS = 86_400_000;
const STUCK_EVERY_MS = 5_000;
/** Sealing takes well under a second: the server that did it is gone. */
const STUCK_AFTER_MS = 20_000;
const SIMULATIONS_MS = 1_000;
const ERASE_MS = 1_000;
const SWEEP_MS = 3_600_000;
/** Somebody changed what is wanted: the round need not wait. */
const JOBS_CHANNEL = "jobs";

/** Keeps running jobs equal to wanted jobs until it is closed. */
export async function startControlWorker(env: ControlEnv, logger: Logger, parts: ControlWorkerParts = {}): Promise<ControlWorker> {
	const sealer = createSealer(env.WEIR_MASTER_KEY.reveal());
	const addresses = { appUrl: env.APP_DATABASE_URL, resultsUrl: env.RESULTS_DATABASE_URL, sealer };
	const store = openWorkers(addresses);
	const database = openDatabase({ ...addresses, pepper: env.WEIR_PEPPER.reveal(), connections: 2 });
	const log = await openLog(env);
	const control = connectRedis(env.REDIS_URL);
	const logAuthority = await openLogAuthority(env);
	const reports = new LiveReports(env.REDIS_URL);
	const sinks = new SinkAuthorities(store.connection, 2, env.OUTBOUND_NETWORKS);
	const outside = new OutsideTargets(store.connection, env.OUTBOUND_NETWORKS);
	const prefix = parts.queuePrefix ?? "weir";
	const queue = new BullMqControlQueue(env.REDIS_URL, {
		prefix,
		onError: (error) => logger.warn("The control queue has trouble.", { failed: error }),
	});
	const leadership = new Leadership(env.REDIS_URL, prefix, parts.leaseMs);
	const simulations = new Simulations({
		openOperator: () => database.asOperator("the control worker keeps simulations running"),
		httpUrl: env.GATEWAY_PUBLIC_HTTP_URL,
		mqttUrl: env.GATEWAY_PUBLIC_MQTT_URL,
		logger,
	});
	const rollups = new Rollups(store, reports);
	const erasing = new Erasing({
		openOperator: () => database.asOperator("the control worker erases what was deleted"),
		log,
		logAuthority,
		sinks,
		queue,
		eraseTraces: (traces) => eraseTraces(control, traces),
		logger,
		...parts.erasing,
	});
	const lineage = new Lineage({ job: (id) => store.ancestor(id), read: sinks.checkpointReader(logAuthority) });
	const cut = new VersionCut({ store, log, logAuthority, sinks, outside, reports, lineage, logger });
	const trims = new Set<Promise<unknown>>();
	const cleared = new Map<string, boolean>();
	const startReplay = async (job: StoredJob) => {
		// Trimming that was under way when the replay was first seen knows nothing of what it is to hold back.
		if (!cleared.has(job.id)) {
			cleared.set(job.id, trims.size === 0);
			void Promise.allSettled(trims).then(() => cleared.set(job.id, true));
		}
		if (cleared.get(job.id) !== true) return undefined;
		const ancestor = await store.ancestor(job.id);
		return ancestor === undefined ? undefined : replayStart(log, job, ancestor);
	};
	const handOver = new HandOver({ store, log, reports, end: (previous, next) => cut.end(previous, next) });
	const reconciler = new Reconciler({
		store,
		queue,
		logger,
		now: Date.now,
		cut: (job) => (job.replay === undefined ? cut.of(job) : startReplay(job)),
		async plant(task, stage, generation) {
			const { authority } = stage;
			const commits = authority.type === "log" ? logAuthority : await sinks.of(task.tenant, authority.connection);
			// Whoever had it may have died between its commit and making its output visible, and nobody takes the task again.
			await outside.settle(task.tenant, stage, await commits.acquire(task, generation));
		},
		handOver: (job, plan) => handOver.step(job, plan, Date.now()),
		onEnded: async (job, plan) => {
			cleared.delete(job.id);
			// What a job that is replaced leaves behind is for the next one to take or to drop; nothing goes on with a replay.
			const isLeft = job.replay !== undefined && job.previous === undefined;
			if (isLeft || (job.state === "finished" && !job.isReplaced)) await dropExchanges(log, job, plan);
		},
	});
	const metrics = createMetrics({ process: "control" });
	const retention = new Retention(store, env.WEIR_RETENTION_MS);
	const capTeller = new CapTeller();
	const forgotten = metrics.counter({
		name: "records_forgotten_total",
		help: "Records that the hard cap of a stream took before a running version had read them.",
	});
	const keepsOld = env.COLD_FOLDER !== undefined;
	const tellCapped = async (stream: ChosenRetention, gone: CappedRecords) => {
		// What leaves the log is read on from the store of old records.
		if (keepsOld) return;
		forgotten.add(gone.unread);
		const due = capTeller.add(stream.endpoint, gone, Date.now());
		if (due === undefined) return;
		await store.addEvent(stream, "records-forgotten", cappedText(stream, due, retention.keepMs(stream.endpoint)), { ...due });
	};
	const restGaps = new RestGaps({
		log,
		lineage,
		ancestor: (id) => store.ancestor(id),
		tell: (job, heldFromMs) => store.addEvent(job, "records-forgotten", restGapText(heldFromMs), { heldFromMs }),
	});
	let unsettled: readonly StoredJob[] = [];
	let operator: Operator | undefined;
	metrics.gauge({ name: "jobs_unsettled", help: "Jobs that are not at rest.", read: () => unsettled.length });

	const withPlans = async () => {
		const known: { job: StoredJob; plan: Plan }[] = [];
		for (const job of unsettled) {
			const plan = await reconciler.plan(job);
			if (plan !== undefined) known.push({ job, plan });
		}
		return known;
	};
	const trimmable = async (jobs?: Awaited<ReturnType<typeof withPlans>>) =>
		heldLog({ log, reports, endpointsOf: (job) => store.endpointsOf(job) }, jobs ?? (await withPlans()));
	const closing = new AbortController();
	let wake = new AbortController();
	const unfollow = leadership.follow(env.REDIS_URL, JOBS_CHANNEL, () => wake.abort());
	const chores: readonly {
		readonly name: string;
		readonly everyMs: number;
		readonly trims?: true;
		act(): Promise<unknown>;
		dueMs: number;
	}[] = [
		{ name: "rollups", everyMs: ROLLUP_MS, dueMs: 0, act: async () => rollups.round(await withPlans(), Date.now()) },
		{
			name: "trim",
			trims: true,
			everyMs: TRIM_MS,
			dueMs: Date.now() + TRIM_MS,
			act: async () => {
				const use = await log.memoryUse();
				// Below the share at which the doors refuse: rather shorter memory of what was read than no room for what comes.
				const isTight = use >= TIGHT_AT;
				if (isTight) logger.warn("The log is almost full: records that were read are forgotten before their time.", { backlog: use });
				const chosen = await retention.newest();
				const running = await withPlans();
				const places = await readPlaces({ log, reports }, running);
				const read = await readPlaces(
					{ log, reports },
					running.filter(({ job }) => job.replay === undefined),
				);
				await trimStreams(
					{ log: await trimmable(running), keepFromMs: (endpoint) => (isTight ? undefined : retention.keepFromMs(endpoint)) },
					read,
				);
				await capStreams(
					{ log: eagerLog(log), keepFromMs: (endpoint) => retention.keepFromMs(endpoint), tell: tellCapped },
					chosen,
					places,
				);
			},
		},
		{
			name: "trim of what nobody reads",
			trims: true,
			everyMs: TRIM_UNREAD_MS,
			dueMs: Date.now() + 60_000,
			act: async () => {
				operator ??= await database.asOperator("the control worker forgets records that no flow reads");
				await retention.newest();
				return trimUnread(
					{ log: await trimmable(), keepFromMs: (endpoint) => retention.keepFromMs(endpoint) },
					await operator.endpointsWithoutJob(),
				);
			},
		},
		{
			name: "trim of what resting flows have not read",
			trims: true,
			everyMs: TRIM_UNREAD_MS,
			dueMs: Date.now() + 90_000,
			act: async () => {
				await retention.newest();
				const resting = await store.restingJobs();
				if (keepsOld) await restGaps.look(resting);
				return trimResting(
					{
						log: await trimmable(),
						lineage,
						ancestor: (id) => store.ancestor(id),
						tell: async (job, records) => {
							if (!keepsOld) await store.addEvent(job, "records-forgotten", forgottenText(job, records), { records });
						},
						keepFromMs: (endpoint) => retention.keepFromMs(endpoint),
					},
					resting,
				);
			},
		},
		{
			name: "what replaced versions have stored",
			everyMs: FORGET_EVERY_MS,
			dueMs: Date.now() + 120_000,
			act: () =>
				forgetJobs({
					store,
					read: sinks.checkpointReader(logAuthority),
					async forget(tenant, job, authority) {
						const commits = authority.type === "log" ? logAuthority : await sinks.of(tenant, authority.connection);
						await commits.forget(tenant, job);
					},
					restedBeforeMs: Date.now() - FORGET_AFTER_MS,
				}),
		},
		{
			name: "streams that did not get their partitions",
			everyMs: STUCK_EVERY_MS,
			dueMs: Date.now() + STUCK_EVERY_MS,
			act: async () => {
				for (const growth of await store.stuckGrowth(STUCK_AFTER_MS)) {
					await store.takeBackGrowth(growth, async () => {
						const stream = endpointStream(growth.tenant, growth.endpoint, growth.generation);
						for (let partition = 0; partition < growth.partitions; partition++) await log.unseal(stream, partition);
					});
				}
			},
		},
		{ name: "what was deleted", everyMs: ERASE_MS, dueMs: 0, act: () => erasing.round() },
		{ name: "simulations", everyMs: SIMULATIONS_MS, dueMs: 0, act: () => simulations.round() },
		{ name: "sweep", everyMs: SWEEP_MS, dueMs: Date.now() + 60_000, act: () => simulations.sweep(Date.now()) },
	];
	const loop = (async () => {
		while (!closing.signal.aborted) {
			if (await leadership.isMine()) {
				try {
					unsettled = await reconciler.round();
				} catch (error) {
					logger.warn("The jobs could not be looked at; they are tried again.", { failed: error });
				}
				for (const chore of chores) {
					if (Date.now() < chore.dueMs || closing.signal.aborted) continue;
					chore.dueMs = Date.now() + chore.everyMs;
					// Chores are done beside the rounds: a slow one must not keep tasks from being offered.
					const doing = chore
						.act()
						.catch((error: unknown) => logger.warn("A chore failed; it is done again later.", { failed: error, action: chore.name }));
					if (chore.trims !== true) continue;
					trims.add(doing);
					void doing.then(() => trims.delete(doing));
				}
			} else await simulations.pause();
			await pause(parts.roundMs ?? ROUND_MS, undefined, { signal: AbortSignal.any([closing.signal, wake.signal]) }).catch(() => {});
			if (wake.signal.aborted) wake = new AbortController();
		}
	})();
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
		healthPort: health.port,
		async close() {
			closing.abort();
			unfollow();
			await loop;
			await Promise.allSettled([simulations.close(), leadership.close(), queue.close(), health.close()]);
			await Promise.allSettled([
				reports.close(),
				sinks.close(),
				outside.close(),
				logAuthority.close(),
				log.close(),
				store.close(),
				database.close(),
			]);
			control.disconnect();
		},
	};
}
