import type { StoredFailure, StoredJob, StoredTask } from "@weir/db";
import type { JobEvent } from "@weir/jobs";
import type { Plan } from "@weir/planner";

/** What a state's handler sees of a job. */
export interface JobView {
	readonly job: StoredJob;
	readonly plan: Plan;
	readonly tasks: readonly StoredTask[];
	readonly nowMs: number;
}

/** What a handler may do besides moving the job. */
export interface JobActions {
	/** Makes the version cut and stores it; false while the job before is not through yet. */
	cut(job: StoredJob): Promise<boolean>;
	ensureTasks(job: StoredJob, plan: Plan): Promise<void>;
	resetTasks(job: StoredJob): Promise<void>;
	/** Takes tasks from owners that sleep, so that they find their commits refused when they wake. */
	fence(job: StoredJob, plan: Plan, tasks: readonly StoredTask[]): Promise<void>;
	/** Puts a slice of each of these tasks in the queue, where none is. */
	offer(job: StoredJob, tasks: readonly { readonly stage: string; readonly partition: number }[]): Promise<void>;
}

/** A move of the job, with a line for the flow's event log. */
export interface Decision {
	readonly event: JobEvent;
	readonly tell?: { readonly kind: string; readonly text: string };
	readonly failure?: StoredFailure;
}

/** Looks at a job in one state and decides. Undefined: it stays. MUST be safe to repeat. */
export type StateHandler = (view: JobView, actions: JobActions) => Promise<Decision | undefined>;

/** A task that said nothing for this long is offered again. */
export const SILENT_MS = 3_000;
/** A task that said nothing for this long makes the job one that recovers. */
export const LOST_MS = 15_000;

/** The places where a plan's stages run. */
export function placesOf(plan: Plan): readonly { readonly stage: string; readonly partition: number }[] {
	return plan.stages.flatMap((stage) => Array.from({ length: stage.partitions }, (_, partition) => ({ stage: stage.id, partition })));
}

/** Tasks that ought to run and have said nothing for a while. */
export function silentFor(view: JobView, ms: number): readonly StoredTask[] {
	return view.tasks.filter((task) => isOpen(task) && (task.heartbeatAtMs === undefined || view.nowMs - task.heartbeatAtMs > ms));
}

export function isOpen(task: StoredTask): boolean {
	return task.state === "waiting" || task.state === "running";
}
