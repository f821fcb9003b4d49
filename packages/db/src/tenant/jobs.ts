import { WeirError } from "@weir/errors";
import type { WantedState } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import type { StoredTask } from "../worker/worker-store.ts";
import type { InTenant, ScopedClient } from "./client.ts";
import { findFlow, lockFlow } from "./flow-row.ts";
import { type FlowJob, JOB_FIELDS, newestJob, toFailure, toJob } from "./job-row.ts";

export type FlowAction = "pause" | "resume" | "drain" | "stop";

export interface StoredEvent {
	readonly id: string;
	readonly atMs: number;
	readonly kind: string;
	readonly text: string;
	readonly detail: Readonly<Record<string, unknown>>;
}

export interface StoredRollup {
	readonly minuteMs: number;
	readonly job: string;
	readonly counters: Readonly<Record<string, number>>;
	readonly readings: Readonly<Record<string, number>>;
}

export interface Jobs {
	/** The flow's newest job. */
	newest(flow: string): Promise<FlowJob | undefined>;
	/** The newest job of every flow; undefined where nothing was deployed. */
	newestOfAll(): Promise<ReadonlyMap<string, FlowJob | undefined>>;
	/** When each of the flow's jobs was made. */
	deploys(flow: string, fromMs: number, toMs: number): Promise<readonly { readonly atMs: number; readonly version: number }[]>;
	plan(id: string): Promise<Plan>;
	tasks(job: string): Promise<readonly StoredTask[]>;
	/** Changes what is wanted of the newest job; FLOW_NOT_DEPLOYED when there is none. Answers the job to wake the control worker for. */
	act(flow: string, action: FlowAction, by: string): Promise<FlowJob>;
	events(flow: string, before: string | undefined, limit: number): Promise<readonly StoredEvent[]>;
	rollups(flow: string, fromMs: number, toMs: number): Promise<readonly StoredRollup[]>;
	/** Records read per hour of the last 24 h, oldest first, by flow. */
	recordsByHour(nowMs: number): Promise<ReadonlyMap<string, readonly number[]>>;
}

export function openJobs(run: InTenant): Jobs {
	return {
		newest: (flow) => run((tx) => newestJob(tx, flow)),
		newestOfAll: () =>
			run(async (tx) => {
				const rows = await tx.flow.findMany({
					select: { id: true, jobs: { where: { replay: null }, select: JOB_FIELDS, orderBy: { createdAt: "desc" }, take: 1 } },
				});
				return new Map(rows.map(({ id, jobs: [job] }) => [id, job === undefined ? undefined : toJob(job)]));
			}),
		deploys: (flow, fromMs, toMs) =>
			run(async (tx) => {
				const rows = await tx.job.findMany({
					where: { flowId: flow, replay: null, createdAt: { gte: new Date(fromMs), lte: new Date(toMs) } },
					select: { createdAt: true, flowVersion: { select: { number: true } } },
					orderBy: { createdAt: "asc" },
				});
				return rows.map((row) => ({ atMs: row.createdAt.getTime(), version: row.flowVersion.number }));
			}),
		plan: (id) =>
			run(async (tx) => {
				const row = await tx.plan.findUnique({ where: { id } });
				if (!row) throw new WeirError("ACCESS_NOT_FOUND", "There is no such plan.");
				return row.content as unknown as Plan;
			}),
		tasks: (job) =>
			run(async (tx) => {
				const rows = await tx.task.findMany({ where: { jobId: job }, orderBy: [{ stage: "asc" }, { partition: "asc" }] });
				return rows.map((row) => ({
					tenant: row.tenantId,
					job: row.jobId,
					stage: row.stage,
					partition: row.partition,
					generation: Number(row.generation),
					owner: row.owner ?? undefined,
					heartbeatAtMs: row.heartbeatAt?.getTime(),
					attempts: row.attempts,
					restarts: row.restarts,
					state: row.state as StoredTask["state"],
					failure: toFailure(row),
				}));
			}),
		act: (flow, action, by) => run((tx) => act(tx, flow, action, by)),
		events: (flow, before, limit) =>
			run(async (tx) => {
				await findFlow(tx, flow);
				const older = before === undefined || !/^\d{1,18}$/.test(before) ? {} : { id: { lt: BigInt(before) } };
				const rows = await tx.flowEvent.findMany({ where: { flowId: flow, ...older }, orderBy: { id: "desc" }, take: limit });
				return rows.map((row) => ({
					id: String(row.id),
					atMs: row.at.getTime(),
					kind: row.kind,
					text: row.text,
					detail: row.detail as Record<string, unknown>,
				}));
			}),
		rollups: (flow, fromMs, toMs) =>
			run(async (tx) => {
				await findFlow(tx, flow);
				const rows = await tx.rollup.findMany({
					where: { flowId: flow, minute: { gte: new Date(fromMs), lt: new Date(toMs) } },
					orderBy: { minute: "asc" },
				});
				return rows.map((row) => ({
					minuteMs: row.minute.getTime(),
					job: row.jobId,
					counters: row.counters as Record<string, number>,
					readings: row.readings as Record<string, number>,
				}));
			}),
		recordsByHour: (nowMs) => run((tx) => recordsByHour(tx, nowMs)),
	};
}

