import { randomUUID } from "node:crypto";
import { WeirError } from "@weir/errors";
import type { Flow } from "@weir/flow";
import type { Plan } from "@weir/planner";
import type { InTenant, ScopedClient } from "./client.ts";
import { endBefore, freeze, seedOf, storePlan } from "./deploys.ts";
import { findFlow, lockFlow } from "./flow-row.ts";
import { toJson } from "./flows.ts";
import { type FlowJob, JOB_FIELDS, newestJob, refuseWhileTakingOver, toJob } from "./job-row.ts";

/** What the pages say of a replay, as it was when it was asked for. */
export interface ReplayAbout {
	readonly of: "live" | "draft";
	/** Where the rows of each sink go. */
	readonly outputs: readonly { readonly node: string; readonly label: string; readonly target: string }[];
	/** Records in its range. */
	readonly records: number;
	/** False: they were counted in part, and the rest was reckoned from it. */
	readonly isCounted: boolean;
}

export interface StoredReplay {
	/** Unique in the tenant, for ever: tables are named after it. */
	readonly number: number;
	readonly job: FlowJob;
	readonly fromMs: number;
	/** Undefined: it has no end, and takes over from the version that runs once it has caught up. */
	readonly toMs: number | undefined;
	/** It is taking over: the version that ran is stopped for good. */
	readonly isTakingOver: boolean;
	readonly about: ReplayAbout;
	/** User id. */
	readonly startedBy: string | undefined;
	readonly updatedAtMs: number;
}

export interface NewReplay {
	readonly number: number;
	readonly fromMs: number;
	/** Undefined: it is to take over from the version that runs, and writes where that version will. */
	readonly toMs: number | undefined;
	/** What runs: a version by number, or the draft as of a revision, which is frozen as a version. */
	readonly runs: { readonly version: number } | { readonly rev: number; readonly draft: Flow };
	/** With sinks that do not write where the flow writes. */
	readonly plan: Plan;
	readonly about: ReplayAbout;
	readonly by: string;
	readonly byName: string;
}

export interface Replays {
	/** A number that was never given out before. */
	nextNumber(): Promise<number>;
	/** The number that the next one will likely have. */
	coming(): Promise<number>;
	/** Newest first, not all of them. */
	ofFlow(flow: string): Promise<readonly StoredReplay[]>;
	/** Wants a replay running; the control worker finds its places in the log. */
	start(flow: string, replay: NewReplay): Promise<StoredReplay>;
	/** Ends it at its last commit, for good. Answers the job to wake the control worker for. */
	stop(flow: string, number: number, by: string): Promise<StoredReplay>;
	/**
	 * Has the flow read its streams again from a time on, with the version that it runs: a new job whose nodes begin empty and whose output is a
	 * new one (I5). The job before stops for good at a commit.
	 */
	rewind(flow: string, rewind: { readonly fromMs: number; readonly by: string; readonly byName: string }): Promise<FlowJob>;
}

const FIELDS = {
	...JOB_FIELDS,
	previousId: true,
	replay: true,
	fromMs: true,
	toMs: true,
	about: true,
	startedBy: true,
	updatedAt: true,
} as const;
const LISTED = 20;

export function openReplays(run: InTenant, tenant: string): Replays {
	return {
		nextNumber: () =>
			run(async (tx) => {
				const { replays } = await tx.tenant.update({
					where: { id: tenant },
					data: { replays: { increment: 1 } },
					select: { replays: true },
				});
				return replays;
			}),
		coming: () => run(async (tx) => (await tx.tenant.findUniqueOrThrow({ where: { id: tenant }, select: { replays: true } })).replays + 1),
		ofFlow: (flow) =>
			run(async (tx) => {
				await findFlow(tx, flow);
				const where = { flowId: flow, replay: { not: null } };
				const rows = await tx.job.findMany({ where, orderBy: { createdAt: "desc" }, take: LISTED, select: FIELDS });
				return rows.map(toReplay);
			}),
		start: (flow, replay) => run((tx) => start(tx, flow, replay)),
		stop: (flow, number, by) => run((tx) => stop(tx, flow, number, by)),
		rewind: (flow, wanted) => run((tx) => rewind(tx, flow, wanted)),
	};
}

