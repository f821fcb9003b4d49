export interface JsonFault {
	/** Both count from 1. */
	readonly line: number;
	readonly column: number;
	/** What stands there: a character, or the end of the text. */
	readonly found: string;
}

const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
const STRING = /"(?:[^"\\\n\r]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;
/** Deeper than any flow; keeps the walk from running out of stack. */
const MAX_DEPTH = 200;

class Fault extends Error {}

/** Where a text stops being JSON. Browsers word this differently or not at all, so it is found here. Undefined: the text is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
	let at = 0;
	const take = (pattern: RegExp): boolean => {
		pattern.lastIndex = at;
		const found = pattern.exec(text);
		if (found === null) return false;
		at += found[0].length;
		return true;
	};
	const next = () => {
		take(SPACE);
		return text[at];
	};
	const expect = (isThere: boolean) => {
		if (!isThere) throw new Fault();
	};
	const skip = (mark: string): boolean => {
		if (next() !== mark) return false;
		at++;
		return true;
	};
	const list = (end: string, item: () => void) => {
		at++;
		if (skip(end)) return;
		do item();
		while (skip(","));
		expect(skip(end));
	};
	const value = (depth: number): void => {
		const first = next();
		expect(depth < MAX_DEPTH);
		if (first === "[") list("]", () => value(depth + 1));
		else if (first === "{")
			list("}", () => {
				next();
				expect(take(STRING));
				expect(skip(":"));
				value(depth + 1);
			});
		else expect(take(first === '"' ? STRING : LITERAL));
	};
	try {
		value(0);
		next();
		expect(at === text.length);
		return undefined;
	} catch (error) {
		if (!(error instanceof Fault)) throw error;
		const before = text.slice(0, at);
		const line = before.split("\n").length;
		return { line, column: at - (before.lastIndexOf("\n") + 1) + 1, found: at >= text.length ? "the end" : `“${text[at]}”` };
	}
}
