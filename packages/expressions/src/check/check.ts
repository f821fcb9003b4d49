import { kindOf, locationOf, type PgNode } from "../pg-nodes.ts";
import type { TypedExpression, ValueType } from "../tree.ts";
import { checkArray, refuseIndirection } from "./arrays.ts";
import { checkCase, checkCoalesce } from "./branches.ts";
import { checkCall, checkMinMax } from "./calls.ts";
import { type Checker, MAX_DEPTH } from "./checker.ts";
import { checkConstant, checkTypeName } from "./constants.ts";
import { checkField } from "./fields.ts";
import { checkOperation } from "./operations.ts";
import { refuse } from "./refusals.ts";

/** PostgreSQL's tree of one expression → ours, with names resolved and types fitted; undefined when a problem was reported. */
export function check(checker: Checker, node: PgNode, depth: number): TypedExpression | undefined {
	if (depth > MAX_DEPTH) {
		return checker.report(
			"expression-too-deep",
			locationOf(node),
			`The expression is nested deeper than ${MAX_DEPTH} levels; split it up.`,
		);
	}
	if (node.A_Const) return checkConstant(checker, node.A_Const);
	if (node.ColumnRef) return checkField(checker, node.ColumnRef);
	if (node.A_Expr) return checkOperation(checker, node.A_Expr, depth);
	if (node.BoolExpr) return checkLogic(checker, node.BoolExpr, depth);
	if (node.NullTest) {
		const operand = checker.check(node.NullTest.arg, depth + 1);
		if (operand === undefined) return undefined;
		const negated = node.NullTest.nulltesttype === "IS_NOT_NULL";
		return Object.freeze({ kind: "is", type: "boolean", test: "null", negated, operand });
	}
	if (node.BooleanTest) return checkBooleanTest(checker, node.BooleanTest, depth);
	if (node.CaseExpr) return checkCase(checker, node.CaseExpr, depth);
	if (node.CoalesceExpr) return checkCoalesce(checker, node.CoalesceExpr, depth);
	if (node.MinMaxExpr) return checkMinMax(checker, node.MinMaxExpr, depth);
	if (node.TypeCast) return checkCast(checker, node.TypeCast, depth);
	if (node.FuncCall) return checkCall(checker, node.FuncCall, depth);
	if (node.A_ArrayExpr) return checkArray(checker, node.A_ArrayExpr, depth);
	if (node.A_Indirection) return refuseIndirection(checker, node.A_Indirection);
	return refuse(checker, node, kindOf(node));
}

function checkLogic(checker: Checker, logic: NonNullable<PgNode["BoolExpr"]>, depth: number): TypedExpression | undefined {
	const word = logic.boolop === "AND_EXPR" ? "AND" : logic.boolop === "OR_EXPR" ? "OR" : "NOT";
	const operands = (logic.args ?? []).map((arg) => checker.checkCondition(arg, depth + 1, `An operand of ${word}`));
	const [first] = operands;
	if (first === undefined || !operands.every((operand) => operand !== undefined)) return undefined;
	if (word === "NOT") return Object.freeze({ kind: "not", type: "boolean", operand: first });
	return Object.freeze({ kind: word === "AND" ? "and" : "or", type: "boolean", operands: Object.freeze(operands) });
}

const BOOLEAN_TESTS: Readonly<Record<string, { readonly test: "true" | "false" | "null"; readonly negated: boolean }>> = {
	IS_TRUE: { test: "true", negated: false },
	IS_NOT_TRUE: { test: "true", negated: true },
	IS_FALSE: { test: "false", negated: false },
	IS_NOT_FALSE: { test: "false", negated: true },
	IS_UNKNOWN: { test: "null", negated: false },
	IS_NOT_UNKNOWN: { test: "null", negated: true },
};

function checkBooleanTest(checker: Checker, test: NonNullable<PgNode["BooleanTest"]>, depth: number): TypedExpression | undefined {
	const operand = checker.checkCondition(test.arg, depth + 1, "What stands before IS TRUE or IS FALSE");
	const rule = BOOLEAN_TESTS[test.booltesttype];
	if (operand === undefined || rule === undefined) return undefined;
	return Object.freeze({ kind: "is", type: "boolean", ...rule, operand });
}

/** Which types a value of a type can be cast to. */
const CASTS: Readonly<Record<ValueType, readonly ValueType[]>> = {
	number: ["number", "integer", "text"],
	integer: ["integer", "number", "boolean", "text"],
	boolean: ["boolean", "integer", "text"],
	text: ["text", "number", "integer", "boolean", "timestamp", "json"],
	timestamp: ["timestamp", "text"],
	json: ["json", "text"],
	local: ["local", "text"],
	interval: ["interval"],
};

function checkCast(checker: Checker, cast: NonNullable<PgNode["TypeCast"]>, depth: number): TypedExpression | undefined {
	const operand = checker.check(cast.arg, depth + 1);
	const type = checkTypeName(checker, cast.typeName);
	if (operand === undefined || type === undefined) return undefined;
	if (checker.isUntyped(operand)) return checker.coerce(operand, type, locationOf(cast.arg));
	if (operand.type === type) return operand;
	if (CASTS[operand.type].includes(type)) return Object.freeze({ kind: "cast", type, operand });
	const hint =
		operand.type === "interval"
			? "Take its seconds out with extract(epoch from …)."
			: operand.type === "timestamp" && type !== "boolean"
				? "Take a part of it with extract(epoch from …)."
				: type === "timestamp"
					? "Use to_timestamp(seconds)."
					: operand.type === "json"
						? "Take a value out with `->>` first."
						: "Compare it instead.";
	return checker.report("expression-type", cast.typeName?.location ?? 0, `There is no cast from ${operand.type} to ${type}. ${hint}`);
}
