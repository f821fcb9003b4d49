import type { OutlivedJob, StoredAncestor } from "@weir/db";
import type { Plan, Stage } from "@weir/planner";
import { type Checkpoint, hasBegun, type TaskRef } from "@weir/runtime";

export interface ForgetJobsParts {
	readonly store: {
		outlivedJobs(beforeMs: number): Promise<readonly OutlivedJob[]>;
		ancestor(job: string): Promise<StoredAncestor | undefined>;
		plan(id: string): Promise<Plan | undefined>;
		forgetTasks(job: string): Promise<void>;
	};
	/** The checkpoint of a task, wherever its stage commits. */
	read(task: TaskRef, authority: Stage["authority"]): Promise<Checkpoint | undefined>;
	/** Forgets the job's checkpoints where a stage commits. */
	forget(tenant: string, job: string, authority: Stage["authority"]): Promise<void>;
	/** Jobs that came to rest after this are kept: a worker that slept through the end of one must find its checkpoint, which fences it. */
	readonly restedBeforeMs: number;
}

/**
 * Forgets what replays and replaced versions of flows have stored. A version is needed until every task of the newest one has stored its own beginning:
 * until then tasks that never committed begin where those before them ended. Answers how many were forgotten.
 */
export async function forgetJobs(parts: ForgetJobsParts): Promise<number> {
	const { store } = parts;
	const begun = new Map<string, boolean>();
	let forgotten = 0;
	for (const job of await store.outlivedJobs(parts.restedBeforeMs)) {
		const isBegun = job.newest === null || (begun.get(job.newest) ?? (await hasWhollyBegun(parts, job.newest)));
		if (job.newest !== null) begun.set(job.newest, isBegun);
		const plan = isBegun ? await store.plan(job.plan) : undefined;
		if (plan === undefined) continue;
		for (const authority of authoritiesOf(plan)) await parts.forget(job.tenant, job.id, authority);
		// The last step: a job that has tasks is looked at again.
		await store.forgetTasks(job.id);
		forgotten += 1;
	}
	return forgotten;
}

async function hasWhollyBegun({ store, read }: ForgetJobsParts, job: string): Promise<boolean> {
	const newest = await store.ancestor(job);
	if (newest === undefined) return false;
	for (const stage of newest.plan.stages) {
		for (let partition = 0; partition < stage.partitions; partition++) {
			const checkpoint = await read({ tenant: newest.tenant, job, stage: stage.id, partition }, stage.authority);
			if (checkpoint === undefined || !hasBegun(checkpoint)) return false;
		}
	}
	return true;
}

/** Each place where the stages of a plan commit, once. */
function authoritiesOf(plan: Plan): readonly Stage["authority"][] {
	const places = new Map(plan.stages.map(({ authority }) => [authority.type === "log" ? "" : authority.connection, authority] as const));
	return [...places.values()];
}
