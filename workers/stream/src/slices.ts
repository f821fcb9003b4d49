import type { LiveReports, LogCommits, OutsideTargets, RedisCrashNotes, SinkAuthorities, Taps } from "@weir/backends";
import type { WorkerStore } from "@weir/db";
import { asWeirError, type WeirError } from "@weir/errors";
import { reportedWatermark, type SliceMessage, type SliceOutcome } from "@weir/jobs";
import type { OperatorRegistry } from "@weir/node-kit";
import type { Stage } from "@weir/planner";
import {
	CarefulGate,
	type Clock,
	type Lineage,
	type Log,
	type RunnerEnd,
	type SpillDisk,
	type StageAuthority,
	type StateBudget,
	type TaskEvent,
	type TaskLimits,
	type TaskRef,
	TaskRunner,
	taskName,
} from "@weir/runtime";
import type { Logger } from "@weir/telemetry";
import type { JobCache, KnownJob } from "./job-cache.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { WorkerMetrics } from "./worker-metrics.ts";

export interface SliceParts {
	readonly owner: string;
	readonly store: WorkerStore;
	readonly jobs: JobCache;
	readonly leases: LeaseKeeper;
	readonly sinks: SinkAuthorities;
	readonly outside: OutsideTargets;
	readonly lineage: Lineage;
	readonly logAuthority: LogCommits;
	readonly log: Log;
	readonly reader: Pick<Log, "read">;
	readonly reports: LiveReports;
	readonly taps: Taps;
	readonly crashNotes: RedisCrashNotes;
	readonly registry: OperatorRegistry;
	readonly clock: Clock;
	readonly limits: TaskLimits;
	readonly stateBudget: StateBudget;
	readonly spill: SpillDisk | undefined;
	readonly sliceMs: number;
	/** Slices may last while nobody waits for their place. */
	hasRoom(): boolean;
	/** This process has time to spare. */
	isAtEase(): boolean;
	readonly metrics: WorkerMetrics;
	readonly logger: Logger;
	readonly failpoint?: (name: string) => Promise<void>;
}

interface Warm {
	readonly runner: TaskRunner;
	readonly authority: StageAuthority["commits"];
	readonly release: () => void;
	usedAtMs: number;
	lagRecords: number;
}

/** A task that has nothing to do, or that is in good hands, is handed back so much more seldom: whoever takes it next has to read its state. */
const LONG_SLICES = 6;
const RETRIES_AT_ONCE = 200;
const COLD_AFTER_MS = 30_000;
const WARM_TASKS = 1_000;
const NONE: SliceOutcome = { next: "none" };

/** Runs slices of tasks and keeps their operators warm in between. */
export class Slices {
	readonly #parts: SliceParts;
	readonly #warm = new Map<string, Warm>();
	readonly #gate = new CarefulGate();

	constructor(parts: SliceParts) {
		this.#parts = parts;
	}

	/** Tasks whose state is in memory. */
	get warm(): number {
		return this.#warm.size;
	}

	async handle(slice: SliceMessage, signal: AbortSignal): Promise<SliceOutcome> {
		const { logger, jobs } = this.#parts;
		this.#cool();
		try {
			const known = await jobs.get(slice.job);
			const stage = known?.plan.stages.find((candidate) => candidate.id === slice.stage);
			if (known === undefined || stage === undefined || !isActive(known.job)) return NONE;
			return await this.#run(slice, known, stage, signal);
		} catch (error) {
			// Before there is a task: the database is away, or the sink's connection is not what it should be.
			const failure = asWeirError(error);
			logger.warn("A slice could not begin.", { failed: failure, jobId: slice.job, stage: slice.stage, partition: slice.partition });
			this.#parts.reports.putFailure({ ...slice, worker: this.#parts.owner, at: Date.now() }, failureOf(failure));
			return this.#afterFailure(slice, undefined, failure, 1_000);
		}
	}

