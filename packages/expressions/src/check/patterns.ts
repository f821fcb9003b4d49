import type { FunctionName } from "../functions.ts";
import { type PgNode, startOf } from "../pg-nodes.ts";
import { PatternFault } from "../regex/fault.ts";
import { Pattern } from "../regex/pattern.ts";
import type { TypedExpression } from "../tree.ts";
import type { Checker } from "./checker.ts";

/** Where the options stand among a function's operands, and which it takes beside those of every pattern. */
const OPTIONS: Readonly<Partial<Record<FunctionName, readonly [operand: number, more: string]>>> = {
	regexp_like: [2, ""],
	regexp_match: [2, ""],
	regexp_replace: [3, "g"],
	regexp_split_to_array: [2, ""],
};

/** Pattern and options of a function; options cannot differ from row to row. */
export function checkPattern(checker: Checker, name: FunctionName, operands: readonly TypedExpression[], nodes: readonly PgNode[]): void {
	const [place, more] = OPTIONS[name] ?? [9, ""];
	const options = operands[place];
	if (options !== undefined && (options.kind !== "literal" || typeof options.value !== "string")) {
		checker.report("expression-unsupported", startOf(nodes[place]), `The options of \`${name}\` must be plain letters such as 'i'.`);
		return;
	}
	const letters = String(options?.kind === "literal" ? options.value : "");
	const others = more === "" ? letters : letters.replaceAll(more, "");
	try {
		new Pattern("", others);
	} catch (error) {
		if (!(error instanceof PatternFault)) throw error;
		checker.report("expression-value", startOf(nodes[place]), `${error.message}${more === "" ? "" : ` here, and ${more}`}.`);
		return;
	}
	checkPatternText(checker, operands[1], nodes[1], others);
}

/** A pattern that is written is read at once, and the problem stands at the character that is wrong. */
export function checkPatternText(checker: Checker, pattern: TypedExpression | undefined, node: PgNode | undefined, letters: string): void {
	if (pattern?.kind !== "literal" || typeof pattern.value !== "string") return;
	try {
		new Pattern(pattern.value, letters);
	} catch (error) {
		if (!(error instanceof PatternFault)) throw error;
		const index = checker.indexOf(startOf(node));
		const isPlain = checker.text.startsWith(`'${pattern.value}'`, index);
		checker.reportAt("expression-value", isPlain ? index + 1 + error.at : index, `${error.message}.`.replace(/\?\.$/, "?"));
	}
}
