import { WeirError } from "@weir/errors";
import type { JobState } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import type { InTenant, ScopedClient } from "./client.ts";
import { storePlan } from "./deploys.ts";
import { findFlow, lockFlow } from "./flow-row.ts";
import { newestJob } from "./job-row.ts";

/** A stream whose partitions are sealed, and what reads its next generation. */
interface Grown {
	readonly endpoint: string;
	readonly from: number;
	readonly to: number;
	/** The job that reads it now, and the plan by which the one after it reads both; undefined: none does. */
	readonly reader: { readonly job: string; readonly plan: Plan } | undefined;
	readonly byName: string;
}

export interface Growth {
	/** Notes that a stream is to get more partitions, before anything is sealed: should it stay at that, the control worker takes it back. */
	begin(flow: string, endpoint: string, to: number): Promise<void>;
	/** From now on doors write to the next generation, and the version that runs reads it after this one. Answers the job that takes over. */
	finish(flow: string, grown: Grown): Promise<string | undefined>;
	/** Nothing is sealed any more. */
	takeBack(flow: string, endpoint: string): Promise<void>;
}

export function openGrowth(run: InTenant): Growth {
	return {
		begin: (flow, endpoint, to) =>
			run(async (tx) => {
				await findFlow(tx, flow);
				await refuseWhileReplayed(tx, flow);
				const { count } = await tx.endpoint.updateMany({
					where: { id: endpoint, flowId: flow, growingTo: null },
					data: { growingTo: to, growingSince: new Date() },
				});
				if (count === 0) throw new WeirError("STORAGE_REFUSED", "The stream is being given more partitions already: wait a moment.");
			}),
		finish: (flow, grown) => run((tx) => finish(tx, flow, grown)),
		takeBack: (flow, endpoint) =>
			run(async (tx) => {
				await tx.endpoint.updateMany({ where: { id: endpoint, flowId: flow }, data: { growingTo: null, growingSince: null } });
			}),
	};
}

/** A replay that runs knows the generations that there were when it began, and may be about to take over from the version that runs. */
async function refuseWhileReplayed(tx: ScopedClient, flow: string): Promise<void> {
	const where = { flowId: flow, replay: { not: null }, state: { notIn: ["stopped", "failed", "finished"] satisfies JobState[] } };
	const row = await tx.job.findFirst({ where, select: { replay: true } });
	if (row === null) return;
	throw new WeirError("STORAGE_REFUSED", `Replay ${row.replay} of the flow runs: its stream can get more partitions when that has ended.`);
}

function changedMeanwhile(): WeirError {
	return new WeirError("STORAGE_REFUSED", "The flow was changed meanwhile, so its stream keeps the partitions that it has. Try again.");
}

async function finish(tx: ScopedClient, flow: string, { endpoint, from, to, reader, byName }: Grown): Promise<string | undefined> {
	await lockFlow(tx, flow);
	await refuseWhileReplayed(tx, flow);
	const row = await tx.endpoint.findFirst({ where: { id: endpoint, flowId: flow, partitions: from, growingTo: to } });
	const before = await newestJob(tx, flow);
	const reads = before?.wanted === "running" && before.state !== "failed" ? before.id : undefined;
	if (row === null || reads !== reader?.job) throw changedMeanwhile();
	const data = { partitions: to, earlierPartitions: { push: from }, growingTo: null, growingSince: null };
	// The control worker may be taking it back at this moment: then nothing is sealed any more.
	const { count } = await tx.endpoint.updateMany({ where: { id: endpoint, partitions: from, growingTo: to }, data });
	if (count === 0) throw changedMeanwhile();
	const text = `${byName} gave the stream of source ${row.nodeId} ${to} partitions; it had ${from}.`;
	await tx.flowEvent.create({ data: { flowId: flow, kind: "stream-grown", text, detail: { endpoint, from, to }, tenantId: "" } });
	if (before === undefined || reader === undefined) return undefined;
	const known = await tx.job.findUniqueOrThrow({ where: { id: before.id }, select: { flowVersionId: true, seed: true } });
	const plan = await storePlan(tx, known.flowVersionId, reader.plan);
	const job = await tx.job.create({
		data: { ...known, flowId: flow, planId: plan.id, previousId: before.id, readingId: before.reading ?? null, tenantId: "" },
	});
	return job.id;
}
