import { createHash } from "node:crypto";
import { WeirError } from "@weir/errors";
import { canonicalJson, type Flow } from "@weir/flow";
import type { Plan } from "@weir/planner";
import type { InTenant, ScopedClient } from "./client.ts";
import { ensureEndpoints, type WantedEndpoint } from "./drafts.ts";
import { findFlow, lockFlow } from "./flow-row.ts";
import { contentHash, toJson } from "./flows.ts";
import { newestJob } from "./job-row.ts";

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
	const before = await newestJob(tx, flow);
	const hash = contentHash(deploy.flow);
	const newest = await tx.flowVersion.findFirst({ where: { flowId: flow }, orderBy: { number: "desc" } });
	const isSame = newest?.contentHash === hash;
	const isRunning = isSame && before?.version === newest?.number && before?.wanted === "running" && before.state !== "failed";
	if (newest !== null && before !== undefined && isRunning && (await isPlanned(tx, before.plan, deploy.plan))) {
		return { version: newest.number, jobId: before.id, changed: false, previousJobId: undefined };
	}
	const version = newest !== null && isSame ? newest : await freeze(tx, flow, deploy, hash, (newest?.number ?? 0) + 1);
	const planText = canonicalJson(deploy.plan);
	const plan = await tx.plan.create({
		data: { flowVersionId: version.id, content: toJson(deploy.plan), hash: sha256(planText), tenantId: "" },
	});
	await endBefore(tx, before);
	const job = await tx.job.create({
		data: {
			flowId: flow,
			flowVersionId: version.id,
			planId: plan.id,
			seed: seedOf(hash),
			previousId: before?.id ?? null,
			fresh: toJson(deploy.fresh ?? []),
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

async function freeze(tx: ScopedClient, flow: string, deploy: Deploy, hash: string, number: number) {
	await findFlow(tx, flow);
	const { note, by } = deploy;
	return tx.flowVersion.create({
		data: { flowId: flow, number, content: toJson(deploy.flow), contentHash: hash, note, createdBy: by, tenantId: "" },
	});
}

// One that runs goes on until the control worker makes the cut; one that never began need not.
async function endBefore(tx: ScopedClient, before: Awaited<ReturnType<typeof newestJob>>): Promise<void> {
	if (before?.state !== "created") return;
	await tx.job.update({ where: { id: before.id }, data: { wanted: "stopped", paused: false } });
}

/** The same plan: the same drawing may be wanted with other numbers of partitions. */
async function isPlanned(tx: ScopedClient, id: string, plan: Plan): Promise<boolean> {
	const known = await tx.plan.findUnique({ where: { id } });
	return known?.hash === sha256(canonicalJson(plan));
}

function sha256(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}

function seedOf(hash: string): number {
	return Number.parseInt(hash.slice(0, 7), 16);
}
