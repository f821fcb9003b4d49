import { WeirError } from "./weir-error.ts";

/** Ends a switch over a closed set; the compiler refuses it while a case is missing. */
export function assertNever(value: never): never {
	throw new WeirError("INVARIANT_BROKEN", `A case is missing for ${JSON.stringify(value)}.`);
}

/** Throws INVARIANT_BROKEN when something that must hold does not. */
export function invariant(holds: unknown, sentence: string): asserts holds {
	if (!holds) throw new WeirError("INVARIANT_BROKEN", sentence);
}
