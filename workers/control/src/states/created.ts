import type { StateHandler } from "./handler.ts";

/** Begins where the job before it has stopped for good (I12). */
export const created: StateHandler = async ({ job }, actions) => {
	if (job.wanted === "stopped") return { event: "stop" };
	if (job.startPosition === undefined && !(await actions.cut(job))) return undefined;
	return { event: "schedule" };
};
