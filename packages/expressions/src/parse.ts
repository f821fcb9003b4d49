import type { FieldType, RecordSchema } from "@weir/records";
import { check } from "./check/check.ts";
import { Checker, withArticle } from "./check/checker.ts";
import { clauseOf } from "./check/refusals.ts";
import { parseSql, type SyntaxRefusal } from "./parser.ts";
import { type PgNode, startOf } from "./pg-nodes.ts";
import type { ExpressionProblem } from "./problems.ts";
import { reportSyntax } from "./syntax.ts";
import type { TypedExpression } from "./tree.ts";

/** Characters an expression may have. */
export const MAX_LENGTH = 8000;

export interface ParsedExpression {
	/** There when there are no problems and the parser is loaded. */
	readonly tree?: TypedExpression;
	readonly problems: readonly ExpressionProblem[];
}

export interface ParseOptions {
	/** Type that the value must have: `boolean` for a condition. An integer is also a number. */
	readonly expected?: FieldType;
}

const PREFIX = "SELECT ";

/**
 * Text in PostgreSQL's grammar → typed tree, or everything wrong with it.
 * Before `loadParser` has finished it knows nothing: no tree and no problems.
 */
export function parseExpression(text: string, schema: RecordSchema, options: ParseOptions = {}): ParsedExpression {
	const checker = new Checker(text, schema, PREFIX.length, check);
	const tree = readExpression(checker, text, options);
	return tree === undefined || checker.problems.length > 0 ? { problems: checker.problems } : { tree, problems: [] };
}

function readExpression(checker: Checker, text: string, options: ParseOptions): TypedExpression | undefined {
	if (text.trim() === "") return checker.report("expression-empty", PREFIX.length, "Write an expression, for example temperature > 20.");
	if (text.length > MAX_LENGTH) {
		const message = `The expression has ${text.length} characters; at most ${MAX_LENGTH} are allowed.`;
		return checker.report("expression-too-long", PREFIX.length, message);
	}
	if (text.includes("\0")) return checker.report("expression-syntax", PREFIX.length, "The text holds a zero character; take it out.");
	const parsed = parseSql(PREFIX + text);
	if (parsed === undefined) return undefined;
	if (isRefusal(parsed)) {
		reportSyntax(checker, text, parsed, PREFIX.length);
		return undefined;
	}
	const node = onlyValue(checker, text, parsed.stmts ?? []);
	if (node === undefined) return undefined;
	const tree = checker.check(node, 1);
	return tree && withExpectedType(checker, tree, node, options.expected);
}

function isRefusal(parsed: object): parsed is SyntaxRefusal {
	return "message" in parsed;
}

/** The one value that the text gives, or a problem: several statements, clauses, several values, a name behind the value. */
function onlyValue(
	checker: Checker,
	text: string,
	statements: readonly { readonly stmt?: PgNode; readonly stmt_location?: number }[],
): PgNode | undefined {
	const [first, second] = statements;
	if (second !== undefined) {
		const semicolon = text.indexOf(";", checker.indexOf((second.stmt_location ?? 1) - 1));
		checker.reportAt(
			"expression-unsupported",
			Math.max(0, semicolon),
			"Only one expression can stand here; take out the semicolon and what follows.",
		);
		return undefined;
	}
	const select = first?.stmt?.SelectStmt;
	const clause = select === undefined ? "another statement" : clauseOf(select);
	if (select === undefined || clause !== undefined) {
		const index = text.toUpperCase().indexOf(clause?.split(/[ ,]/)[0] ?? "");
		checker.reportAt("expression-unsupported", Math.max(0, index), `An expression sees one record and has no ${clause}; take it out.`);
		return undefined;
	}
	const [target, other] = (select.targetList ?? []).map((entry) => entry.ResTarget);
	if (target?.val === undefined)
		return checker.report("expression-empty", PREFIX.length, "Write an expression, for example temperature > 20.");
	if (other !== undefined) {
		return checker.report(
			"expression-unsupported",
			startOf(other.val),
			"An expression gives one value; take out the comma and what follows.",
		);
	}
	if (target.name !== undefined) {
		const index = aliasIndex(text, target.name);
		checker.reportAt("expression-syntax", index, `An operator is missing before \`${target.name}\`; write for example AND, = or + there.`);
		return undefined;
	}
	return target.val;
}

/** A name behind the value is its last word, with or without AS. */
function aliasIndex(text: string, name: string): number {
	return Math.max(0, text.toLowerCase().lastIndexOf(name.toLowerCase()));
}

function withExpectedType(
	checker: Checker,
	tree: TypedExpression,
	node: PgNode,
	expected: FieldType | undefined,
): TypedExpression | undefined {
	if (tree.type === "local") {
		const message = "This is what clocks in a zone show, not a moment. Write it with `::text`, or bring it back with AT TIME ZONE.";
		return checker.report("expression-type", startOf(node), message);
	}
	if (tree.type === "interval")
		return checker.report("expression-type", startOf(node), "This is an interval. Take its seconds with extract(epoch from …).");
	if (expected === undefined) return tree;
	const fitted = checker.coerce(tree, expected, startOf(node));
	if (fitted !== undefined || checker.problems.length > 0) return fitted;
	if (expected === "boolean") {
		return checker.report(
			"expression-type",
			startOf(node),
			`A condition must be true or false, but this is ${withArticle(tree.type)}. Compare it with something.`,
		);
	}
	return checker.report(
		"expression-type",
		startOf(node),
		`The value must be ${withArticle(expected)}, but this is ${withArticle(tree.type)}. Cast it with \`::${expected}\` if that is meant.`,
	);
}
