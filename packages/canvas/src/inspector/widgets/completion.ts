import { describeFunctions, type FunctionDescription, quotedName } from "@weir/expressions";
import type { RecordSchema } from "@weir/records";

export interface Completion {
	readonly word: string;
	readonly detail: string;
	/** What a function does; only functions have it. */
	readonly help?: FunctionDescription;
}

const WORDS: readonly Completion[] = [
	"and",
	"or",
	"not",
	"is null",
	"is not null",
	"in",
	"between",
	"like",
	"ilike",
	"case when",
	"then",
	"else",
	"end",
	"true",
	"false",
	"at time zone",
	"interval",
].map((word) => ({ word, detail: "SQL" }));

const FUNCTIONS: ReadonlyMap<string, FunctionDescription> = new Map(describeFunctions().map((each) => [each.name, each]));

const FORMS = new Set(["case", "timezone", "jsonb_exists"]);

/** Functions that are written with parentheses behind their name, which are nearly all. */
const CALLS: readonly Completion[] = [...FUNCTIONS.values()]
	.filter(({ name }) => !FORMS.has(name))
	.map((help) => ({ word: `${help.name}(`, detail: help.result, help }));

const OFFERED = 8;

/** What can stand at the caret, from the letters before it: fields first. Nothing for an empty word. */
export function completionsAt(text: string, caret: number, input: RecordSchema | undefined): readonly Completion[] {
	const word = wordBefore(text, caret).toLowerCase();
	if (word === "") return [];
	const fields = (input?.fields ?? []).map((field) => ({ word: quotedName(field.name), detail: field.type, match: field.name }));
	const all = [...fields, ...[...WORDS, ...CALLS].map((known) => ({ ...known, match: known.word }))];
	return all
		.filter(({ match }) => match.toLowerCase().startsWith(word) && match.toLowerCase() !== word)
		.slice(0, OFFERED)
		.map(({ match, ...completion }) => completion);
}

/** The function whose parentheses the caret is in, the innermost if there are several. */
export function functionAt(text: string, caret: number): FunctionDescription | undefined {
	const open: (FunctionDescription | undefined)[] = [];
	const before = text.slice(0, caret);
	for (const [token] of before.matchAll(/'(?:[^']|'')*(?:'|$)|"[^"]*(?:"|$)|\w+\s*\(|[()]/g)) {
		if (token === ")") open.pop();
		else if (token.endsWith("(")) open.push(FUNCTIONS.get(token.slice(0, -1).trim().toLowerCase()));
	}
	return open.findLast((each) => each !== undefined);
}

export function insertCompletion(text: string, caret: number, word: string): { readonly text: string; readonly caret: number } {
	const start = caret - wordBefore(text, caret).length;
	return { text: text.slice(0, start) + word + text.slice(caret), caret: start + word.length };
}

function wordBefore(text: string, caret: number): string {
	return /[A-Za-z_][\w]*$/.exec(text.slice(0, caret))?.[0] ?? "";
}
