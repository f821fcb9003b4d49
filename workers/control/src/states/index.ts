import type { JobState } from "@weir/jobs";
import { atRest } from "./at-rest.ts";
import { created } from "./created.ts";
import type { StateHandler } from "./handler.ts";
import { recovering } from "./recovering.ts";
import { rescaling } from "./rescaling.ts";
import { running } from "./running.ts";
import { scheduling } from "./scheduling.ts";
import { stopped } from "./stopped.ts";
import { stopping } from "./stopping.ts";

/** One handler per state of a job. */
export const HANDLERS: Readonly<Record<JobState, StateHandler>> = {
	created,
	scheduling,
	running,
	rescaling,
	recovering,
	stopping,
	stopped,
	failed: atRest,
	finished: atRest,
};

export { type Decision, type JobActions, type JobView, placesOf } from "./handler.ts";