	close(): void {
		for (const warm of this.#warm.values()) this.#dropWarm(warm);
		this.#warm.clear();
	}

	async #run(slice: SliceMessage, known: KnownJob, stage: Stage, signal: AbortSignal): Promise<SliceOutcome> {
		const { jobs, clock, sliceMs, store } = this.#parts;
		const task: TaskRef = { tenant: slice.tenant, job: slice.job, stage: slice.stage, partition: slice.partition };
		const warm = await this.#warmTask(task, known, stage);
		const lost = new AbortController();
		let unhold = () => {};
		let reporting: NodeJS.Timeout | undefined;
		const end = await warm.runner.run({
			untilMs: clock.now() + sliceMs,
			...(this.#parts.hasRoom() ? { longestUntilMs: clock.now() + LONG_SLICES * sliceMs } : {}),
			isAtEase: () => this.#parts.isAtEase(),
			signal: AbortSignal.any([signal, lost.signal]),
			wanted: () => {
				const job = jobs.peek(slice.job)?.job;
				if (job === undefined) return "running";
				return isActive(job) ? job.wanted : "stopped";
			},
			onBegin: (generation) => {
				let seen = -1;
				unhold = this.#parts.leases.hold({
					...slice,
					generation,
					onLost: () => lost.abort(),
					hasProgressed: () => {
						const commits = warm.runner.task?.commits ?? 0;
						const progressed = commits !== seen || warm.runner.task?.isAtEnd === true || warm.runner.task?.isGathering === true;
						seen = commits;
						return progressed;
					},
				});
				void this.#measure(task, warm);
				let ticks = 0;
				reporting = setInterval(() => {
					ticks += 1;
					// A task with nothing to do says so less often.
					if (warm.runner.task?.isAtEnd !== true || ticks % 3 === 0) void this.#measure(task, warm);
				}, 1_000);
			},
			onCommit: () => this.#report(task, warm, undefined),
		});
		unhold();
		clearInterval(reporting);
		warm.usedAtMs = Date.now();
		return this.#outcome(task, warm, end, store);
	}

	async #outcome(task: TaskRef, warm: Warm, end: RunnerEnd, store: WorkerStore): Promise<SliceOutcome> {
		const { logger } = this.#parts;
		switch (end.how) {
			case "more":
				return { next: "again", delayMs: 0 };
			case "fenced":
				// Nobody else may hold it: an answer that was lost fences too. The queue keeps one slice per task either way.
				return { next: "again", delayMs: 100 };
			case "gone":
				return NONE;
			case "done":
				// Whoever sees the task done finds its last figures.
				this.#report(task, warm, undefined);
				await this.#parts.reports.flush();
				await store.endTask(task, end.generation, "done");
				this.#forget(task);
				return NONE;
			case "stopped":
				this.#report(task, warm, undefined);
				await this.#parts.reports.flush();
				await store.release(task, end.generation);
				this.#forget(task);
				return NONE;
			case "paused":
				logger.warn("A task pauses.", { failed: end.failure, taskId: taskName(task), delayMs: end.delayMs });
				return this.#afterFailure(task, warm, end.failure, end.delayMs);
			case "failed":
				// What only the flow's owner can put right is no alarm of ours.
				logger[end.failure.rule.blame === "internal" ? "error" : "warn"]("A task failed for good.", {
					failed: end.failure,
					taskId: taskName(task),
				});
				this.#report(task, warm, end.failure);
				await this.#parts.reports.flush();
				await store.endTask(task, end.generation ?? 0, "failed", failureOf(end.failure));
				this.#forget(task);
				return NONE;
		}
	}

	#afterFailure(task: TaskRef, warm: Warm | undefined, failure: WeirError, delayMs: number): SliceOutcome {
		if (warm !== undefined && delayMs > 0) this.#report(task, warm, failure);
		this.#parts.metrics.pauses.add(1, { code: failure.code });
		return { next: "again", delayMs };
	}

	async #warmTask(task: TaskRef, known: KnownJob, stage: Stage): Promise<Warm> {
		const {
			lineage,
			sinks,
			logAuthority,
			log,
			reader,
			registry,
			clock,
			limits,
			crashNotes,
			store,
			taps,
			leases,
			failpoint,
			stateBudget,
			spill,
		} = this.#parts;
		const outside = this.#parts.outside.ofStage(task.tenant, stage, known.job.flow);
		const authority: StageAuthority =
			stage.authority.type === "log"
				? { type: "log", commits: logAuthority }
				: { type: "connection", commits: await sinks.of(task.tenant, stage.authority.connection) };
		const name = taskName(task);
		const before = this.#warm.get(name);
		if (before !== undefined && before.authority === authority.commits) return before;
		if (before !== undefined) this.#dropWarm(before);
		const tap = taps.ofJob(task.job);
		const runner = new TaskRunner(
			{
				task,
				plan: known.plan,
				stage,
				registry,
				seed: known.job.seed,
				endpoints: known.endpoints,
				...(known.job.startPosition === undefined ? {} : { startPosition: known.job.startPosition }),
				...(known.job.endPosition === undefined ? {} : { endPosition: known.job.endPosition }),
				...(known.job.reading === undefined ? {} : { reading: known.job.reading }),
				...(known.job.carried === undefined ? {} : { carried: known.job.carried }),
				firstState: () => lineage.firstOf({ ...known.job, plan: known.plan, endpoints: known.endpoints }, stage, task.partition),
				log,
				reader,
				authority,
				...(outside === undefined ? {} : { outside }),
				deadLetters: { put: (letters) => (letters.length === 0 ? Promise.resolve() : store.putDeadLetters(letters)) },
				retries: {
					newest: () => this.#parts.jobs.peek(task.job)?.job.retrySeq ?? 0,
					pending: (after) => store.pendingRetries(task, after, RETRIES_AT_ONCE),
					settle: (upTo) => store.settleRetries(task, upTo),
				},
				crashNotes,
				gate: this.#gate,
				clock,
				limits,
				stateBudget,
				...(spill === undefined ? {} : { spill }),
				tap,
				tell: (event) => this.#tell(known, event),
				...(failpoint === undefined ? {} : { failpoint }),
			},
			leases,
		);
		const warm: Warm = { runner, authority: authority.commits, release: tap.release, usedAtMs: Date.now(), lagRecords: 0 };
		this.#warm.set(name, warm);
		return warm;
	}

	#tell({ job }: KnownJob, event: TaskEvent): void {
		const { store, logger } = this.#parts;
		const text = textOf(event);
		logger.warn(text, { jobId: job.id, event });
		store
			.addEvent(job, event.type, text, { ...event })
			.catch((error: unknown) => logger.warn("An event could not be kept.", { failed: error }));
	}

	async #measure(task: TaskRef, warm: Warm): Promise<void> {
		const lag = await warm.runner.task?.lagRecords().catch(() => undefined);
		if (lag !== undefined) warm.lagRecords = lag;
		this.#report(task, warm, undefined);
	}

	#report(task: TaskRef, warm: Warm, failure: WeirError | undefined): void {
		const held = warm.runner.task ?? warm.runner.last;
		if (held === undefined) {
			if (failure !== undefined) this.#parts.reports.putFailure({ ...task, worker: this.#parts.owner, at: Date.now() }, failureOf(failure));
			return;
		}
		const { position, counters, watermark } = held.committed;
		this.#parts.metrics.note(taskName(task), {
			counters,
			lagRecords: warm.lagRecords,
			stateBytes: held.stateBytes,
			storedBytes: held.storedBytes,
		});
		this.#parts.reports.put({
			...task,
			generation: held.generation,
			worker: this.#parts.owner,
			at: Date.now(),
			counters: { ...counters },
			position: { ...position },
			// What a drain asked for is read, whatever a measurement under way finds.
			lagRecords: held.isDone ? 0 : warm.lagRecords,
			watermark: reportedWatermark(watermark),
			stateBytes: Object.fromEntries(held.stateBytes),
			...(held.spilledBytes.size === 0 ? {} : { spilledBytes: Object.fromEntries(held.spilledBytes) }),
			storedBytes: held.storedBytes,
			stateLimitBytes: this.#parts.stateBudget.mostBytes,
			...(held.committedAtMs === undefined ? {} : { committedAt: held.committedAtMs }),
			isIdle: held.isIdle,
			isDone: held.isDone,
			...(failure === undefined ? {} : { failure: failureOf(failure) }),
		});
	}

	#cool(): void {
		const before = Date.now() - COLD_AFTER_MS;
		for (const [name, warm] of this.#warm) {
			if (warm.usedAtMs >= before && this.#warm.size <= WARM_TASKS) continue;
			if (warm.runner.isRunning) continue;
			this.#dropWarm(warm);
			this.#warm.delete(name);
			this.#parts.metrics.forget(name);
		}
	}

	#forget(task: TaskRef): void {
		const name = taskName(task);
		const warm = this.#warm.get(name);
		if (warm !== undefined) this.#dropWarm(warm);
		this.#warm.delete(name);
		this.#parts.metrics.forget(name);
	}

	#dropWarm(warm: Warm): void {
		warm.runner.drop();
		warm.release();
	}
}

/** A job that failed or ended keeps no task at work, whatever is wanted of it. */
function isActive(job: KnownJob["job"]): boolean {
	return job.wanted !== "stopped" && (job.state === "scheduling" || job.state === "running" || job.state === "recovering");
}

function failureOf(failure: WeirError): { code: string; message: string; node?: string } {
	const node = failure.context.nodeId;
	return { code: failure.code, message: failure.message, ...(typeof node === "string" ? { node } : {}) };
}

function textOf(event: TaskEvent): string {
	switch (event.type) {
		case "log-lost-tail":
			return `The log lost its newest ${event.records} records of ${event.place}. The flow goes on with what comes next.`;
		case "record-isolated":
			return `A record in ${event.place} that stops the program was set aside as a dead letter.`;
		case "output-gone":
			return `${event.name} with ${event.rows} rows was written and is not there: somebody has taken it away already, or its target gave the unfinished upload up.`;
	}
}
