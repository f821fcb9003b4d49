/** Something wrong in an expression: a `NodeProblem` but for the config path, which only the node knows. */
export interface ExpressionProblem {
	readonly code:
		| "expression-empty"
		| "expression-syntax"
		| "expression-too-long"
		| "expression-too-deep"
		| "expression-unknown-field"
		| "expression-unknown-function"
		| "expression-type"
		| "expression-value"
		| "expression-unsupported";
	readonly severity: "error";
	/** A whole sentence that says what is wrong and what to do. */
	readonly message: string;
	/** 1-based line and column in UTF-16 units, as editors count, and the word there. */
	readonly at: { readonly line: number; readonly column: number; readonly word: string };
	/** The whole text with the likeliest mistake put right, when there is a good guess. */
	readonly mended?: string;
}

const WORD = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}_][\p{L}\p{N}_$]*|\d[\w.]*|[-+*/<>=~!@#%^&|`?:]+|\S/uy;

/** The token that begins at an index of the text. */
export function wordAt(text: string, index: number): string {
	WORD.lastIndex = index;
	return WORD.exec(text)?.[0] ?? "";
}

export function placeOf(text: string, index: number): ExpressionProblem["at"] {
	const before = text.slice(0, index);
	const line = before.split("\n").length;
	return { line, column: index - (before.lastIndexOf("\n") + 1) + 1, word: wordAt(text, index) };
}

/** Index in UTF-16 units of a byte of the text's UTF-8. */
export function indexOfByte(text: string, byte: number): number {
	let bytes = 0;
	let index = 0;
	for (const character of text) {
		if (bytes >= byte) return index;
		const code = character.codePointAt(0) ?? 0;
		bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		index += character.length;
	}
	return index;
}

/** Index in UTF-16 units of the nth code point of the text. */
export function indexOfCodePoint(text: string, place: number): number {
	let index = 0;
	let seen = 0;
	for (const character of text) {
		if (seen >= place) return index;
		seen += 1;
		index += character.length;
	}
	return index;
}

/** The name that was probably meant, if one is near enough. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
	const allowed = Math.max(1, Math.floor(written.length / 3));
	let nearest: string | undefined;
	let least = allowed + 1;
	for (const name of names) {
		const distance = editDistance(written.toLowerCase(), name.toLowerCase(), least);
		if (distance < least) {
			least = distance;
			nearest = name;
		}
	}
	return nearest;
}

/** Inserted, left out, changed and swapped letters between two words (Damerau–Levenshtein, restricted). */
function editDistance(a: string, b: string, giveUpAt: number): number {
	if (Math.abs(a.length - b.length) >= giveUpAt) return giveUpAt;
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
			row.push(least);
		}
		beforeLast = last;
		last = row;
	}
	return last[b.length] ?? giveUpAt;
}
