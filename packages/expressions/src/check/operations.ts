import { lastName, type PgNode, type PgOperation, startOf } from "../pg-nodes.ts";
import type { ArithmeticOperator, BitOperator, ComparisonOperator, TypedExpression } from "../tree.ts";
import { MONTHS_SENTENCE } from "./arguments.ts";
import { checkQuantified } from "./arrays.ts";
import { unify } from "./branches.ts";
import { chosen } from "./calls.ts";
import { type Checker, isNumeric, withArticle } from "./checker.ts";
import { comparable, comparison, sentence } from "./comparisons.ts";
import { checkPatternText } from "./patterns.ts";
import { refuseOperator } from "./refusals.ts";
import { timeArithmetic } from "./time.ts";

const COMPARISONS = new Set<string>(["=", "<>", "<", "<=", ">", ">="]);
const ARITHMETIC = new Set<string>(["+", "-", "*", "/", "%", "^"]);

const BITWISE = new Set<string>(["&", "|", "#", "<<", ">>"]);
const OTHERS = new Set([...BITWISE, "||", "->", "->>", "#>", "#>>", "?", "~", "~*", "!~", "!~*"]);

function isBitwise(name: string): name is BitOperator {
	return BITWISE.has(name);
}

function isComparison(name: string): name is ComparisonOperator {
	return COMPARISONS.has(name);
}

function isArithmetic(name: string): name is ArithmeticOperator {
	return ARITHMETIC.has(name);
}

/** Everything PostgreSQL's grammar keeps as an operation: operators, IN, LIKE, BETWEEN, NULLIF, DISTINCT. */
export function checkOperation(checker: Checker, operation: PgOperation, depth: number): TypedExpression | undefined {
	switch (operation.kind) {
		case "AEXPR_OP":
			return checkOperator(checker, operation, depth);
		case "AEXPR_DISTINCT":
		case "AEXPR_NOT_DISTINCT":
		case "AEXPR_NULLIF":
			return checkPair(checker, operation, depth);
		case "AEXPR_IN":
			return checkIn(checker, operation, depth);
		case "AEXPR_LIKE":
		case "AEXPR_ILIKE":
			return checkLike(checker, operation, depth);
		case "AEXPR_BETWEEN":
		case "AEXPR_NOT_BETWEEN":
		case "AEXPR_BETWEEN_SYM":
		case "AEXPR_NOT_BETWEEN_SYM":
			return checkBetween(checker, operation, depth);
		case "AEXPR_OP_ANY":
		case "AEXPR_OP_ALL":
			return checkQuantified(checker, operation, lastName(operation.name), depth);
		default:
			return refuseOperator(checker, operation, operation.kind === "AEXPR_SIMILAR" ? "SIMILAR TO" : lastName(operation.name));
	}
}

function checkOperator(checker: Checker, operation: PgOperation, depth: number): TypedExpression | undefined {
	const name = lastName(operation.name);
	const location = operation.location ?? 0;
	if (operation.lexpr === undefined) return checkPrefix(checker, operation, name, depth);
	if (!isComparison(name) && !isArithmetic(name) && !OTHERS.has(name)) return refuseOperator(checker, operation, name);
	const left = checker.check(operation.lexpr, depth + 1);
	const right = checker.check(operation.rexpr, depth + 1);
	if (left === undefined || right === undefined) return undefined;
	if (isComparison(name)) return comparison(checker, name, left, right, location, [operation.lexpr, operation.rexpr]);
	if (isArithmetic(name)) return arithmetic(checker, name, left, right, operation);
	if (isBitwise(name)) return bits(checker, name, left, right, operation);
	if (name.includes("~")) return match(checker, name, left, right, operation);
	if (name === "||") return concatenation(checker, left, right, location);
	if (name === "?") return chosen(checker, "jsonb_exists", [left, right], [operation.lexpr, operation.rexpr ?? {}], location);
	if (name === "#>" || name === "#>>") return path(checker, name, left, right, operation);
	return member(checker, name === "->" ? "json" : "text", left, right, operation);
}

