export type { ControlQueue, QueueWorker, SliceMessage, SliceOutcome } from "./control-queue.ts";
export { type Health, type JobEvent, type JobState, MOVES, type WantedState } from "./states.ts";
