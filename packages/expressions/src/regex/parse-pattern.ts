import { nearestName } from "../problems.ts";
import { anyCharacter, CharSetBuilder, CLASS_NAMES, charSetOf } from "./char-set.ts";
import { PatternFault } from "./fault.ts";
import type { Options } from "./options.ts";
import type { Part, Place } from "./syntax-tree.ts";

export interface ParsedPattern {
	readonly part: Part;
	readonly groups: number;
}

const MAX_DEPTH = 100;
/** PostgreSQL's bound on `{m,n}`. */
const MAX_REPEAT = 255;

const NO_LOOK =
	"Looking ahead and behind, (?=…), (?!…), (?<=…) and (?<!…), is not available, because it cannot be done in one pass over the text";
const NO_BACK = "Going back to what a group found, as \\1 does, is not available, because it cannot be done in one pass over the text";

const PLACES: Readonly<Record<string, Place>> = {
	A: "text-start",
	Z: "text-end",
	m: "word-start",
	M: "word-end",
	y: "word-edge",
	Y: "no-word-edge",
};
const SHORTHANDS: Readonly<Record<string, readonly [name: string, negated: boolean]>> = {
	d: ["digit", false],
	D: ["digit", true],
	s: ["space", false],
	S: ["space", true],
	w: ["word", false],
	W: ["word", true],
};
const CONTROLS: Readonly<Record<string, number>> = { a: 7, b: 8, B: 0x5c, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** PostgreSQL's advanced regular expressions → parts. Throws a `PatternFault`. */
export function parsePattern(text: string, options: Options): ParsedPattern {
	return new PatternReader(text, options).read();
}

class PatternReader {
	readonly #text: string;
	readonly #options: Options;
	#at: number;
	#groups = 0;

	constructor(text: string, options: Options) {
		this.#text = text;
		this.#options = options;
		this.#at = options.skipped;
	}

	read(): ParsedPattern {
		if (this.#options.isLiteral) {
			const parts = [...this.#text.slice(this.#at)].map((letter): Part => this.#letter(letter.codePointAt(0) ?? 0));
			return { part: { kind: "sequence", parts }, groups: 0 };
		}
		const part = this.#choice(0);
		if (this.#at < this.#text.length) this.#fail("A closing parenthesis stands here without an opening one");
		return { part, groups: this.#groups };
	}

	#fail(why: string, at = this.#at): never {
		throw new PatternFault(why, at);
	}

	#choice(depth: number): Part {
		if (depth > MAX_DEPTH) this.#fail(`The pattern is nested deeper than ${MAX_DEPTH} groups`);
		const branches = [this.#sequence(depth)];
		while (this.#text[this.#at] === "|") {
			this.#at += 1;
			branches.push(this.#sequence(depth));
		}
		const [only] = branches;
		return branches.length === 1 && only !== undefined ? only : { kind: "choice", branches };
	}

	#sequence(depth: number): Part {
		const parts: Part[] = [];
		for (;;) {
			this.#skipBlanks();
			const letter = this.#text[this.#at];
			if (letter === undefined || letter === "|" || letter === ")") break;
			const part = this.#atom(letter, depth);
			if (part !== undefined) parts.push(this.#quantified(part));
		}
		const [only] = parts;
		if (only === undefined) return { kind: "nothing" };
		return parts.length === 1 ? only : { kind: "sequence", parts };
	}

	/** With the option x, white space and what follows a # is not part of the pattern; a comment never is. */
	#skipBlanks(): void {
		for (;;) {
			if (this.#text.startsWith("(?#", this.#at)) {
				const end = this.#text.indexOf(")", this.#at);
				if (end < 0) this.#fail("A comment begins here with (?# but has no end");
				this.#at = end + 1;
			} else if (this.#options.isExpanded && /[\s#]/.test(this.#text[this.#at] ?? ".")) {
				const end = this.#text[this.#at] === "#" ? this.#text.indexOf("\n", this.#at) : this.#at;
				this.#at = end < 0 ? this.#text.length : end + 1;
			} else return;
		}
	}

	#atom(letter: string, depth: number): Part | undefined {
		switch (letter) {
			case "(":
				return this.#group(depth);
			case "[":
				return this.#bracket();
			case "\\":
				return this.#escape();
			case "^":
				this.#at += 1;
				return { kind: "place", place: this.#options.hasLineEnds ? "line-start" : "text-start" };
			case "$":
				this.#at += 1;
				return { kind: "place", place: this.#options.hasLineEnds ? "line-end" : "text-end" };
			case ".":
				this.#at += 1;
				return { kind: "set", set: anyCharacter(this.#options.neverNewline) };
			case "*":
			case "+":
			case "?":
				return this.#fail(`\`${letter}\` stands here with nothing before it to repeat`);
			case "{":
				if (isDigit(this.#text[this.#at + 1])) this.#fail("`{` stands here with nothing before it to repeat");
		}
		const code = this.#text.codePointAt(this.#at) ?? 0;
		this.#at += code > 0xffff ? 2 : 1;
		return this.#letter(code);
	}

	#letter(code: number): Part {
		return { kind: "set", set: charSetOf(code, this.#options.ignoresCase) };
	}

	#group(depth: number): Part {
		const start = this.#at;
		if (/^\(\?(?:[=!]|<[=!])/.test(this.#text.slice(start, start + 4))) this.#fail(NO_LOOK);
		const isCaptured = !this.#text.startsWith("(?", start);
		if (!isCaptured && !this.#text.startsWith("(?:", start)) {
			this.#fail("After `(?` only `:` can follow here; options such as (?i) stand at the very beginning");
		}
		this.#at += isCaptured ? 1 : 3;
		const index = isCaptured ? ++this.#groups : undefined;
		const part = this.#choice(depth + 1);
		if (this.#text[this.#at] !== ")") this.#fail("A group begins here with ( but has no end", start);
		this.#at += 1;
		return index === undefined ? { kind: "group", part } : { kind: "group", part, index };
	}

	#quantified(part: Part): Part {
		this.#skipBlanks();
		const start = this.#at;
		const bounds = this.#bounds();
		if (bounds === undefined) return part;
		if (part.kind === "place") this.#fail("A place such as ^ or \\y cannot be repeated", start);
		const isGreedy = this.#text[this.#at] !== "?";
		if (!isGreedy) this.#at += 1;
		const [min, max] = bounds;
		this.#skipBlanks();
		if (/^(?:[*+?]|\{\d)/.test(this.#text.slice(this.#at, this.#at + 2))) this.#fail("A repetition cannot follow another one directly");
		return { kind: "repeat", part, min, max, isGreedy };
	}

	#bounds(): readonly [number, number] | undefined {
		const letter = this.#text[this.#at];
		const simple =
			letter === "*" ? [0, Number.POSITIVE_INFINITY] : letter === "+" ? [1, Number.POSITIVE_INFINITY] : letter === "?" ? [0, 1] : undefined;
		if (simple !== undefined) {
			this.#at += 1;
			return simple as [number, number];
		}
		if (letter !== "{" || !isDigit(this.#text[this.#at + 1])) return undefined;
		const match = /^\{(\d+)(,?)(\d*)\}/.exec(this.#text.slice(this.#at, this.#at + 24));
		const min = Number(match?.[1]);
		const max = match?.[2] === "" ? min : match?.[3] === "" ? Number.POSITIVE_INFINITY : Number(match?.[3]);
		if (match === null || min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY) || min > max) {
			this.#fail(`A repetition is written {n}, {n,} or {n,m}, with numbers up to ${MAX_REPEAT}`);
		}
		this.#at += match[0].length;
		return [min, max];
	}

	#escape(): Part {
		const letter = this.#text[this.#at + 1] ?? this.#fail("A pattern must not end with a single backslash");
		const shorthand = Object.hasOwn(SHORTHANDS, letter) ? SHORTHANDS[letter] : undefined;
		const place = Object.hasOwn(PLACES, letter) ? PLACES[letter] : undefined;
		if (shorthand !== undefined) {
			this.#at += 2;
			const builder = new CharSetBuilder();
			builder.named(...shorthand);
			return { kind: "set", set: builder.build() };
		}
		if (place !== undefined) {
			this.#at += 2;
			return { kind: "place", place };
		}
		return this.#letter(this.#escapedCharacter());
	}

	/** The character that a backslash and what follows stand for. */
	#escapedCharacter(): number {
		const start = this.#at;
		const letter = this.#text[start + 1] ?? this.#fail("A pattern must not end with a single backslash");
		const rest = this.#text.slice(start + 1, start + 260);
		const code = /^u[\da-f]{4}/i.exec(rest) ?? /^U[\da-f]{8}/i.exec(rest) ?? /^x[\da-f]{1,254}/i.exec(rest);
		if (code !== null) {
			const value = Number.parseInt(code[0].slice(1), 16);
			if (!(value <= 0x10ffff)) this.#fail("There is no such character");
			this.#at += 1 + code[0].length;
			return value;
		}
		if (isDigit(letter)) return this.#octal(rest);
		if (letter === "c" && rest.length > 1) {
			this.#at += 3;
			return rest.charCodeAt(1) & 0x1f;
		}
		if (Object.hasOwn(CONTROLS, letter)) {
			this.#at += 2;
			return CONTROLS[letter] ?? 0;
		}
		if (/^[a-z\d]$/i.test(letter)) this.#fail(`\\${letter} means nothing in a pattern`);
		const plain = this.#text.codePointAt(start + 1) ?? 0;
		this.#at += plain > 0xffff ? 3 : 2;
		return plain;
	}

	#octal(rest: string): number {
		const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest)?.[0];
		const number = /^[1-9]\d*/.exec(rest)?.[0];
		if (octal === undefined || (number !== undefined && (number.length === 1 || Number(number) <= this.#groups))) this.#fail(NO_BACK);
		this.#at += 1 + octal.length;
		return Number.parseInt(octal, 8) & 0xff;
	}

	#bracket(): Part {
		for (const [word, place] of [
			["[[:<:]]", "word-start"],
			["[[:>:]]", "word-end"],
		] as const) {
			if (!this.#text.startsWith(word, this.#at)) continue;
			this.#at += word.length;
			return { kind: "place", place };
		}
		const start = this.#at;
		this.#at += 1;
		const negated = this.#text[this.#at] === "^";
		if (negated) this.#at += 1;
		const builder = new CharSetBuilder();
		let isFirst = true;
		while (isFirst || this.#text[this.#at] !== "]") {
			if (this.#at >= this.#text.length) this.#fail("A set begins here with [ but has no end", start);
			this.#member(builder);
			isFirst = false;
		}
		this.#at += 1;
		const { ignoresCase, neverNewline } = this.#options;
		return { kind: "set", set: builder.build({ negated, ignoresCase, neverNewline: negated && neverNewline }) };
	}

	/** One character, range or class of a set. */
	#member(builder: CharSetBuilder): void {
		const start = this.#at;
		if (this.#text.startsWith("[:", start)) {
			const name = /^\[:([^\]:]*):\]/.exec(this.#text.slice(start, start + 24))?.[1];
			if (name === undefined || builder.named(name) === undefined) this.#failClass(name);
			this.#at += name.length + 4;
			return;
		}
		if (this.#text[start] === "\\") {
			const letter = this.#text[start + 1] ?? "";
			const shorthand = Object.hasOwn(SHORTHANDS, letter) ? SHORTHANDS[letter] : undefined;
			if (shorthand !== undefined) {
				builder.named(...shorthand);
				this.#at += 2;
				return;
			}
		}
		const from = this.#setCharacter();
		const isRange = this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== "]" && this.#at + 1 < this.#text.length;
		if (!isRange) {
			if (this.#isHyphenAstray(start)) this.#fail("A hyphen in a set stands first, last or between two characters", start);
			builder.range(from, from);
			return;
		}
		this.#at += 1;
		const to = this.#setCharacter();
		if (to < from) this.#fail("A range in a set runs from the smaller character to the greater one", start);
		builder.range(from, to);
	}

	/** PostgreSQL takes a plain hyphen only at either end of a set. */
	#isHyphenAstray(at: number): boolean {
		if (this.#text[at] !== "-") return false;
		const before = this.#text.slice(0, at);
		const isFirst = before.endsWith("[") || before.endsWith("[^");
		return !isFirst && this.#text[at + 1] !== "]";
	}

	#failClass(name: string | undefined): never {
		const nearest = name === undefined ? undefined : nearestName(name, CLASS_NAMES);
		const advice = nearest === undefined ? `the classes are ${CLASS_NAMES.join(", ")}` : `did you mean [:${nearest}:]?`;
		this.#fail(`There is no class of characters ${name === undefined ? "here" : `[:${name}:]`}; ${advice}`);
	}

	#setCharacter(): number {
		const start = this.#at;
		if (this.#text[start] === "\\") return this.#escapedCharacter();
		const collating = /^\[([.=])(.)\1\]/su.exec(this.#text.slice(start, start + 6));
		if (collating !== null) {
			this.#at += collating[0].length;
			return collating[2]?.codePointAt(0) ?? 0;
		}
		if (/^\[[.=:]/.test(this.#text.slice(start, start + 2))) this.#fail("Named characters are not available; write the character itself");
		const code = this.#text.codePointAt(start);
		if (code === undefined) this.#fail("A set has no end");
		this.#at += code > 0xffff ? 2 : 1;
		return code;
	}
}

function isDigit(letter: string | undefined): boolean {
	return letter !== undefined && letter >= "0" && letter <= "9";
}
