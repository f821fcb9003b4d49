import type { BooleanColumn, Column, Dictionary, TextColumn, Validity } from "@weir/records";
import type { Comparison, ComparisonOperator, Distinct, Literal, NullIf, TypedExpression } from "../tree.ts";
import { compareTexts } from "../values.ts";
import { booleanColumn, booleansOf, numbersOf, textsOf } from "./columns.ts";
import { compareColumns, compareConstant, swapped } from "./compare-loops.ts";
import { bothValid, type Compile, type Evaluate, type Run } from "./run.ts";
import { perText } from "./text-table.ts";

/** A literal that has a value, as the number it is kept as in a column; undefined for text and everything else. */
export function constantNumber(tree: TypedExpression): number | undefined {
	if (tree.kind !== "literal" || tree.value === null || typeof tree.value === "string") return undefined;
	return Number(tree.value);
}

export function compileComparison(tree: Comparison, compile: Compile): Evaluate {
	const { operator, left, right } = tree;
	if (right.kind === "literal" && right.value !== null) return compareWithLiteral(operator, compile(left), right);
	if (left.kind === "literal" && left.value !== null) return compareWithLiteral(swapped(operator), compile(right), left);
	const [a, b] = [compile(left), compile(right)];
	return (run, rows, count) => compared(run, operator, a(run, rows, count), b(run, rows, count), rows, count);
}

function compareWithLiteral(operator: ComparisonOperator, operand: Evaluate, literal: Literal): Evaluate {
	const constant = constantNumber(literal);
	if (constant === undefined) {
		const wanted = String(literal.value);
		return perText(operand, operator === "=" ? (text) => text === wanted : (text) => holds(operator, compareTexts(text, wanted)));
	}
	return (run, rows, count) => {
		const column = operand(run, rows, count);
		const values = column.type === "boolean" ? column.values : numbersOf(column).values;
		const out = run.bytes();
		compareConstant(operator, values, constant, out, rows, count);
		return booleanColumn(out, column.valid);
	};
}

/** Whether an order (below 0, 0, above 0) is what the operator asks for. */
function holds(operator: ComparisonOperator, order: number): boolean {
	switch (operator) {
		case "=":
			return order === 0;
		case "<>":
			return order !== 0;
		case "<":
			return order < 0;
		case "<=":
			return order <= 0;
		case ">":
			return order > 0;
		case ">=":
			return order >= 0;
	}
}

/** Two columns of one type compared row by row; null where one of them is. */
function compared(run: Run, operator: ComparisonOperator, a: Column, b: Column, rows: Int32Array, count: number): BooleanColumn {
	const valid = bothValid(run, a.valid, b.valid, rows, count);
	const out = run.bytes();
	if (a.type === "text") compareTextColumns(operator, a, textsOf(b), valid, out, rows, count);
	else if (a.type === "boolean") compareColumns(operator, a.values, booleansOf(b).values, out, rows, count);
	else compareColumns(operator, numbersOf(a).values, numbersOf(b).values, out, rows, count);
	return booleanColumn(out, valid);
}

function compareTextColumns(
	operator: ComparisonOperator,
	a: TextColumn,
	b: TextColumn,
	valid: Validity | undefined,
	out: Uint8Array,
	rows: Int32Array,
	count: number,
): void {
	const isShared = a.dictionary === b.dictionary;
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		if (valid !== undefined && valid[row] === 0) continue;
		const [x, y] = [a.codes[row] as number, b.codes[row] as number];
		out[row] = holds(operator, isShared && x === y ? 0 : orderOf(a.dictionary, x, b.dictionary, y)) ? 1 : 0;
	}
}

function orderOf(a: Dictionary, x: number, b: Dictionary, y: number): number {
	return compareTexts(a.valueAt(x), b.valueAt(y));
}

/** IS [NOT] DISTINCT FROM never gives null. */
export function compileDistinct({ negated, left, right }: Distinct, compile: Compile): Evaluate {
	const [a, b] = [compile(left), compile(right)];
	const same = negated ? 1 : 0;
	return (run, rows, count) => {
		const [x, y] = [a(run, rows, count), b(run, rows, count)];
		const { values, valid } = compared(run, "=", x, y, rows, count);
		const out = run.bytes();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const isSame =
				valid === undefined || valid[row] === 1
					? values[row] === 1
					: (x.valid === undefined ? 1 : x.valid[row]) === (y.valid === undefined ? 1 : y.valid[row]);
			out[row] = isSame ? same : 1 - same;
		}
		return booleanColumn(out, undefined);
	};
}

export function compileNullIf({ left, right }: NullIf, compile: Compile): Evaluate {
	const [a, b] = [compile(left), compile(right)];
	return (run, rows, count) => {
		const value = a(run, rows, count);
		const { values, valid } = compared(run, "=", value, b(run, rows, count), rows, count);
		const kept = run.bytes();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const isEqual = values[row] === 1 && (valid === undefined || valid[row] === 1);
			kept[row] = isEqual || (value.valid !== undefined && value.valid[row] === 0) ? 0 : 1;
		}
		return { ...value, valid: kept };
	};
}