const SENTENCES: Readonly<Record<FlowAction, readonly [kind: string, text: string]>> = {
	pause: ["paused", "The flow was paused; records wait in the log for as long as it keeps them."],
	resume: ["resumed", "The flow goes on from where it stopped."],
	drain: ["draining", "The flow reads what is there, closes its windows and ends."],
	stop: ["stopped", "The flow was stopped at its last commit."],
};

async function act(tx: ScopedClient, flow: string, action: FlowAction, by: string): Promise<FlowJob> {
	await lockFlow(tx, flow);
	const job = await newestJob(tx, flow);
	if (job === undefined) throw new WeirError("FLOW_NOT_DEPLOYED", "The flow was never deployed. Deploy it first.");
	if (job.state === "finished" && action !== "resume") return job;
	const [kind, text] = SENTENCES[action];
	await tx.flowEvent.create({ data: { flowId: flow, kind, text, detail: { by, job: job.id }, tenantId: "" } });
	if (action === "resume") return job.state === "finished" ? again(tx, flow, job) : resume(tx, job);
	const wanted: WantedState = action === "drain" ? "drained" : "stopped";
	const row = await tx.job.update({ where: { id: job.id }, data: { wanted, paused: action === "pause" }, select: JOB_FIELDS });
	return toJob(row);
}

// A failed job is at rest: nobody else moves it, so it is set on its way here.
async function resume(tx: ScopedClient, job: FlowJob): Promise<FlowJob> {
	if (job.state === "failed") {
		const waiting = {
			state: "waiting",
			owner: null,
			heartbeatAt: null,
			attempts: 0,
			failureCode: null,
			failureMessage: null,
			failureNode: null,
		};
		await tx.task.updateMany({ where: { jobId: job.id, state: { not: "done" } }, data: waiting });
	}
	const restart = job.state === "failed" ? { state: "scheduling" as const, generation: { increment: 1 } } : {};
	const cleared = { failureCode: null, failureMessage: null, failureNode: null };
	const data = { wanted: "running" as const, paused: false, ...cleared, ...restart };
	return toJob(await tx.job.update({ where: { id: job.id }, data, select: JOB_FIELDS }));
}

// A drained job has closed its windows and cannot go on: the same version takes over from it.
async function again(tx: ScopedClient, flow: string, job: FlowJob): Promise<FlowJob> {
	const { flowVersionId, planId, seed, readingId } = await tx.job.findUniqueOrThrow({ where: { id: job.id } });
	const data = { flowId: flow, flowVersionId, planId, seed, readingId, previousId: job.id, tenantId: "" };
	return toJob(await tx.job.create({ data, select: JOB_FIELDS }));
}

const HOUR_MS = 3_600_000;

async function recordsByHour(tx: ScopedClient, nowMs: number): Promise<ReadonlyMap<string, readonly number[]>> {
	const from = nowMs - 24 * HOUR_MS;
	const rows = await tx.$queryRaw<{ flow: string; hour: number; records: number }[]>`
		select flow_id as flow, floor((extract(epoch from minute) * 1000 - ${from}) / ${HOUR_MS})::int as hour,
			sum(coalesce((counters->>'records')::float8, 0))::float8 as records
		from rollup where minute >= to_timestamp(${from / 1000}) group by 1, 2`;
	const byFlow = new Map<string, number[]>();
	for (const { flow, hour, records } of rows) {
		const hours = byFlow.get(flow) ?? Array.from({ length: 24 }, () => 0);
		byFlow.set(flow, hours);
		if (hour >= 0 && hour < 24) hours[hour] = records;
	}
	return byFlow;
}