function checkPrefix(checker: Checker, operation: PgOperation, name: string, depth: number): TypedExpression | undefined {
	if (name !== "-" && name !== "+") return refuseOperator(checker, operation, name);
	const tree = checker.check(operation.rexpr, depth + 1);
	const operand = tree !== undefined && checker.isUntyped(tree) ? checker.coerce(tree, "number", startOf(operation.rexpr)) : tree;
	if (operand === undefined) return undefined;
	if (operand.kind === "months") return checker.report("expression-unsupported", startOf(operation.rexpr), MONTHS_SENTENCE);
	if (!isNumeric(operand.type) && operand.type !== "interval") {
		const message = `\`${name}\` needs a number behind it, but this is ${withArticle(operand.type)}.`;
		return checker.report("expression-type", operation.location ?? 0, message);
	}
	return name === "+" ? operand : Object.freeze({ kind: "negate", type: operand.type, operand });
}

function arithmetic(
	checker: Checker,
	operator: ArithmeticOperator,
	left: TypedExpression,
	right: TypedExpression,
	operation: PgOperation,
): TypedExpression | undefined {
	const location = operation.location ?? 0;
	if (isOfTime(left) || isOfTime(right)) return timeArithmetic(checker, operator, left, right, operation);
	const type = checker.commonType([left, right]);
	const isUndecided = checker.isUntyped(left) && checker.isUntyped(right);
	if (type === undefined || (!isNumeric(type) && !isUndecided)) {
		return checker.report("expression-type", location, arithmeticRefusal(operator, left, right));
	}
	const operandType = operator === "^" || isUndecided ? "number" : type;
	const a = checker.coerce(left, operandType, startOf(operation.lexpr));
	const b = checker.coerce(right, operandType, startOf(operation.rexpr));
	if (a === undefined || b === undefined) return undefined;
	return Object.freeze({ kind: "arithmetic", type: operandType, operator, left: a, right: b });
}

function isOfTime({ type }: TypedExpression): boolean {
	return type === "timestamp" || type === "local" || type === "interval";
}

function arithmeticRefusal(operator: ArithmeticOperator, left: TypedExpression, right: TypedExpression): string {
	const odd = isNumeric(left.type) ? right : left;
	const side = odd === left ? "left" : "right";
	if (operator === "+" && odd.type === "text")
		return `\`+\` adds numbers, but on its ${side} is text. Join texts with \`||\`, or cast with \`::number\`.`;
	const hint = odd.type === "text" ? " Cast it with `::number`." : odd.type === "json" ? " Take a value out with `->>` and cast it." : "";
	return `\`${operator}\` needs numbers on both sides, but on its ${side} is ${withArticle(odd.type)}.${hint}`;
}

/** `~`, `~*`, `!~` and `!~*`. */
function match(
	checker: Checker,
	name: string,
	left: TypedExpression,
	right: TypedExpression,
	operation: PgOperation,
): TypedExpression | undefined {
	const odd = left.type !== "text" ? left : right.type !== "text" ? right : undefined;
	if (odd !== undefined) {
		const message = `\`${name}\` looks for a regular expression in a text, but here is ${withArticle(odd.type)}. Cast it with \`::text\`.`;
		return checker.report("expression-type", operation.location ?? 0, message);
	}
	const problems = checker.problems.length;
	const ignoresCase = name.endsWith("*");
	checkPatternText(checker, right, operation.rexpr, ignoresCase ? "i" : "");
	if (checker.problems.length > problems) return undefined;
	return Object.freeze({ kind: "match", type: "boolean", negated: name.startsWith("!"), ignoresCase, operand: left, pattern: right });
}

