import { PatternFault } from "./fault.ts";

export interface Options {
	readonly ignoresCase: boolean;
	/** `.` and negated sets do not accept the end of a line. */
	readonly neverNewline: boolean;
	/** `^` and `$` also stand at the ends of lines. */
	readonly hasLineEnds: boolean;
	/** White space and comments are not part of the pattern. */
	readonly isExpanded: boolean;
	/** The pattern is the text to be found, with no signs in it. */
	readonly isLiteral: boolean;
	/** Units at the beginning of the pattern that say options. */
	readonly skipped: number;
}

const PLAIN: Options = {
	ignoresCase: false,
	neverNewline: false,
	hasLineEnds: false,
	isExpanded: false,
	isLiteral: false,
	skipped: 0,
};

/** What each letter of PostgreSQL's options says. */
const LETTERS: Readonly<Record<string, Partial<Options>>> = {
	c: { ignoresCase: false },
	e: {},
	i: { ignoresCase: true },
	m: { neverNewline: true, hasLineEnds: true },
	n: { neverNewline: true, hasLineEnds: true },
	p: { neverNewline: true, hasLineEnds: false },
	q: { isLiteral: true },
	s: { neverNewline: false, hasLineEnds: false },
	t: { isExpanded: false },
	w: { neverNewline: false, hasLineEnds: true },
	x: { isExpanded: true },
};

/** Options from letters such as `i`; a letter that says nothing is a `PatternFault` at its place in the letters. */
function withLetters(options: Options, letters: string, at: number): Options {
	let result = options;
	[...letters].forEach((letter, i) => {
		const change = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
		if (change === undefined)
			throw new PatternFault(`There is no option \`${letter}\` for a pattern; there are c, i, m, n, p, q, s, t, w and x`, at + i);
		result = { ...result, ...change };
	});
	return result;
}

/** Options by letters beside the pattern and by what stands at its beginning: `***=`, `***:` and `(?i)`. */
export function optionsOf(pattern: string, letters: string): Options {
	let options = withLetters(PLAIN, letters, 0);
	if (options.isLiteral) return options;
	if (pattern.startsWith("***=")) return { ...options, isLiteral: true, skipped: 4 };
	if (pattern.startsWith("***:")) options = { ...options, skipped: 4 };
	else if (pattern.startsWith("***")) throw new PatternFault("After *** only = or : can follow", 3);
	const embedded = /^\(\?([a-z]+)\)/i.exec(pattern.slice(options.skipped, options.skipped + 40));
	if (embedded === null) return options;
	const skipped = options.skipped + embedded[0].length;
	return { ...withLetters(options, embedded[1] ?? "", options.skipped + 2), skipped };
}
