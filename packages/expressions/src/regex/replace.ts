import type { Match, Pattern } from "./pattern.ts";

/** Characters that all searches in one text may walk over together, by the text's length: repeated searches can each look at the whole rest. */
const MAX_WALKS = 16;

/** The searches in one text took too long. */
export const TOO_MANY_WALKS = Symbol("too many walks");

/**
 * Matches one after the other, as PostgreSQL counts them: the next one is sought where the last one ended, a character further when that was empty.
 * `visit` says whether to go on. Gives `TOO_MANY_WALKS` when the searches together cost far more than the text is long.
 */
export function eachMatch(pattern: Pattern, text: string, visit: (match: Match) => boolean): typeof TOO_MANY_WALKS | undefined {
	let left = MAX_WALKS * (text.length + 64);
	for (let from = 0; from <= text.length; ) {
		const match = pattern.match(text, from);
		if (match === undefined || !visit(match)) return undefined;
		left -= pattern.walked;
		if (left < 0) return TOO_MANY_WALKS;
		const isWide = match.end === match.start && (text.codePointAt(match.end) ?? 0) > 0xffff;
		from = match.end === match.start ? match.end + (isWide ? 2 : 1) : match.end;
	}
	return undefined;
}

/** The text with the first match, or all of them, replaced; in the replacement `\1` to `\9` are groups, `\&` is the whole match. */
export function replaceMatches(pattern: Pattern, text: string, by: string, isGlobal: boolean): string | typeof TOO_MANY_WALKS {
	let result = "";
	let kept = 0;
	const over = eachMatch(pattern, text, (match) => {
		result += text.slice(kept, match.start) + filledIn(by, text, match);
		kept = match.end;
		return isGlobal;
	});
	return over ?? result + text.slice(kept);
}

function filledIn(by: string, text: string, { start, end, groups }: Match): string {
	if (!by.includes("\\")) return by;
	return by.replace(/\\([1-9&\\])/g, (_whole, sign: string) => {
		if (sign === "\\") return "\\";
		return sign === "&" ? text.slice(start, end) : (groups[Number(sign) - 1] ?? "");
	});
}
