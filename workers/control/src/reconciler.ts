import type { StoredFailure, StoredJob, StoredTask, WorkerStore } from "@weir/db";
import { isWeirError } from "@weir/errors";
import { type ControlQueue, canMove, moveStored } from "@weir/jobs";
import type { Plan, Stage } from "@weir/planner";
import type { TaskRef } from "@weir/runtime";
import type { Logger } from "@weir/telemetry";
import type { ReplayCut } from "./replay-start.ts";
import { replayWords } from "./replay-words.ts";
import { type Decision, HANDLERS, type JobActions, type JobView, placesOf } from "./states/index.ts";
import type { Cut } from "./version-cut.ts";

/** Who holds a task that is taken from somebody and given to nobody. */
const CONTROL = "control";

export interface ReconcilerParts {
	readonly store: WorkerStore;
	readonly queue: ControlQueue;
	readonly logger: Logger;
	readonly now: () => number;
	/** Throws RANGE_FORGOTTEN where a job was to begin at what is no longer there. */
	cut(job: StoredJob): Promise<(Cut & Partial<ReplayCut>) | undefined>;
	/** Plants a generation where the task commits: whoever had it is refused there from then on. */
	plant(task: TaskRef, stage: Stage, generation: number): Promise<void>;
	/** Asked of a replay without end that runs: whether it is time to take over. */
	handOver(job: StoredJob, plan: Plan): Promise<void>;
	/** Told when a job has come to rest for good. */
	onEnded(job: StoredJob, plan: Plan): Promise<void>;
}

/** Compares what is wanted with what is, job by job, and takes one step at a time. */
export class Reconciler {
	readonly #parts: ReconcilerParts;
	readonly #plans = new Map<string, Plan>();
	readonly #actions: JobActions;

	constructor(parts: ReconcilerParts) {
		this.#parts = parts;
		const { store, queue } = parts;
		this.#actions = {
			async cut(job) {
				const cut = await parts.cut(job);
				if (cut !== undefined) await store.setCut(job.id, cut.startPosition, cut.carried, cut.endPosition);
				return cut !== undefined;
			},
			ensureTasks: (job, plan) => store.ensureTasks(job, placesOf(plan)),
			resetTasks: (job) => store.resetTasks(job.id),
			fence: (job, plan, tasks) => this.#fence(job, plan, tasks),
			async offer(job, tasks) {
				await Promise.all(tasks.map(({ stage, partition }) => queue.offer({ tenant: job.tenant, job: job.id, stage, partition })));
			},
		};
	}

	/** One look at every job that is not settled. A job that has trouble does not hold up the others. */
	async round(): Promise<readonly StoredJob[]> {
		const jobs = await this.#parts.store.unsettledJobs();
		await Promise.all(
			jobs.map((job) =>
				this.#step(job).catch((error: unknown) => {
					this.#parts.logger.warn("A job could not be moved on; it is tried again.", { failed: error, jobId: job.id, state: job.state });
				}),
			),
		);
		return jobs;
	}

	/** The plan of a job; it never changes. */
	async plan(job: StoredJob): Promise<Plan | undefined> {
		const known = this.#plans.get(job.plan);
		if (known !== undefined) return known;
		const plan = await this.#parts.store.plan(job.plan);
		if (this.#plans.size > 500) this.#plans.clear();
		if (plan !== undefined) this.#plans.set(job.plan, plan);
		return plan;
	}

	async #fence(job: StoredJob, plan: Plan, tasks: readonly StoredTask[]): Promise<void> {
		const { store, logger, plant } = this.#parts;
		for (const { stage: id, partition } of tasks) {
			const stage = plan.stages.find((one) => one.id === id);
			const task = { tenant: job.tenant, job: job.id, stage: id, partition };
			const generation = stage === undefined ? undefined : await store.lease(task, CONTROL);
			if (stage === undefined || generation === undefined) continue;
			// A database that cannot be reached must not keep a flow from being stopped: a sleeper cannot reach it either.
			await plant(task, stage, generation).catch((error: unknown) =>
				logger.warn("A task was stopped whose worker is silent and cannot be fenced.", {
					failed: error,
					jobId: job.id,
					stage: id,
					partition,
				}),
			);
			await store.release(task, generation);
		}
	}

	async #step(job: StoredJob): Promise<void> {
		const { store, now } = this.#parts;
		const plan = await this.plan(job);
		if (plan === undefined) return;
		const tasks = job.state === "created" ? [] : await store.tasksOf(job.id);
		const view: JobView = { job, plan, tasks, nowMs: now() };
		const decision = await HANDLERS[job.state](view, this.#actions).catch((error: unknown): Decision => {
			if (!isWeirError(error) || error.code !== "RANGE_FORGOTTEN") throw error;
			return { event: "fail", failure: { code: error.code, message: error.message } };
		});
		if (decision !== undefined) await this.#move(view, decision);
		else if (mayTakeOver(job)) await this.#parts.handOver(job, plan);
	}

	async #move({ job, plan, tasks }: JobView, decision: Decision): Promise<void> {
		const { store, logger } = this.#parts;
		if (!canMove(job.state, decision.event)) return;
		const next = moveStored(job.state, decision.event);
		const failure = decision.event === "fail" ? (decision.failure ?? failureOf(tasks)) : undefined;
		// Somebody else moved it since it was read: the next round sees how it is now.
		if (!(await store.moveJob(job, next, failure))) return;
		logger.info("A job moved.", { jobId: job.id, from: job.state, to: next });
		const said = failure === undefined ? decision.tell : { kind: "failed", text: failure.message };
		const tell = job.replay === undefined ? said : replayWords(job, next, failure?.message);
		if (tell !== undefined) await store.addEvent(job, tell.kind, tell.text);
		if (next === "finished" || next === "failed" || next === "stopped") await this.#parts.onEnded({ ...job, state: next }, plan);
	}
}

/** A replay without end that runs, or that was about to take over when it failed. */
function mayTakeOver({ replay, toMs, state, previous }: StoredJob): boolean {
	return replay !== undefined && toMs === undefined && (state === "running" || (state === "failed" && previous !== undefined));
}

function failureOf(tasks: JobView["tasks"]): StoredFailure {
	const failed = tasks.find((task) => task.state === "failed");
	return failed?.failure ?? { code: "INVARIANT_BROKEN", message: "A task of the flow failed for good." };
}
