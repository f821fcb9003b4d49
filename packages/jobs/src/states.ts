/** The life of a job: state → event → next state. What is not here is impossible. */
export const MOVES = {
	created: { schedule: "scheduling", stop: "stopped", fail: "failed" },
	scheduling: { start: "running", lose: "recovering", stop: "stopping", fail: "failed" },
	running: { finish: "finished", lose: "recovering", rescale: "rescaling", fail: "failed", stop: "stopping" },
	rescaling: { schedule: "scheduling", stop: "stopping" },
	recovering: { schedule: "scheduling", fail: "failed", stop: "stopping" },
	stopping: { stop: "stopped" },
	stopped: { schedule: "scheduling" },
	failed: { schedule: "scheduling", stop: "stopped" },
	finished: {},
} as const;

export type JobState = keyof typeof MOVES;
export type JobEvent = "schedule" | "start" | "finish" | "lose" | "rescale" | "fail" | "stop";

/** What people want of a job: `drained` = finish what was read, close the windows, then end; `stopped` = end at the last checkpoint. */
export type WantedState = "running" | "drained" | "stopped";

/** Computed, never a state. */
export type Health = "ok" | "lagging" | "degraded";
