import type { CharSet } from "./char-set.ts";

/** A place between two characters: ends of the text or of a line, and of words. */
export type Place = "text-start" | "text-end" | "line-start" | "line-end" | "word-start" | "word-end" | "word-edge" | "no-word-edge";

/** A pattern in parts. */
export type Part =
	| { readonly kind: "nothing" }
	| { readonly kind: "set"; readonly set: CharSet }
	| { readonly kind: "place"; readonly place: Place }
	| { readonly kind: "sequence"; readonly parts: readonly Part[] }
	| { readonly kind: "choice"; readonly branches: readonly Part[] }
	/** `index` from 1 when the group is captured. */
	| { readonly kind: "group"; readonly part: Part; readonly index?: number }
	| { readonly kind: "repeat"; readonly part: Part; readonly min: number; readonly max: number; readonly isGreedy: boolean };

/**
 * Whether the whole takes the longest match or the shortest, by PostgreSQL's rule: a sequence does as its first repetition does,
 * a choice is always greedy, a fixed number of repetitions says nothing. Undefined when nothing in it says so.
 */
export function isGreedy(part: Part): boolean | undefined {
	switch (part.kind) {
		case "choice":
			return true;
		case "group":
			return isGreedy(part.part);
		case "repeat":
			return part.min === part.max ? isGreedy(part.part) : part.isGreedy;
		case "sequence":
			for (const each of part.parts) {
				const greed = isGreedy(each);
				if (greed !== undefined) return greed;
			}
			return undefined;
		default:
			return undefined;
	}
}
