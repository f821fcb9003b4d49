import type { Like } from "../tree.ts";
import { booleanColumn, booleansOf } from "./columns.ts";
import { Failure } from "./failure.ts";
import type { Compile, Evaluate } from "./run.ts";
import { compileScalar } from "./scalar.ts";
import { perText } from "./text-table.ts";
import { lower } from "./texts.ts";

/** One step of a pattern: any run of characters, any one character, or that character. */
type Step = { readonly kind: "run" } | { readonly kind: "any" } | { readonly kind: "letter"; readonly letter: string };

export function compileLike({ operand, pattern, negated, ignoresCase }: Like, compile: Compile): Evaluate {
	const positive =
		pattern.kind === "literal" && typeof pattern.value === "string"
			? perText(compile(operand), likeTest(pattern.value, ignoresCase))
			: compileScalar("boolean", [operand, pattern], compile, "LIKE", (text, shape) => {
					const isEscapeOpen = /\\*$/.exec(String(shape))?.[0].length ?? 0;
					if (isEscapeOpen % 2 === 1) return new Failure("A pattern ends with a single backslash");
					return likeTest(String(shape), ignoresCase)(String(text));
				});
	if (!negated) return positive;
	return (run, rows, count) => {
		const { values, valid } = booleansOf(positive(run, rows, count));
		const out = run.bytes();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			out[row] = 1 - (values[row] as number);
		}
		return booleanColumn(out, valid);
	};
}

/** The test for one pattern. Beginnings, ends and parts, which most patterns are, need no walk. */
function likeTest(pattern: string, ignoresCase: boolean): (text: string) => boolean {
	const test = caseTest(ignoresCase ? lower(pattern) : pattern);
	return ignoresCase ? (text) => test(lower(text)) : test;
}

function caseTest(pattern: string): (text: string) => boolean {
	const simple = /^(%?)([^%_\\]*)(%?)$/.exec(pattern);
	if (simple === null) {
		const steps = stepsOf(pattern);
		return (text) => walks(steps, [...text]);
	}
	const [, before, part = "", after] = simple;
	if (before && after) return (text) => text.includes(part);
	if (before) return (text) => text.endsWith(part);
	if (after) return (text) => text.startsWith(part);
	return (text) => text === part;
}

function stepsOf(pattern: string): readonly Step[] {
	const steps: Step[] = [];
	let isEscaped = false;
	for (const letter of pattern) {
		if (isEscaped) steps.push({ kind: "letter", letter });
		else if (letter === "%") steps.push({ kind: "run" });
		else if (letter === "_") steps.push({ kind: "any" });
		else if (letter !== "\\") steps.push({ kind: "letter", letter });
		isEscaped = !isEscaped && letter === "\\";
	}
	return steps;
}

/** Goes back only to the last run, so the time is at most pattern × text. */
function walks(steps: readonly Step[], letters: readonly string[]): boolean {
	let step = 0;
	let at = 0;
	let runStep = -1;
	let runAt = 0;
	while (at < letters.length) {
		const here = steps[step];
		if (here?.kind === "run") {
			runStep = step++;
			runAt = at;
		} else if (here !== undefined && (here.kind === "any" || here.letter === letters[at])) {
			step += 1;
			at += 1;
		} else if (runStep >= 0) {
			step = runStep + 1;
			at = ++runAt;
		} else return false;
	}
	while (steps[step]?.kind === "run") step += 1;
	return step === steps.length;
}
