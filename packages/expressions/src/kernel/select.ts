import type { TypedExpression } from "../tree.ts";
import { booleansOf, numbersOf, textsOf } from "./columns.ts";
import { selectBytes, selectCode, selectConstant, swapped } from "./compare-loops.ts";
import { constantNumber } from "./comparison.ts";
import { canFail, spelledOutBetween } from "./logic.ts";
import type { Compile, Run } from "./run.ts";
import { ConstantCode } from "./text-table.ts";

/** Keeps the rows for which a condition is true; `out` may be `rows` itself. */
export type Select = (run: Run, rows: Int32Array, count: number, out: Int32Array) => number;

/** Conditions that narrow a selection without a column in between, where that gives the same; everything else goes through a column. */
export function compileSelect(tree: TypedExpression, compile: Compile): Select {
	if (tree.kind === "compare") return selectComparison(tree, compile);
	if (tree.kind === "between" && !tree.negated && !tree.symmetric) return compileSelect(spelledOutBetween(tree), compile);
	// Rows where an operand is null drop out here at once, so a failure that a later operand would have there must be impossible.
	if (tree.kind === "and" && tree.operands.slice(1).every((operand) => !canFail(operand))) {
		const selects = tree.operands.map((operand) => compileSelect(operand, compile));
		const last = selects.length - 1;
		return (run, rows, count, out) => {
			// Reading and writing the same array in one loop is slower than two arrays taking turns.
			const turns = [run.ints(), run.ints()] as const;
			let from = rows;
			let kept = count;
			selects.forEach((select, i) => {
				const to = i === last ? out : (turns[i % 2] ?? out);
				kept = select(run, from, kept, to);
				from = to;
			});
			return kept;
		};
	}
	return selectByColumn(tree, compile);
}

function selectByColumn(tree: TypedExpression, compile: Compile): Select {
	const evaluate = compile(tree);
	return (run, rows, count, out) => {
		const { values, valid } = booleansOf(evaluate(run, rows, count));
		if (valid === undefined) return selectBytes(values, rows, count, out);
		const known = run.ints();
		return selectBytes(values, known, selectBytes(valid, rows, count, known), out);
	};
}

function selectComparison(tree: Extract<TypedExpression, { kind: "compare" }>, compile: Compile): Select {
	const isFlipped = tree.left.kind === "literal";
	const [operand, other] = isFlipped ? [tree.right, tree.left] : [tree.left, tree.right];
	const operator = isFlipped ? swapped(tree.operator) : tree.operator;
	const constant = constantNumber(other);
	if (constant !== undefined && operand.type !== "boolean") {
		const evaluate = compile(operand);
		return (run, rows, count, out) => {
			const { values, valid } = numbersOf(evaluate(run, rows, count));
			if (valid === undefined) return selectConstant(operator, values, constant, rows, count, out);
			const known = run.ints();
			return selectConstant(operator, values, constant, known, selectBytes(valid, rows, count, known), out);
		};
	}
	if (other.kind === "literal" && typeof other.value === "string" && operand.type === "text" && (operator === "=" || operator === "<>")) {
		const evaluate = compile(operand);
		const code = new ConstantCode(other.value);
		return (run, rows, count, out) => {
			const { codes, dictionary, valid } = textsOf(evaluate(run, rows, count));
			const wanted = code.in(dictionary);
			if (valid === undefined) return selectCode(codes, wanted, operator === "=", rows, count, out);
			const known = run.ints();
			return selectCode(codes, wanted, operator === "=", known, selectBytes(valid, rows, count, known), out);
		};
	}
	return selectByColumn(tree, compile);
}
