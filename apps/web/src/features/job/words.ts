import type { Job, JobTask } from "../../client/contract.ts";
import type { ChipTone } from "../../ui/chip.tsx";

export const JOB_STATES = {
	created: ["busy", "Waits for the version before"],
	scheduling: ["busy", "Starting"],
	running: ["ok", "Running"],
	rescaling: ["busy", "Changes its parallelism"],
	recovering: ["warn", "Recovering"],
	stopping: ["busy", "Stopping"],
	stopped: ["paused", "Stopped"],
	failed: ["error", "Failed"],
	finished: ["plain", "Finished"],
} as const satisfies Record<Job["state"], readonly [ChipTone, string]>;

export const TASK_STATES = {
	waiting: ["paused", "Waiting"],
	running: ["ok", "Running"],
	done: ["plain", "Done"],
	failed: ["error", "Failed"],
} as const satisfies Record<JobTask["state"], readonly [ChipTone, string]>;

export const LOGS = { redis: "Redis Streams", kafka: "Kafka" } as const;

/** What people asked of the job. */
export function wantedWord({ wanted, paused }: Pick<Job, "wanted" | "paused">): string {
	if (wanted === "running") return "Running";
	if (wanted === "drained") return "Drained and ended";
	return paused ? "Paused" : "Stopped";
}

/** Whether the job is where it is wanted. */
export function isAsWanted({ wanted, state }: Pick<Job, "wanted" | "state">): boolean {
	return state === { running: "running", drained: "finished", stopped: "stopped" }[wanted];
}

/** Troubled tasks first, then by partition: what is cut off at the end of a long list is in order. */
export function byTrouble(a: JobTask, b: JobTask): number {
	const trouble = (task: JobTask) => (task.state === "failed" ? 2 : task.failure ? 1 : 0);
	return trouble(b) - trouble(a) || a.partition - b.partition;
}
