import { type PgNode, type PgOperation, startOf } from "../pg-nodes.ts";
import type { TypedExpression } from "../tree.ts";
import { unify } from "./branches.ts";
import { type Checker, withArticle } from "./checker.ts";

/** `array[…]` is a json array of values of one type. */
export function checkArray(checker: Checker, node: NonNullable<PgNode["A_ArrayExpr"]>, depth: number): TypedExpression | undefined {
	const trees = checker.checkAll(node.elements, depth + 1);
	const unified = trees && unify(checker, trees, node.elements ?? [], "The elements of an array");
	if (unified === undefined) return undefined;
	if (unified.type === "interval")
		return checker.report(
			"expression-type",
			node.location ?? 0,
			"An array cannot hold intervals; take their seconds with extract(epoch from …).",
		);
	return Object.freeze({ kind: "call", type: "json", name: "json_build_array", operands: unified.operands });
}

/** `x = any (array)` and `x <> all (array)`; with a written array they are IN and NOT IN. */
export function checkQuantified(checker: Checker, operation: PgOperation, name: string, depth: number): TypedExpression | undefined {
	const location = operation.location ?? 0;
	const isAny = operation.kind === "AEXPR_OP_ANY";
	if (name !== (isAny ? "=" : "<>")) {
		return checker.report(
			"expression-unsupported",
			location,
			"Only `= any (array)` and `<> all (array)` are available; write comparisons joined with OR or AND.",
		);
	}
	const operand = checker.check(operation.lexpr, depth + 1);
	const elements = operation.rexpr?.A_ArrayExpr?.elements;
	if (elements !== undefined) {
		const items = checker.checkAll(elements, depth + 1);
		if (operand === undefined || items === undefined) return undefined;
		const unified = unify(checker, [operand, ...items], [operation.lexpr, ...elements], "The operands of ANY and ALL");
		const [first, ...others] = unified?.operands ?? [];
		if (unified === undefined || first === undefined) return undefined;
		if (unified.type === "json")
			return checker.report("expression-type", location, "Json cannot be compared. Take a value out of it with `->>` and compare that.");
		return Object.freeze({ kind: "in", type: "boolean", negated: !isAny, operand: first, items: Object.freeze(others) });
	}
	const array = checker.check(operation.rexpr, depth + 1);
	if (operand === undefined || array === undefined) return undefined;
	const json = checker.isUntyped(array) ? checker.coerce(array, "json", startOf(operation.rexpr)) : array;
	if (json === undefined) return undefined;
	if (json.type !== "json" || operand.type === "json" || operand.type === "interval") {
		const message = `ANY and ALL look for a value in a json array, but here are ${withArticle(operand.type)} and ${withArticle(json.type)}.`;
		return checker.report("expression-type", location, message);
	}
	const found: TypedExpression = Object.freeze({
		kind: "call",
		type: "boolean",
		name: "array_contains",
		operands: Object.freeze([json, operand]),
	});
	return isAny ? found : Object.freeze({ kind: "not", type: "boolean", operand: found });
}

/** Brackets behind a value count from 1 in arrays of PostgreSQL and from 0 in its json; here there is one way to write it. */
export function refuseIndirection(checker: Checker, node: NonNullable<PgNode["A_Indirection"]>): undefined {
	const start = startOf(node.arg);
	const place = node.indirection?.[0]?.A_Indices?.uidx?.A_Const;
	const text = place?.sval?.sval;
	const step = text !== undefined ? `'${text}'` : place?.ival === undefined ? "place" : String(Math.max(0, (place.ival.ival ?? 0) - 1));
	return checker.report(
		"expression-unsupported",
		start,
		`Reach into json and arrays with \`->\` and \`->>\`, which count elements from 0: write \`… ->> ${step}\` instead of the brackets.`,
	);
}
