import { WeirError } from "@weir/errors";
import type { JobState, WantedState } from "@weir/jobs";
import type { StoredFailure } from "../worker/worker-store.ts";
import type { ScopedClient } from "./client.ts";

/** A job as the pages see it. */
export interface FlowJob {
	readonly id: string;
	readonly version: number;
	readonly plan: string;
	readonly wanted: WantedState;
	readonly state: JobState;
	readonly paused: boolean;
	readonly failure: StoredFailure | undefined;
	/** The job that began this reading of the streams; undefined: it is the first. */
	readonly reading: string | undefined;
	readonly createdAtMs: number;
}

export const JOB_FIELDS = {
	id: true,
	planId: true,
	wanted: true,
	state: true,
	paused: true,
	failureCode: true,
	failureMessage: true,
	failureNode: true,
	readingId: true,
	createdAt: true,
	flowVersion: { select: { number: true } },
} as const;

interface JobRow {
	id: string;
	planId: string;
	wanted: WantedState;
	state: JobState;
	paused: boolean;
	failureCode: string | null;
	failureMessage: string | null;
	failureNode: string | null;
	readingId: string | null;
	createdAt: Date;
	flowVersion: { number: number };
}

/** Why a job or a task failed, from its three columns. */
export function toFailure(row: Pick<JobRow, "failureCode" | "failureMessage" | "failureNode">): StoredFailure | undefined {
	if (row.failureCode === null) return undefined;
	return { code: row.failureCode, message: row.failureMessage ?? "", ...(row.failureNode === null ? {} : { node: row.failureNode }) };
}

export function toJob(row: JobRow): FlowJob {
	return {
		id: row.id,
		version: row.flowVersion.number,
		plan: row.planId,
		wanted: row.wanted,
		state: row.state,
		paused: row.paused,
		failure: toFailure(row),
		reading: row.readingId ?? undefined,
		createdAtMs: row.createdAt.getTime(),
	};
}

/** The job that runs the flow, or ran it last; replays run beside it. */
export async function newestJob(tx: ScopedClient, flow: string): Promise<FlowJob | undefined> {
	const row = await tx.job.findFirst({ where: { flowId: flow, replay: null }, orderBy: { createdAt: "desc" }, select: JOB_FIELDS });
	return row === null ? undefined : toJob(row);
}

/** What runs must not be replaced by two at once. */
export async function refuseWhileTakingOver(tx: ScopedClient, flow: string): Promise<void> {
	const where = { flowId: flow, replay: { not: null }, toMs: null, state: { notIn: [...AT_REST] } };
	const row = await tx.job.findFirst({ where, select: { replay: true } });
	if (row === null) return;
	throw new WeirError(
		"FLOW_RUNNING",
		`Replay ${row.replay} is to take over from the version that runs. Wait until it has, or stop it in the flow's overview first.`,
	);
}

const AT_REST = ["stopped", "failed", "finished"] as const;