async function start(tx: ScopedClient, flow: string, replay: NewReplay): Promise<StoredReplay> {
	await lockFlow(tx, flow);
	const { number, fromMs, toMs, about, by, byName } = replay;
	if (toMs === undefined) await refuseWhileTakingOver(tx, flow);
	const version = await versionOf(tx, flow, replay);
	const plan = await storePlan(tx, version.id, replay.plan);
	const id = randomUUID();
	const row = await tx.job.create({
		data: {
			id,
			flowId: flow,
			flowVersionId: version.id,
			planId: plan.id,
			seed: seedOf(version.contentHash),
			replay: number,
			fromMs,
			toMs: toMs ?? null,
			readingId: id,
			about: toJson(about),
			startedBy: by,
			tenantId: "",
		},
		select: FIELDS,
	});
	const what = about.of === "draft" ? `the draft (version ${version.number})` : `version ${version.number}`;
	const then = toMs === undefined ? "; it takes over once it has caught up" : "";
	const text = `${byName} started replay ${number} with ${what}, beside the flow${then}.`;
	await tx.flowEvent.create({
		data: { flowId: flow, kind: "replay-started", text, detail: { by, job: id, replay: number }, tenantId: "" },
	});
	return toReplay(row);
}

async function versionOf(tx: ScopedClient, flow: string, { runs, number, by }: NewReplay) {
	if ("version" in runs) {
		const row = await tx.flowVersion.findFirst({ where: { flowId: flow, number: runs.version } });
		if (row === null) throw new WeirError("ACCESS_NOT_FOUND", "There is no such version of this flow.");
		return row;
	}
	const draft = await tx.draft.findUniqueOrThrow({ where: { flowId: flow } });
	if (draft.rev !== runs.rev) {
		throw new WeirError("FLOW_VERSION_STALE", "The draft was changed since you looked at it. Look at the range again, then replay it.");
	}
	const running = await newestJob(tx, flow);
	return freeze(tx, flow, { flow: runs.draft, note: `Tried in replay ${number}`, by, number: running?.version });
}

async function stop(tx: ScopedClient, flow: string, number: number, by: string): Promise<StoredReplay> {
	await lockFlow(tx, flow);
	const row = await tx.job.findFirst({ where: { flowId: flow, replay: number }, select: FIELDS });
	if (row === null) throw new WeirError("ACCESS_NOT_FOUND", "There is no such replay of this flow.");
	if (row.wanted === "stopped" || row.state === "finished" || row.state === "failed") return toReplay(row);
	if (row.previousId !== null) {
		throw new WeirError("FLOW_RUNNING", `Replay ${number} is taking over right now. Stop the flow once it has, or roll back.`);
	}
	const text = `Replay ${number} was told to stop; what it has written stays.`;
	await tx.flowEvent.create({
		data: { flowId: flow, kind: "replay-stopping", text, detail: { by, job: row.id, replay: number }, tenantId: "" },
	});
	return toReplay(await tx.job.update({ where: { id: row.id }, data: { wanted: "stopped" }, select: FIELDS }));
}

async function rewind(
	tx: ScopedClient,
	flow: string,
	{ fromMs, by, byName }: { readonly fromMs: number; readonly by: string; readonly byName: string },
): Promise<FlowJob> {
	await lockFlow(tx, flow);
	await refuseWhileTakingOver(tx, flow);
	const before = await newestJob(tx, flow);
	if (before === undefined) throw new WeirError("FLOW_NOT_DEPLOYED", "The flow was never deployed. Deploy it first.");
	const { flowVersionId, planId, seed } = await tx.job.findUniqueOrThrow({ where: { id: before.id } });
	await endBefore(tx, before);
	const id = randomUUID();
	const data = { id, flowId: flow, flowVersionId, planId, seed, previousId: before.id, fromMs, readingId: id, startedBy: by, tenantId: "" };
	const row = await tx.job.create({ data, select: JOB_FIELDS });
	const text = `${byName} rewound the flow to ${new Date(fromMs).toISOString()}: it reads again what came since, with empty nodes.`;
	await tx.flowEvent.create({ data: { flowId: flow, kind: "rewound", text, detail: { by, job: id, fromMs }, tenantId: "" } });
	return toJob(row);
}

type ReplayRow = Parameters<typeof toJob>[0] & {
	previousId: string | null;
	replay: number | null;
	fromMs: number | null;
	toMs: number | null;
	about: unknown;
	startedBy: string | null;
	updatedAt: Date;
};

function toReplay(row: ReplayRow): StoredReplay {
	return {
		number: row.replay ?? 0,
		job: toJob(row),
		fromMs: row.fromMs ?? 0,
		toMs: row.toMs ?? undefined,
		isTakingOver: row.previousId !== null,
		about: row.about as ReplayAbout,
		startedBy: row.startedBy ?? undefined,
		updatedAtMs: row.updatedAt.getTime(),
	};
}
