import type { WeirError } from "@weir/errors";

/** What a task does about a failure. */
export type Reaction =
	/** Set the record aside and go on. */
	| { readonly do: "set-aside" }
	/** Drop all memory, wait, acquire again. */
	| { readonly do: "pause"; readonly delayMs: number }
	/** Somebody else has the task: stop without a word. */
	| { readonly do: "yield" }
	/** Only a person can put it right: the job fails. */
	| { readonly do: "fail-job" };

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Follows from the failure's row in the table alone, and how often it has happened in a row (1 = the first time). */
export function reactionTo(failure: WeirError, attempt: number): Reaction {
	const { scope, retry } = failure.rule;
	if (failure.code === "LEASE_LOST") return { do: "yield" };
	if (scope === "record") return { do: "set-aside" };
	if (retry === "after") return { do: "pause", delayMs: Math.min(failure.retryAfterMs ?? LONGEST_PAUSE_MS, LONGEST_PAUSE_MS) };
	if (retry === "backoff") return { do: "pause", delayMs: Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS) };
	return { do: "fail-job" };
}
