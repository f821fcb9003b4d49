import type { StateHandler } from "./handler.ts";

/** Goes on from its last commit when somebody wants that. */
export const stopped: StateHandler = async ({ job }, actions) => {
	if (job.wanted === "stopped") return undefined;
	// It was stopped before it began: where it begins is still to be found.
	if (job.startPosition === undefined && !(await actions.cut(job))) return undefined;
	await actions.resetTasks(job);
	return { event: "schedule" };
};
