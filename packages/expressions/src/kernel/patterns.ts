import { printExpression } from "../print.ts";
import { PatternFault } from "../regex/fault.ts";
import { Pattern } from "../regex/pattern.ts";
import { eachMatch, replaceMatches, TOO_MANY_WALKS } from "../regex/replace.ts";
import type { Call, Match, TypedExpression } from "../tree.ts";
import { booleanColumn, booleansOf, keptAs } from "./columns.ts";
import { Failure } from "./failure.ts";
import type { Compile, Evaluate } from "./run.ts";
import { compileScalar, type ScalarFunction } from "./scalar.ts";
import { perText } from "./text-table.ts";

/** Patterns out of fields that are kept ready. */
const MAX_PATTERNS = 64;
const TOO_LONG = new Failure(
	"The searches in one text took too long, because each of them looked at most of it; use a pattern that finds less at a time,",
);

/** Makes patterns ready, and keeps those that were used last. */
function patternsFor(letters: string): (text: string) => Pattern | Failure {
	const ready = new Map<string, Pattern | Failure>();
	return (text) => {
		const known = ready.get(text);
		if (known !== undefined) return known;
		const made = patternOf(text, letters);
		if (ready.size >= MAX_PATTERNS) ready.clear();
		ready.set(text, made);
		return made;
	};
}

function patternOf(text: string, letters: string): Pattern | Failure {
	try {
		return new Pattern(text, letters);
	} catch (error) {
		if (!(error instanceof PatternFault)) throw error;
		return new Failure(`A pattern cannot be read (${error.message})`);
	}
}

/** A pattern that is written is ready once for all rows, and each distinct text is looked at once. */
export function compileMatch(tree: Match, compile: Compile): Evaluate {
	const { operand, pattern, negated, ignoresCase } = tree;
	const ready = patternsFor(ignoresCase ? "i" : "");
	const fixed = pattern.kind === "literal" && typeof pattern.value === "string" ? ready(pattern.value) : undefined;
	if (fixed instanceof Pattern) return perText(compile(operand), (text) => fixed.occursIn(text) !== negated);
	const evaluate = compileScalar("boolean", [operand, pattern], compile, printExpression(tree), (text, shape) => {
		const found = ready(String(shape));
		return found instanceof Failure ? found : found.occursIn(String(text));
	});
	if (!negated) return evaluate;
	return (run, rows, count) => {
		const { values, valid } = booleansOf(evaluate(run, rows, count));
		const out = run.bytes();
		for (let i = 0; i < count; i++) out[rows[i] as number] = 1 - (values[rows[i] as number] as number);
		return booleanColumn(out, valid);
	};
}

type PatternFunction = (pattern: Pattern, text: string, by: string, isGlobal: boolean) => ReturnType<ScalarFunction>;

const FUNCTIONS: Readonly<Record<string, PatternFunction>> = {
	regexp_like: (pattern, text) => pattern.occursIn(text),
	regexp_match(pattern, text) {
		const match = pattern.occursIn(text) ? pattern.match(text) : undefined;
		if (match === undefined) return null;
		return JSON.stringify(pattern.groups === 0 ? [text.slice(match.start, match.end)] : match.groups);
	},
	regexp_substr(pattern, text) {
		const extent = pattern.occursIn(text) ? pattern.find(text) : undefined;
		return extent === undefined ? null : text.slice(extent.start, extent.end);
	},
	regexp_replace(pattern, text, by, isGlobal) {
		const result = pattern.occursIn(text) ? replaceMatches(pattern, text, by, isGlobal) : text;
		return result === TOO_MANY_WALKS ? TOO_LONG : result;
	},
	regexp_count(pattern, text) {
		let count = 0;
		const over = eachMatch(pattern, text, () => {
			count += 1;
			return true;
		});
		return over === undefined ? count : TOO_LONG;
	},
	regexp_split_to_array(pattern, text) {
		const parts: string[] = [];
		let kept = 0;
		const over = eachMatch(pattern, text, ({ start, end }) => {
			// An empty match at either end, or right behind another match, separates nothing.
			if (end > start || (start > kept && start < text.length)) {
				parts.push(text.slice(kept, start));
				kept = end;
			}
			return true;
		});
		return over === undefined ? JSON.stringify([...parts, text.slice(kept)]) : TOO_LONG;
	},
};

/** A function of a text and a pattern; the options are constants. */
export function compilePatternCall(tree: Call, compile: Compile): Evaluate {
	const { name, operands } = tree;
	const [text, pattern, third, fourth] = operands;
	const apply = FUNCTIONS[name];
	if (text === undefined || pattern === undefined || apply === undefined)
		throw new TypeError(`The function ${name} has no implementation.`);
	const options = name === "regexp_replace" ? fourth : third;
	const letters = options?.kind === "literal" ? String(options.value ?? "") : "";
	const ready = patternsFor(letters.replaceAll("g", ""));
	const isGlobal = letters.includes("g");
	const values: readonly TypedExpression[] = name === "regexp_replace" && third !== undefined ? [text, pattern, third] : [text, pattern];
	return compileScalar(keptAs(tree.type), values, compile, printExpression(tree), (subject, shape, by = "") => {
		const found = ready(String(shape));
		return found instanceof Failure ? found : apply(found, String(subject), String(by), isGlobal);
	});
}
