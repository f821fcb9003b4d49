/** Which characters a place of a pattern accepts. */
export interface CharSet {
	/** Says the same for two sets that accept the same by construction, so that a program keeps one of them. */
	readonly key: string;
	has(code: number): boolean;
}

type Predicate = (code: number) => boolean;

function property(expression: RegExp): Predicate {
	return (code) => expression.test(String.fromCodePoint(code));
}

const isAlpha = property(/^\p{Alphabetic}$/u);
const isUpper = property(/^\p{Uppercase}$/u);
const isLower = property(/^\p{Lowercase}$/u);
const isSpace = property(/^\p{White_Space}$/u);
const isPunct = property(/^[\p{P}\p{S}]$/u);
const isControl = property(/^\p{Cc}$/u);
const isUnseen = property(/^[\p{Cc}\p{Cs}\p{Cn}]$/u);
const isDigit: Predicate = (code) => code >= 0x30 && code <= 0x39;
const isAlnum: Predicate = (code) => isDigit(code) || isAlpha(code);
const isBlank: Predicate = (code) => code === 0x09 || property(/^\p{Zs}$/u)(code);

/** What counts as part of a word for `\w`, `\m`, `\M` and `\y`. */
export const isWordCharacter: Predicate = (code) => {
	if (code < 0x80) return isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
	return isAlpha(code);
};

/** PostgreSQL's named classes, as its collation C.UTF-8 has them. */
const CLASSES: Readonly<Record<string, Predicate>> = {
	alnum: isAlnum,
	alpha: isAlpha,
	ascii: (code) => code < 0x80,
	blank: isBlank,
	cntrl: isControl,
	digit: isDigit,
	graph: (code) => !isUnseen(code) && !isSpace(code),
	lower: isLower,
	print: (code) => !isControl(code) && !isUnseen(code) && (isBlank(code) || !isSpace(code)),
	punct: (code) => isPunct(code) && !isAlpha(code),
	space: isSpace,
	upper: isUpper,
	word: isWordCharacter,
	xdigit: (code) => isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66),
};

export const CLASS_NAMES: readonly string[] = Object.keys(CLASSES);

/** Collects what stands between brackets. */
export class CharSetBuilder {
	readonly #ranges: (readonly [number, number])[] = [];
	readonly #classes: { readonly name: string; readonly negated: boolean; readonly has: Predicate }[] = [];

	range(from: number, to: number): this {
		this.#ranges.push([from, to]);
		return this;
	}

	/** Undefined for a name that is no class. */
	named(name: string, negated = false): this | undefined {
		const has = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
		if (has === undefined) return undefined;
		this.#classes.push({ name, negated, has });
		return this;
	}

	build({ negated = false, ignoresCase = false, neverNewline = false } = {}): CharSet {
		const ranges = this.#ranges;
		const classes = this.#classes;
		const plain: Predicate = (code) =>
			ranges.some(([from, to]) => code >= from && code <= to) || classes.some((each) => each.has(code) !== each.negated);
		const folded: Predicate = ignoresCase
			? (code) => plain(code) || plain(other(code, "toLowerCase")) || plain(other(code, "toUpperCase"))
			: plain;
		const has: Predicate = negated ? (code) => !folded(code) && !(neverNewline && code === 0x0a) : folded;
		const parts = [...ranges.map((range) => range.join("-")), ...classes.map(({ name, negated: not }) => (not ? `!${name}` : name))];
		return { key: `${negated ? "^" : ""}${ignoresCase ? "i" : ""}${neverNewline ? "n" : ""}:${parts.join(",")}`, has };
	}
}

/** The other case of a letter where that is one letter, as in `lower` and `upper`. */
function other(code: number, map: "toLowerCase" | "toUpperCase"): number {
	if (code < 0x80) {
		if (map === "toLowerCase") return code >= 0x41 && code <= 0x5a ? code + 32 : code;
		return code >= 0x61 && code <= 0x7a ? code - 32 : code;
	}
	const mapped = String.fromCodePoint(code)[map]();
	const first = mapped.codePointAt(0) ?? code;
	return mapped.length === String.fromCodePoint(first).length ? first : code;
}

/** One character. */
export function charSetOf(code: number, ignoresCase: boolean): CharSet {
	return new CharSetBuilder().range(code, code).build({ ignoresCase });
}

/** Any character, or any but the end of a line. */
export function anyCharacter(neverNewline: boolean): CharSet {
	return new CharSetBuilder().build({ negated: true, neverNewline });
}
