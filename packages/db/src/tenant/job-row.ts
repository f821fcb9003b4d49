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
	createdAt: Date;
	flowVersion: { number: number };
}

export function toJob(row: JobRow): FlowJob {
	const failure =
		row.failureCode === null
			? undefined
			: { code: row.failureCode, message: row.failureMessage ?? "", ...(row.failureNode === null ? {} : { node: row.failureNode }) };
	return {
		id: row.id,
		version: row.flowVersion.number,
		plan: row.planId,
		wanted: row.wanted,
		state: row.state,
		paused: row.paused,
		failure,
		createdAtMs: row.createdAt.getTime(),
	};
}

export async function newestJob(tx: ScopedClient, flow: string): Promise<FlowJob | undefined> {
	const row = await tx.job.findFirst({ where: { flowId: flow }, orderBy: { createdAt: "desc" }, select: JOB_FIELDS });
	return row === null ? undefined : toJob(row);
}
