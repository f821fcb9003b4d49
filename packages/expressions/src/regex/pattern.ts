import { Alphabet } from "./alphabet.ts";
import { PatternFault } from "./fault.ts";
import { Finder } from "./finder.ts";
import { type Extent, Matcher } from "./matcher.ts";
import { optionsOf } from "./options.ts";
import { parsePattern } from "./parse-pattern.ts";
import { programOf } from "./program.ts";
import { isGreedy } from "./syntax-tree.ts";

/** Characters a pattern may have. */
const MAX_PATTERN = 1000;

/** A match: the whole, and what each group found (null: it took no part). */
export interface Match extends Extent {
	readonly groups: readonly (string | null)[];
}

/** A regular expression in PostgreSQL's syntax, matched in time proportional to the text. */
export class Pattern {
	readonly groups: number;
	readonly #finder: Finder;
	readonly #matcher: Matcher;

	/** Throws a `PatternFault` that says what is wrong with the pattern and where. */
	constructor(text: string, letters = "") {
		if (text.length > MAX_PATTERN)
			throw new PatternFault(`The pattern has ${text.length} characters; at most ${MAX_PATTERN} are allowed`, 0);
		const { part, groups } = parsePattern(text, optionsOf(text, letters));
		const program = programOf(part, groups);
		const alphabet = new Alphabet(program);
		this.groups = groups;
		this.#finder = new Finder(program, alphabet);
		this.#matcher = new Matcher(program, alphabet, isGreedy(part) === false);
	}

	/** Units of the text that the last `find` or `match` looked at. */
	get walked(): number {
		return this.#matcher.walked;
	}

	/** Whether it occurs anywhere in the text. */
	occursIn(text: string): boolean {
		return this.#finder.occursIn(text);
	}

	/** The first match at or after a place of the text, without its groups. */
	find(text: string, from = 0): Extent | undefined {
		return this.#matcher.find(text, from);
	}

	/** The same with the groups. */
	match(text: string, from = 0): Match | undefined {
		const extent = this.find(text, from);
		if (extent === undefined) return undefined;
		if (this.groups === 0) return { ...extent, groups: [] };
		const slots = this.#matcher.groupsOf(text, extent);
		const groups = Array.from({ length: this.groups }, (_, i) => {
			const [start, end] = [slots[2 * i + 2] ?? -1, slots[2 * i + 3] ?? -1];
			return start < 0 || end < 0 ? null : text.slice(start, end);
		});
		return { ...extent, groups };
	}
}
