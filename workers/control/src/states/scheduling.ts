import { LOST_MS, placesOf, type StateHandler } from "./handler.ts";

/** Makes the tasks and offers them; the job runs once every task has an owner or is done. */
export const scheduling: StateHandler = async (view, actions) => {
	const { job, plan, tasks } = view;
	if (job.wanted === "stopped") return { event: "stop" };
	const failed = tasks.find((task) => task.state === "failed");
	if (failed !== undefined) return { event: "fail" };
	const places = placesOf(plan);
	if (tasks.length < places.length) await actions.ensureTasks(job, plan);
	const begun = tasks.filter(
		(task) => task.state === "done" || (task.owner !== undefined && view.nowMs - (task.heartbeatAtMs ?? 0) < LOST_MS),
	);
	if (tasks.length >= places.length && begun.length === tasks.length) {
		if (job.isReplaced) return { event: "start" };
		return { event: "start", tell: { kind: "started", text: `All ${tasks.length} tasks of the flow run.` } };
	}
	const known = new Set(begun.map((task) => `${task.stage}/${task.partition}`));
	await actions.offer(
		job,
		places.filter((place) => !known.has(`${place.stage}/${place.partition}`)),
	);
	return undefined;
};
