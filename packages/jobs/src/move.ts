import { WeirError } from "@weir/errors";
import { type JobEvent, type JobState, MOVES } from "./states.ts";

/** Events that a state allows. */
export type EventOf<S extends JobState> = keyof (typeof MOVES)[S] & string;

/** The next state. An impossible pair of state and event does not compile. */
export function move<S extends JobState, E extends EventOf<S>>(state: S, event: E): (typeof MOVES)[S][E] {
	return MOVES[state][event];
}

/** As `move`, for a state read from storage: an impossible pair throws INVARIANT_BROKEN. */
export function moveStored(state: JobState, event: JobEvent): JobState {
	const next = nextState(state, event);
	if (next === undefined) throw new WeirError("INVARIANT_BROKEN", `A job that is ${state} cannot ${event}.`);
	return next;
}

/** Whether a state read from storage allows the event. */
export function canMove(state: JobState, event: JobEvent): boolean {
	return nextState(state, event) !== undefined;
}

function nextState(state: JobState, event: JobEvent): JobState | undefined {
	const moves: Partial<Record<JobEvent, JobState>> = MOVES[state];
	return moves[event];
}
