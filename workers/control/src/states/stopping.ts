import { LOST_MS, type StateHandler } from "./handler.ts";

/** Stopped once no task has an owner that still speaks. */
export const stopping: StateHandler = async ({ tasks, nowMs }) => {
	const busy = tasks.filter((task) => task.state === "running" && task.heartbeatAtMs !== undefined && nowMs - task.heartbeatAtMs < LOST_MS);
	if (busy.length > 0) return undefined;
	return { event: "stop", tell: { kind: "stopped", text: "The flow has stopped at its last commit." } };
};
