import { type PgNode, startOf } from "../pg-nodes.ts";
import type { TypedExpression, ValueType } from "../tree.ts";
import { MONTHS_SENTENCE } from "./arguments.ts";
import { type Checker, withArticle } from "./checker.ts";
import { comparison } from "./comparisons.ts";

/** Brings values to their one common type, or says at the first that does not fit why there is none. */
export function unify(
	checker: Checker,
	trees: readonly TypedExpression[],
	nodes: readonly (PgNode | undefined)[],
	place: string,
): { readonly type: ValueType; readonly operands: readonly TypedExpression[] } | undefined {
	const type = checker.commonType(trees);
	if (type === undefined) {
		const first = trees.find((tree) => !checker.isUntyped(tree));
		const misfit = trees.findIndex((tree, i) => checker.commonType(trees.slice(0, i + 1)) === undefined && tree !== first);
		const given = trees[misfit]?.type ?? "text";
		const message = `${place} must be of one type, but one is ${withArticle(first?.type ?? "text")} and this is ${withArticle(given)}. Cast one of them.`;
		return checker.report("expression-type", startOf(nodes[misfit]), message);
	}
	const operands = trees.map((tree, i) => {
		const operand = checker.coerce(tree, type, startOf(nodes[i]));
		return operand?.kind === "months" ? checker.report("expression-unsupported", startOf(nodes[i]), MONTHS_SENTENCE) : operand;
	});
	return operands.every((operand) => operand !== undefined) ? { type, operands: Object.freeze(operands) } : undefined;
}

/** `case x when 1 …` becomes `case when x = 1 …`. A missing ELSE gives null. */
export function checkCase(checker: Checker, node: NonNullable<PgNode["CaseExpr"]>, depth: number): TypedExpression | undefined {
	const subject = node.arg === undefined ? undefined : checker.check(node.arg, depth + 1);
	const whens: (TypedExpression | undefined)[] = [];
	const thens: (TypedExpression | undefined)[] = [];
	const places: (PgNode | undefined)[] = [];
	for (const branch of node.args ?? []) {
		const { expr, result } = branch.CaseWhen ?? {};
		if (node.arg === undefined) whens.push(checker.checkCondition(expr, depth + 1, "What stands after WHEN"));
		else {
			const value = checker.check(expr, depth + 1);
			const isSound = subject !== undefined && value !== undefined;
			whens.push(isSound ? comparison(checker, "=", subject, value, startOf(expr), [node.arg, expr]) : undefined);
		}
		thens.push(checker.check(result, depth + 1));
		places.push(result);
	}
	thens.push(
		node.defresult === undefined
			? checker.untyped(Object.freeze({ kind: "literal", type: "text", value: null }))
			: checker.check(node.defresult, depth + 1),
	);
	places.push(node.defresult);
	if (!whens.every((when) => when !== undefined) || !thens.every((then) => then !== undefined)) return undefined;
	const unified = unify(checker, thens, places, "The results of a CASE");
	if (unified === undefined) return undefined;
	const { type, operands } = unified;
	const branches = whens.flatMap((when, i) => {
		const then = operands[i];
		return then === undefined ? [] : [Object.freeze({ when, then })];
	});
	const otherwise = operands.at(-1);
	return otherwise === undefined ? undefined : Object.freeze({ kind: "case", type, branches: Object.freeze(branches), otherwise });
}

export function checkCoalesce(checker: Checker, node: NonNullable<PgNode["CoalesceExpr"]>, depth: number): TypedExpression | undefined {
	const trees = checker.checkAll(node.args, depth + 1);
	const unified = trees && unify(checker, trees, node.args ?? [], "The operands of COALESCE");
	return unified && Object.freeze({ kind: "coalesce", ...unified });
}
