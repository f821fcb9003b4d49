import type { Parameter } from "../functions/rule.ts";
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName, functionNamed, signaturesOf } from "../functions.ts";
import { lastName, type PgCall, type PgNode, startOf } from "../pg-nodes.ts";
import { nearestName } from "../problems.ts";
import type { TypedExpression } from "../tree.ts";
import { areConstantsSound } from "./arguments.ts";
import { unify } from "./branches.ts";
import { type Checker, withArticle } from "./checker.ts";
import { functionRefusal } from "./refusals.ts";

export function checkMinMax(checker: Checker, node: NonNullable<PgNode["MinMaxExpr"]>, depth: number): TypedExpression | undefined {
	const name = node.op === "IS_LEAST" ? "least" : "greatest";
	const trees = checker.checkAll(node.args, depth + 1);
	const unified = trees && unify(checker, trees, node.args ?? [], `The operands of ${name}`);
	if (unified === undefined) return undefined;
	if (unified.type === "json")
		return checker.report("expression-type", node.location ?? 0, "Json cannot be compared. Take values out of it with `->>` first.");
	return Object.freeze({ kind: "call", name, ...unified });
}

export function checkCall(checker: Checker, call: PgCall, depth: number): TypedExpression | undefined {
	const written = lastName(call.funcname);
	const location = call.location ?? 0;
	const name = functionNamed(written);
	if (name === undefined) {
		const refusal = functionRefusal(written);
		if (refusal !== undefined) return checker.report("expression-unsupported", location, refusal);
		const nearest = nearestName(written, FUNCTION_NAMES);
		const index = checker.indexOf(location);
		const mended = nearest && checker.text.slice(0, index) + nearest + checker.text.slice(index + written.length);
		const message = `There is no function \`${written}\`.${nearest === undefined ? "" : ` Did you mean \`${nearest}\`?`}`;
		return checker.report("expression-unknown-function", location, message, mended);
	}
	if (
		call.over !== undefined ||
		call.agg_distinct ||
		call.agg_star ||
		call.agg_order !== undefined ||
		call.agg_filter !== undefined ||
		call.func_variadic
	) {
		return checker.report(
			"expression-unsupported",
			location,
			`\`${written}\` takes plain values only: no DISTINCT, ORDER BY, FILTER, OVER or VARIADIC.`,
		);
	}
	const [part, of] = call.args ?? [];
	// The one thing to do with an age is to take a part out of it, so the two are one function here.
	if (name === "extract" && part !== undefined && lastName(of?.FuncCall?.funcname) === "age") {
		return resolveCall(checker, "age", [part, ...(of?.FuncCall?.args ?? [])], location, depth);
	}
	return resolveCall(checker, name, call.args ?? [], location, depth);
}

function resolveCall(
	checker: Checker,
	name: FunctionName,
	nodes: readonly PgNode[],
	location: number,
	depth: number,
): TypedExpression | undefined {
	const trees = checker.checkAll(nodes, depth + 1);
	return trees && chosen(checker, name, trees, nodes, location);
}

/** A call of the first signature that the operands fit, exactly if there is one. Operators that stand for functions come here, too. */
export function chosen(
	checker: Checker,
	name: FunctionName,
	trees: readonly TypedExpression[],
	nodes: readonly PgNode[],
	location: number,
): TypedExpression | undefined {
	for (const isFitting of [isExact, isImplicit]) {
		for (const { parameters, variadic, result } of signaturesOf(name)) {
			const isRightCount = variadic ? trees.length >= parameters.length : trees.length === parameters.length;
			const parameterAt = (i: number) => parameters[Math.min(i, parameters.length - 1)] ?? "any";
			if (!isRightCount || !trees.every((tree, i) => isFitting(checker, tree, parameterAt(i)))) continue;
			const operands = trees.map((tree, i) => {
				const parameter = parameterAt(i);
				return checker.coerce(tree, parameter === "any" || parameter === "same" ? tree.type : parameter, startOf(nodes[i]));
			});
			if (!operands.every((operand) => operand !== undefined)) return undefined;
			if (!areConstantsSound(checker, name, operands, nodes)) return undefined;
			return Object.freeze({ kind: "call", type: result === "same" ? "text" : result, name, operands: Object.freeze(operands) });
		}
	}
	return checker.report("expression-type", location, callRefusal(checker, name, trees));
}

function isExact(checker: Checker, tree: TypedExpression, parameter: Parameter): boolean {
	if (parameter === "any") return tree.type !== "interval";
	return parameter === "same" || (checker.isUntyped(tree) ? checker.fits(tree, parameter) : tree.type === parameter);
}

function isImplicit(checker: Checker, tree: TypedExpression, parameter: Parameter): boolean {
	if (parameter === "any") return tree.type !== "interval";
	return parameter === "same" || checker.fits(tree, parameter);
}

function callRefusal(checker: Checker, name: FunctionName, trees: readonly TypedExpression[]): string {
	const { usage } = FUNCTIONS[name];
	const given = trees.map((tree) => (checker.isUntyped(tree) ? "text" : tree.type)).join(", ");
	const counts = signaturesOf(name).map((signature) => signature.parameters.length);
	const most = signaturesOf(name).some(({ variadic }) => variadic) ? Number.POSITIVE_INFINITY : Math.max(...counts);
	if (trees.length < Math.min(...counts) || trees.length > most) {
		return `\`${name}\` is written ${usage}, but here ${trees.length === 1 ? "is 1 operand" : `are ${trees.length} operands`}.`;
	}
	const wanted = signaturesOf(name).find((signature) => signature.parameters.length === trees.length)?.parameters ?? [];
	const misfit = trees.findIndex((tree, i) => {
		const parameter = wanted[i];
		return parameter !== undefined && !isImplicit(checker, tree, parameter);
	});
	const tree = trees[misfit];
	const parameter = wanted[misfit];
	if (tree === undefined || parameter === undefined || parameter === "any" || parameter === "same")
		return `\`${name}\` is written ${usage}, not with (${given}).`;
	const hint =
		parameter === "timestamp" && tree.type !== "text" ? "Make one with to_timestamp(seconds)." : `Cast it with \`::${parameter}\`.`;
	const place = trees.length === 1 ? "" : ` as operand ${misfit + 1}`;
	return `\`${name}\` needs ${withArticle(parameter)}${place}, but this is ${withArticle(tree.type)}. ${hint}`;
}
