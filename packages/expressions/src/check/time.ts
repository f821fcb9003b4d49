import { type PgOperation, startOf } from "../pg-nodes.ts";
import type { ArithmeticOperator, TypedExpression, ValueType } from "../tree.ts";
import { MONTHS_SENTENCE } from "./arguments.ts";
import { type Checker, isNumeric, withArticle } from "./checker.ts";

/** What comes out of an operation with moments and intervals, as PostgreSQL has it; undefined where there is none. */
function resultOf(operator: ArithmeticOperator, left: ValueType, right: ValueType): ValueType | undefined {
	const isMoment = left === "timestamp" || left === "local";
	switch (operator) {
		case "+":
			if (right === "interval" && (isMoment || left === "interval")) return left;
			return left === "interval" && (right === "timestamp" || right === "local") ? right : undefined;
		case "-":
			if (isMoment && left === right) return "interval";
			return right === "interval" && (isMoment || left === "interval") ? left : undefined;
		case "*":
			return (left === "interval" && isNumeric(right)) || (isNumeric(left) && right === "interval") ? "interval" : undefined;
		case "/":
			return left === "interval" && isNumeric(right) ? "interval" : undefined;
		default:
			return undefined;
	}
}

/** The type that a constant without one takes beside an operand of time. */
function besideType(operator: ArithmeticOperator, beside: ValueType): ValueType {
	if (operator === "*" || operator === "/") return "number";
	return operator === "-" && beside !== "interval" ? beside : "interval";
}

/** Sums, differences and multiples of moments and intervals. */
export function timeArithmetic(
	checker: Checker,
	operator: ArithmeticOperator,
	left: TypedExpression,
	right: TypedExpression,
	operation: PgOperation,
): TypedExpression | undefined {
	const a = checker.isUntyped(left) ? checker.coerce(left, besideType(operator, right.type), startOf(operation.lexpr)) : left;
	const b = checker.isUntyped(right) ? checker.coerce(right, besideType(operator, left.type), startOf(operation.rexpr)) : right;
	if (a === undefined || b === undefined) return undefined;
	const type = resultOf(operator, a.type, b.type);
	const location = operation.location ?? 0;
	if (type === undefined) {
		const hint =
			isNumeric(a.type) || isNumeric(b.type)
				? " Write a length of time as interval '5 minutes', or as number * interval '1 second'."
				: " Add or take away an interval such as interval '5 minutes', or take one moment from another.";
		return checker.report(
			"expression-type",
			location,
			`\`${operator}\` does not work on ${withArticle(a.type)} and ${withArticle(b.type)}.${hint}`,
		);
	}
	const months = a.kind === "months" ? operation.lexpr : b.kind === "months" ? operation.rexpr : undefined;
	if (months !== undefined && type === "interval") return checker.report("expression-unsupported", startOf(months), MONTHS_SENTENCE);
	return Object.freeze({ kind: "arithmetic", type, operator, left: a, right: b });
}
