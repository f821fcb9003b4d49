import { liveKey, tapKey } from "@weir/jobs";
import { taskName } from "@weir/runtime";
import type { Redis } from "ioredis";
import { crashKey } from "./crash-notes-redis.ts";
import { doorKey } from "./door-counts.ts";
import { generationsKey } from "./live-reports.ts";
import { bury } from "./tombstones.ts";
import { topicsKey } from "./topics-seen.ts";

/** Whose traces go. */
export interface Traces {
	/** Absent: the tenant stays. */
	readonly tenant?: string;
	readonly endpoints: readonly { readonly id: string }[];
	readonly jobs: readonly { readonly id: string; readonly stages: readonly { readonly id: string; readonly partitions: number }[] }[];
}

const AT_ONCE = 500;

/** Erases what control Redis knows of flows: figures, samples, notes of crashes, topics. Nobody can bring it back. */
export async function eraseTraces(control: Redis, { tenant, endpoints, jobs }: Traces): Promise<void> {
	await bury(control, [...(tenant === undefined ? [] : [tenant]), ...[...endpoints, ...jobs].map(({ id }) => id)]);
	const keys = endpoints.map(({ id }) => doorKey(id));
	if (tenant !== undefined) keys.push(topicsKey(tenant));
	for (const { id: job, stages } of jobs) {
		const tasks = stages.flatMap(({ id: stage, partitions }) =>
			Array.from({ length: partitions }, (_, partition) => ({ stage, partition })),
		);
		keys.push(liveKey(job), generationsKey(job), tapKey(job));
		keys.push(...tasks.map(({ stage, partition }) => crashKey(taskName({ tenant: "", job, stage, partition }))));
	}
	for (let at = 0; at < keys.length; at += AT_ONCE) await control.unlink(...keys.slice(at, at + AT_ONCE));
}