/** `&`, `|`, `#`, `<<` and `>>` on integers; between conditions the words AND and OR were meant. */
function bits(
	checker: Checker,
	name: BitOperator,
	left: TypedExpression,
	right: TypedExpression,
	operation: PgOperation,
): TypedExpression | undefined {
	const a = checker.coerce(left, "integer", startOf(operation.lexpr));
	const b = checker.coerce(right, "integer", startOf(operation.rexpr));
	if (a !== undefined && b !== undefined) return Object.freeze({ kind: "bits", type: "integer", operator: name, left: a, right: b });
	const word = name === "&" ? "AND" : "OR";
	const index = checker.indexOf(operation.location ?? 0);
	const isLogic = (name === "&" || name === "|") && (left.type === "boolean" || right.type === "boolean");
	const message = `\`${name}\` works on the bits of integers, but here are ${withArticle(left.type)} and ${withArticle(right.type)}.${isLogic ? ` Write ${word} to join conditions.` : ""}`;
	const mended = isLogic ? checker.text.slice(0, index) + word + checker.text.slice(index + 1) : undefined;
	return checker.report("expression-type", operation.location ?? 0, message, mended);
}

/** `#>` and `#>>` with a path such as '{values,0}'. */
function path(
	checker: Checker,
	name: "#>" | "#>>",
	left: TypedExpression,
	right: TypedExpression,
	operation: PgOperation,
): TypedExpression | undefined {
	const written =
		right.kind === "literal" && typeof right.value === "string" ? /^\s*\{([^{}"\\]*)\}\s*$/.exec(right.value)?.[1] : undefined;
	if (written === undefined || written.trim() === "") {
		const message = `\`${name}\` needs a path such as '{values,0}' on its right; for others use json_extract_path(json, step, …).`;
		return checker.report("expression-unsupported", operation.location ?? 0, message);
	}
	const steps = written.split(",").map((step): TypedExpression => Object.freeze({ kind: "literal", type: "text", value: step.trim() }));
	const nodes = [operation.lexpr ?? {}, ...steps.map(() => operation.rexpr ?? {})];
	return chosen(checker, name === "#>" ? "json_extract_path" : "json_extract_path_text", [left, ...steps], nodes, operation.location ?? 0);
}

/** `||`: at least one side is text, and the other is written as text. */
function concatenation(checker: Checker, left: TypedExpression, right: TypedExpression, location: number): TypedExpression | undefined {
	if (left.type === "boolean" && right.type === "boolean") {
		return checker.report("expression-type", location, "`||` joins texts. To say that one of two conditions is enough, write OR.");
	}
	if ((left.type !== "text" && right.type !== "text") || left.type === "interval" || right.type === "interval") {
		const message = `\`||\` joins texts, but here are ${withArticle(left.type)} and ${withArticle(right.type)}. Cast one with \`::text\`.`;
		return checker.report("expression-type", location, message);
	}
	const operands = [left, right].map(
		(operand): TypedExpression => (operand.type === "text" ? operand : Object.freeze({ kind: "cast", type: "text", operand })),
	);
	return Object.freeze({ kind: "join", type: "text", operands: Object.freeze(operands) });
}

function member(
	checker: Checker,
	type: "json" | "text",
	left: TypedExpression,
	right: TypedExpression,
	operation: PgOperation,
): TypedExpression | undefined {
	const location = operation.location ?? 0;
	const arrow = type === "json" ? "->" : "->>";
	const operand = checker.isUntyped(left) ? checker.coerce(left, "json", startOf(operation.lexpr)) : left;
	if (operand === undefined) return undefined;
	if (operand.type !== "json") {
		const message = `\`${arrow}\` reaches into json, but on its left is ${withArticle(operand.type)}.${operand.type === "text" ? " Cast it with `::json`, or use `->` for the steps before." : ""}`;
		return checker.report("expression-type", location, message);
	}
	if (right.type !== "text" && right.type !== "integer") {
		return checker.report("expression-type", location, `\`${arrow}\` needs a member's name in quotes or an element's number on its right.`);
	}
	return Object.freeze({ kind: "member", type, operand, key: right });
}

function checkPair(checker: Checker, operation: PgOperation, depth: number): TypedExpression | undefined {
	const left = checker.check(operation.lexpr, depth + 1);
	const right = checker.check(operation.rexpr, depth + 1);
	if (left === undefined || right === undefined) return undefined;
	const pair = comparable(checker, left, right, operation.location ?? 0, [operation.lexpr, operation.rexpr]);
	if (pair === undefined) return undefined;
	const [a, b] = pair;
	if (operation.kind === "AEXPR_NULLIF" && a.kind === "months")
		return checker.report("expression-unsupported", startOf(operation.lexpr), MONTHS_SENTENCE);
	if (operation.kind === "AEXPR_NULLIF")
		return Object.freeze({ kind: "nullif", type: left.type === "integer" ? left.type : a.type, left: a, right: b });
	return Object.freeze({ kind: "distinct", type: "boolean", negated: operation.kind === "AEXPR_NOT_DISTINCT", left: a, right: b });
}

function checkIn(checker: Checker, operation: PgOperation, depth: number): TypedExpression | undefined {
	const nodes: readonly (PgNode | undefined)[] = [operation.lexpr, ...(operation.rexpr?.List?.items ?? [])];
	const trees = nodes.map((node) => checker.check(node, depth + 1));
	if (!trees.every((tree) => tree !== undefined)) return undefined;
	const unified = unify(checker, trees, nodes, "The operands of IN");
	if (unified === undefined) return undefined;
	const [operand, ...items] = unified.operands;
	if (unified.type === "json") {
		const message = "Json cannot be compared. Take a value out of it with `->>` and compare that.";
		return checker.report("expression-type", operation.location ?? 0, message);
	}
	if (operand === undefined) return undefined;
	return Object.freeze({ kind: "in", type: "boolean", negated: lastName(operation.name) === "<>", operand, items: Object.freeze(items) });
}

function checkLike(checker: Checker, operation: PgOperation, depth: number): TypedExpression | undefined {
	const word = operation.kind === "AEXPR_LIKE" ? "LIKE" : "ILIKE";
	if (operation.rexpr?.FuncCall !== undefined && lastName(operation.rexpr.FuncCall.funcname) === "like_escape") {
		const message = `${word} with ESCAPE is not available. A backslash before % or _ takes them as they are.`;
		return checker.report("expression-unsupported", operation.rexpr.FuncCall.location ?? 0, message);
	}
	const operand = checker.check(operation.lexpr, depth + 1);
	const pattern = checker.check(operation.rexpr, depth + 1);
	if (operand === undefined || pattern === undefined) return undefined;
	const odd = operand.type !== "text" ? operand : pattern.type !== "text" ? pattern : undefined;
	if (odd !== undefined) {
		const message = `${sentence(word.toLowerCase())} compares texts, but here is ${withArticle(odd.type)}. Cast it with \`::text\`.`;
		return checker.report("expression-type", operation.location ?? 0, message);
	}
	const fixed = pattern.kind === "literal" && typeof pattern.value === "string" ? pattern.value : "";
	if ((/\\*$/.exec(fixed)?.[0].length ?? 0) % 2 === 1) {
		const message = "A pattern must not end with a single backslash; write two to mean the character itself.";
		return checker.report("expression-value", startOf(operation.rexpr), message);
	}
	const negated = lastName(operation.name).startsWith("!");
	return Object.freeze({ kind: "like", type: "boolean", negated, ignoresCase: word === "ILIKE", operand, pattern });
}

function checkBetween(checker: Checker, operation: PgOperation, depth: number): TypedExpression | undefined {
	const [lowNode, highNode] = operation.rexpr?.List?.items ?? [];
	const operand = checker.check(operation.lexpr, depth + 1);
	const low = checker.check(lowNode, depth + 1);
	const high = checker.check(highNode, depth + 1);
	if (operand === undefined || low === undefined || high === undefined) return undefined;
	const location = operation.location ?? 0;
	const unified = unify(checker, [operand, low, high], [operation.lexpr, lowNode, highNode], "The operands of BETWEEN");
	const [a, b, c] = unified?.operands ?? [];
	if (a === undefined || b === undefined || c === undefined) return undefined;
	if (a.type === "json")
		return checker.report("expression-type", location, "Json cannot be compared. Take a value out of it with `->>` first.");
	const negated = operation.kind.includes("_NOT_");
	const symmetric = operation.kind.endsWith("_SYM");
	return Object.freeze({ kind: "between", type: "boolean", negated, symmetric, operand: a, low: b, high: c });
}
