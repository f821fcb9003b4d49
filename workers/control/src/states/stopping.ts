import { LOST_MS, type StateHandler } from "./handler.ts";

/** Stopped once no task has an owner that still speaks, and none that is silent can wake up and commit. */
export const stopping: StateHandler = async ({ job, plan, tasks, nowMs }, actions) => {
	const owned = tasks.filter((task) => task.state === "running" && task.heartbeatAtMs !== undefined);
	if (owned.some((task) => nowMs - (task.heartbeatAtMs ?? 0) < LOST_MS)) return undefined;
	await actions.fence(job, plan, owned);
	return { event: "stop", tell: { kind: "stopped", text: "The flow has stopped at its last commit." } };
};
