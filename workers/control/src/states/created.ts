import type { StateHandler } from "./handler.ts";

/** Waits for the job before it to end: that is where this one's sources start (I12). */
export const created: StateHandler = async ({ job }, actions) => {
	if (job.wanted === "stopped") return { event: "stop" };
	if (job.startPosition === undefined) {
		const position = await actions.cut(job);
		if (position === undefined) return undefined;
		await actions.setStartPosition(job, position);
	}
	return { event: "schedule" };
};
