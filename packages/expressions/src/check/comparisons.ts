import { type PgNode, startOf } from "../pg-nodes.ts";
import type { ComparisonOperator, TypedExpression } from "../tree.ts";
import { type Checker, withArticle } from "./checker.ts";

type Pair = readonly [PgNode | undefined, PgNode | undefined];

/** Two operands brought to one type that can be compared; undefined after a report. */
export function comparable(
	checker: Checker,
	left: TypedExpression,
	right: TypedExpression,
	location: number,
	nodes: Pair,
): readonly [TypedExpression, TypedExpression] | undefined {
	const type = checker.commonType([left, right]);
	if (type === undefined) {
		const castable = left.type === "text" ? "first" : "second";
		const hint =
			left.type === "text" || right.type === "text"
				? `Cast the ${castable} one, for example \`…::${left.type === "text" ? right.type : left.type}\`.`
				: "Check which fields are meant.";
		return checker.report(
			"expression-type",
			location,
			`${sentence(withArticle(left.type))} cannot be compared with ${withArticle(right.type)}. ${hint}`,
		);
	}
	if (type === "json") {
		return checker.report("expression-type", location, "Json cannot be compared. Take a value out of it with `->>` and compare that.");
	}
	const a = checker.coerce(left, type, startOf(nodes[0]));
	const b = checker.coerce(right, type, startOf(nodes[1]));
	return a === undefined || b === undefined ? undefined : [a, b];
}

export function comparison(
	checker: Checker,
	operator: ComparisonOperator,
	left: TypedExpression,
	right: TypedExpression,
	location: number,
	nodes: Pair,
): TypedExpression | undefined {
	const pair = comparable(checker, left, right, location, nodes);
	return pair && Object.freeze({ kind: "compare", type: "boolean", operator, left: pair[0], right: pair[1] });
}

export function sentence(words: string): string {
	return words.charAt(0).toUpperCase() + words.slice(1);
}
