import { isOpen, type StateHandler } from "./handler.ts";

/** Offers every task that ought to run, then schedules anew. */
export const recovering: StateHandler = async ({ job, tasks }, actions) => {
	if (job.wanted === "stopped") return { event: "stop" };
	if (tasks.some((task) => task.state === "failed")) return { event: "fail" };
	await actions.offer(job, tasks.filter(isOpen));
	return { event: "schedule" };
};
