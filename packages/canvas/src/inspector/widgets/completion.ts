import type { RecordSchema } from "@weir/records";

export interface Completion {
	readonly word: string;
	readonly detail: string;
}

const WORDS: readonly Completion[] = [
	...["and", "or", "not", "is null", "is not null", "in", "between", "like", "case when", "then", "else", "end", "true", "false"].map(
		(word) => ({ word, detail: "SQL" }),
	),
	...["abs", "ceil", "coalesce", "floor", "greatest", "least", "length", "lower", "round", "trim", "upper"].map((word) => ({
		word: `${word}(`,
		detail: "function",
	})),
];

const OFFERED = 8;

/** What can stand at the caret, from the letters before it: fields first. Nothing for an empty word. */
export function completionsAt(text: string, caret: number, input: RecordSchema | undefined): readonly Completion[] {
	const word = wordBefore(text, caret).toLowerCase();
	if (word === "") return [];
	const fields = (input?.fields ?? []).map((field) => ({ word: quoted(field.name), detail: field.type, match: field.name }));
	const all = [...fields, ...WORDS.map((known) => ({ ...known, match: known.word }))];
	return all
		.filter(({ match }) => match.toLowerCase().startsWith(word) && match.toLowerCase() !== word)
		.slice(0, OFFERED)
		.map(({ word: offered, detail }) => ({ word: offered, detail }));
}

export function insertCompletion(text: string, caret: number, word: string): { readonly text: string; readonly caret: number } {
	const start = caret - wordBefore(text, caret).length;
	return { text: text.slice(0, start) + word + text.slice(caret), caret: start + word.length };
}

function wordBefore(text: string, caret: number): string {
	return /[A-Za-z_][\w]*$/.exec(text.slice(0, caret))?.[0] ?? "";
}

/** PostgreSQL folds bare names to lower case, so any other name needs quotes. */
function quoted(name: string): string {
	return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
