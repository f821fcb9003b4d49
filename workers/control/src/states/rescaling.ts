import type { StateHandler } from "./handler.ts";

/** The plan's partitions are fixed for a job, so there is nothing to move: schedule anew. */
export const rescaling: StateHandler = async ({ job }) => ({ event: job.wanted === "stopped" ? "stop" : "schedule" });
