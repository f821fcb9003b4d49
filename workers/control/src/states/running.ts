import { LOST_MS, SILENT_MS, type StateHandler, silentFor } from "./handler.ts";

/** Keeps every task at work; ends when all are done, or one failed for good. */
export const running: StateHandler = async (view, actions) => {
	const { job, tasks } = view;
	if (job.wanted === "stopped") return { event: "stop" };
	if (tasks.some((task) => task.state === "failed")) return { event: "fail" };
	if (tasks.length > 0 && tasks.every((task) => task.state === "done")) {
		if (job.isReplaced)
			return { event: "finish", tell: { kind: "replaced", text: "The version has handed over to the next at its last commit." } };
		return { event: "finish", tell: { kind: "finished", text: "The flow has read its streams to the end and closed its windows." } };
	}
	const silent = silentFor(view, SILENT_MS);
	if (silent.length === 0) return undefined;
	await actions.offer(job, silent);
	const lost = silentFor(view, LOST_MS);
	if (lost.length === 0) return undefined;
	return {
		event: "lose",
		tell: {
			kind: "recovering",
			text: `${lost.length} of ${tasks.length} tasks have said nothing for ${LOST_MS / 1_000} s; they are given to other workers.`,
		},
	};
};
