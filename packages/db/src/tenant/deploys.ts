import { createHash } from "node:crypto";
import { WeirError } from "@weir/errors";
import { canonicalJson, type Flow } from "@weir/flow";
import type { Plan } from "@weir/planner";
import type { InTenant, ScopedClient } from "./client.ts";
import { ensureEndpoints, type WantedEndpoint } from "./drafts.ts";
import { findFlow, lockFlow } from "./flow-row.ts";
import { contentHash as hashOf, toJson } from "./flows.ts";
import { newestJob, refuseWhileTakingOver } from "./job-row.ts";

export interface Deploy {
	/** Revision of the draft that `flow` is; a newer draft refuses with FLOW_VERSION_STALE. */
	readonly rev: number;
	readonly flow: Flow;
	readonly plan: Plan;
	readonly endpoints: readonly WantedEndpoint[];
	/** Nodes that begin empty although they could go on with what they hold. */
	readonly fresh?: readonly string[];
	readonly note: string;
	readonly by: string;
	readonly byName: string;
}

export interface DeployResult {
	readonly version: number;
	readonly jobId: string;
	/** False: exactly this runs already. */
	readonly changed: boolean;
	/** The job that it takes over from. */
	readonly previousJobId: string | undefined;
}

export interface Deploys {
	/**
	 * Freezes the draft as a version and wants it running. The version cut: the tasks of the job before stop for good at a commit, and the new
	 * job's begin there, with the state of every node that has the same form in both. So every record is processed by exactly one version.
	 */
	deploy(flow: string, deploy: Deploy): Promise<DeployResult>;
}

export function openDeploys(run: InTenant): Deploys {
	return { deploy: (flow, deploy) => run((tx) => deployIn(tx, flow, deploy)) };
}

async function deployIn(tx: ScopedClient, flow: string, deploy: Deploy): Promise<DeployResult> {
	await lockFlow(tx, flow);
	const draft = await tx.draft.findUniqueOrThrow({ where: { flowId: flow } });
	if (draft.rev !== deploy.rev) {
		throw new WeirError("FLOW_VERSION_STALE", "The draft was changed since you looked at it. Look at the changes, then deploy again.");
	}
	await refuseOtherStreams(tx, flow, deploy.plan);
	const before = await newestJob(tx, flow);
	const version = await freeze(tx, flow, { ...deploy, number: before?.version });
	const isRunning = before?.version === version.number && before.wanted === "running" && before.state !== "failed";
	if (isRunning && (await isPlanned(tx, before.plan, deploy.plan))) {
		return { version: version.number, jobId: before.id, changed: false, previousJobId: undefined };
	}
	await refuseWhileTakingOver(tx, flow);
	const plan = await storePlan(tx, version.id, deploy.plan);
	await endBefore(tx, before);
	const job = await tx.job.create({
		data: {
			flowId: flow,
			flowVersionId: version.id,
			planId: plan.id,
			seed: seedOf(version.contentHash),
			previousId: before?.id ?? null,
			fresh: toJson(deploy.fresh ?? []),
			readingId: before?.reading ?? null,
			...(before === undefined ? { startPosition: {} } : {}),
			tenantId: "",
		},
	});
	await tx.flow.update({ where: { id: flow }, data: { liveVersion: version.number } });
	await ensureEndpoints(tx, flow, deploy.endpoints, true);
	await tx.flowEvent.create({
		data: {
			flowId: flow,
			kind: "deployed",
			text: `${deploy.byName} deployed version ${version.number}${deploy.note === "" ? "" : `: ${deploy.note}`}.`,
			detail: { version: version.number, job: job.id, by: deploy.by },
			tenantId: "",
		},
	});
	return { version: version.number, jobId: job.id, changed: true, previousJobId: before?.id };
}

/** A plan that was made before a stream got more partitions would never read them. */
async function refuseOtherStreams(tx: ScopedClient, flow: string, plan: Plan): Promise<void> {
	const streams = new Map((await tx.endpoint.findMany({ where: { flowId: flow } })).map((row) => [row.nodeId, row]));
	for (const input of plan.stages.flatMap((stage) => stage.inputs)) {
		const row = input.type === "source" ? streams.get(input.node) : undefined;
		if (row === undefined || input.type !== "source") continue;
		if (row.earlierPartitions.length === (input.earlier?.length ?? 0)) continue;
		throw new WeirError("FLOW_VERSION_STALE", "A stream of the flow got more partitions since you looked at it. Try again.");
	}
}

export interface Freeze {
	readonly flow: Flow;
	readonly note: string;
	readonly by: string;
	/** Version that runs. */
	readonly number: number | undefined;
}

/** The version with this content: the newest or the one that runs, where it is one of them; else a new one. */
export async function freeze(tx: ScopedClient, flow: string, { flow: content, note, by, number }: Freeze) {
	await findFlow(tx, flow);
	const contentHash = hashOf(content);
	const newest = await tx.flowVersion.findFirst({ where: { flowId: flow }, orderBy: { number: "desc" } });
	if (newest?.contentHash === contentHash) return newest;
	const running = number === undefined ? null : await tx.flowVersion.findFirst({ where: { flowId: flow, number } });
	if (running?.contentHash === contentHash) return running;
	return tx.flowVersion.create({
		data: { flowId: flow, number: (newest?.number ?? 0) + 1, content: toJson(content), contentHash, note, createdBy: by, tenantId: "" },
	});
}

/** One that runs goes on until the control worker makes the cut; one that never began need not. */
export async function endBefore(tx: ScopedClient, before: Awaited<ReturnType<typeof newestJob>>): Promise<void> {
	if (before?.state !== "created") return;
	await tx.job.update({ where: { id: before.id }, data: { wanted: "stopped", paused: false } });
}

/** Keeps a plan, frozen, beside the version it was made from. */
export async function storePlan(tx: ScopedClient, version: string, plan: Plan) {
	return tx.plan.create({ data: { flowVersionId: version, content: toJson(plan), hash: sha256(canonicalJson(plan)), tenantId: "" } });
}

/** The same plan: the same drawing may be wanted with other numbers of partitions. */
async function isPlanned(tx: ScopedClient, id: string, plan: Plan): Promise<boolean> {
	const known = await tx.plan.findUnique({ where: { id } });
	return known?.hash === sha256(canonicalJson(plan));
}

function sha256(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}

/** Same for all jobs of a version. */
export function seedOf(hash: string): number {
	return Number.parseInt(hash.slice(0, 7), 16);
}
