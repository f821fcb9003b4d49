import { isWordCharacter } from "./char-set.ts";
import type { Place } from "./syntax-tree.ts";

/** What a place depends on: the character on one side of it, or that there is none. */
export const NO_CHARACTER = 0;
const PLAIN_CHARACTER = 1;
const WORD_CHARACTER = 2;
const NEWLINE = 3;

const NEWLINE_CODE = 0x0a;

/** The kind of the character with this code. */
export function sideOf(code: number): number {
	return code === NEWLINE_CODE ? NEWLINE : isWordCharacter(code) ? WORD_CHARACTER : PLAIN_CHARACTER;
}

/** Whether the place between two such sides is one. */
export function isAt(place: Place, before: number, after: number): boolean {
	const isWordBefore = before === WORD_CHARACTER;
	const isWordAfter = after === WORD_CHARACTER;
	switch (place) {
		case "text-start":
			return before === NO_CHARACTER;
		case "text-end":
			return after === NO_CHARACTER;
		case "line-start":
			return before === NO_CHARACTER || before === NEWLINE;
		case "line-end":
			return after === NO_CHARACTER || after === NEWLINE;
		case "word-start":
			return !isWordBefore && isWordAfter;
		case "word-end":
			return isWordBefore && !isWordAfter;
		case "word-edge":
			return isWordBefore !== isWordAfter;
		case "no-word-edge":
			return isWordBefore === isWordAfter;
	}
}
