import type { FieldType } from "@weir/records";
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName, functionNamed, signaturesOf } from "../functions.ts";
import { lastName, type PgCall, type PgNode, startOf } from "../pg-nodes.ts";
import { nearestName } from "../problems.ts";
import { PART_NAMES, partNamed, TRUNCATION_NAMES, truncationNamed } from "../timestamps.ts";
import type { TypedExpression } from "../tree.ts";
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
	const operands = checker.checkAll(call.args, depth + 1);
	return operands && resolveCall(checker, name, operands, call);
}

function resolveCall(checker: Checker, name: FunctionName, trees: readonly TypedExpression[], call: PgCall): TypedExpression | undefined {
	const nodes = call.args ?? [];
	const location = call.location ?? 0;
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
			if (!isPartKnown(checker, name, operands, nodes)) return undefined;
			return Object.freeze({ kind: "call", type: result === "same" ? "text" : result, name, operands: Object.freeze(operands) });
		}
	}
	return checker.report("expression-type", location, callRefusal(checker, name, trees));
}

function isExact(checker: Checker, tree: TypedExpression, parameter: FieldType | "any" | "same"): boolean {
	return parameter === "any" || parameter === "same" || (checker.isUntyped(tree) ? checker.fits(tree, parameter) : tree.type === parameter);
}

function isImplicit(checker: Checker, tree: TypedExpression, parameter: FieldType | "any" | "same"): boolean {
	return parameter === "any" || parameter === "same" || checker.fits(tree, parameter);
}

function callRefusal(checker: Checker, name: FunctionName, trees: readonly TypedExpression[]): string {
	const { usage } = FUNCTIONS[name];
	const given = trees.map((tree) => (checker.isUntyped(tree) ? "text" : tree.type)).join(", ");
	const counts = signaturesOf(name).map((signature) => signature.parameters.length);
	if (trees.length < Math.min(...counts) || trees.length > Math.max(...counts)) {
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

/** The part's name of `extract` and `date_trunc` must be a known word and cannot differ from row to row. */
function isPartKnown(checker: Checker, name: FunctionName, operands: readonly TypedExpression[], nodes: readonly PgNode[]): boolean {
	if (name !== "extract" && name !== "date_trunc") return true;
	const [part] = operands;
	const location = startOf(nodes[0]);
	if (part?.kind !== "literal" || typeof part.value !== "string") {
		checker.report("expression-unsupported", location, `The part in \`${name}\` must be a plain word such as 'hour'.`);
		return false;
	}
	const isKnown = name === "extract" ? partNamed(part.value) !== undefined : truncationNamed(part.value) !== undefined;
	if (isKnown) return true;
	const names = name === "extract" ? PART_NAMES : TRUNCATION_NAMES;
	const nearest = nearestName(part.value, names);
	const advice = nearest === undefined ? `Use ${names.join(", ")}.` : `Did you mean \`${nearest}\`?`;
	checker.report("expression-value", location, `A timestamp has no part \`${part.value}\`. ${advice}`);
	return false;
}
