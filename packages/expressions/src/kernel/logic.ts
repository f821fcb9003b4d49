import type { BooleanColumn } from "@weir/records";
import { childrenOf, type In, type IsTest, type Logic, type Not, type TypedExpression } from "../tree.ts";
import { booleanColumn, booleansOf, numbersOf } from "./columns.ts";
import type { Compile, Evaluate, Run } from "./run.ts";
import { perText } from "./text-table.ts";

/**
 * AND and OR of three-valued logic. A later operand is evaluated only for rows that are still open, so that
 * `x <> 0 and 1 / x > 2` does not fail; a null leaves a row open.
 */
export function compileLogic({ kind, operands }: Logic, compile: Compile): Evaluate {
	const evaluators = operands.map(compile);
	if (!operands.slice(1).some(canFail)) return evaluateAll(kind, evaluators);
	const decisive = kind === "and" ? 0 : 1;
	return (run, rows, count) => {
		const out = run.bytes();
		const valid = run.bytes();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			out[row] = 1 - decisive;
			valid[row] = 1;
		}
		let open = rows;
		let openCount = count;
		let hasNulls = false;
		for (const evaluate of evaluators) {
			if (openCount === 0) break;
			const column = booleansOf(evaluate(run, open, openCount));
			const next = open === rows ? run.ints() : open;
			let kept = 0;
			for (let i = 0; i < openCount; i++) {
				const row = open[i] as number;
				if (column.valid !== undefined && column.valid[row] === 0) {
					valid[row] = 0;
					hasNulls = true;
					next[kept++] = row;
				} else if (column.values[row] === decisive) {
					out[row] = decisive;
					valid[row] = 1;
				} else next[kept++] = row;
			}
			open = next;
			openCount = kept;
		}
		return booleanColumn(out, hasNulls ? valid : undefined);
	};
}

/** Where nothing can fail, looking at every row for every operand is faster than picking the open ones. */
function evaluateAll(kind: Logic["kind"], evaluators: readonly Evaluate[]): Evaluate {
	return (run, rows, count) => {
		const columns = evaluators.map((evaluate) => booleansOf(evaluate(run, rows, count)));
		let [all] = columns;
		for (const column of columns.slice(1)) all = all && combined(run, kind, all, column, rows, count);
		return all ?? booleanColumn(run.bytes().fill(kind === "and" ? 1 : 0, 0, run.length), undefined);
	};
}

function combined(run: Run, kind: Logic["kind"], a: BooleanColumn, b: BooleanColumn, rows: Int32Array, count: number): BooleanColumn {
	const out = run.bytes();
	if (a.valid === undefined && b.valid === undefined) {
		if (kind === "and") {
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = (a.values[row] as number) & (b.values[row] as number);
			}
		} else {
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = (a.values[row] as number) | (b.values[row] as number);
			}
		}
		return booleanColumn(out, undefined);
	}
	const valid = run.bytes();
	const decisive = kind === "and" ? 0 : 1;
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		const x = a.valid === undefined || a.valid[row] === 1 ? (a.values[row] as number) : undefined;
		const y = b.valid === undefined || b.valid[row] === 1 ? (b.values[row] as number) : undefined;
		const isDecided = x === decisive || y === decisive;
		out[row] = isDecided ? decisive : 1 - decisive;
		valid[row] = isDecided || (x !== undefined && y !== undefined) ? 1 : 0;
	}
	return booleanColumn(out, valid);
}

export function compileNot({ operand }: Not, compile: Compile): Evaluate {
	const evaluate = compile(operand);
	return (run, rows, count) => {
		const { values, valid } = booleansOf(evaluate(run, rows, count));
		const out = run.bytes();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			out[row] = 1 - (values[row] as number);
		}
		return booleanColumn(out, valid);
	};
}

/** IS [NOT] NULL, TRUE, FALSE never give null. */
export function compileIs({ test, negated, operand }: IsTest, compile: Compile): Evaluate {
	const evaluate = compile(operand);
	const yes = negated ? 0 : 1;
	return (run, rows, count) => {
		const column = evaluate(run, rows, count);
		const { valid } = column;
		const out = run.bytes();
		const wanted = test === "true" ? 1 : 0;
		const values = test === "null" ? undefined : booleansOf(column).values;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const isNull = valid !== undefined && valid[row] === 0;
			const holds = values === undefined ? isNull : !isNull && values[row] === wanted;
			out[row] = holds ? yes : 1 - yes;
		}
		return booleanColumn(out, undefined);
	};
}

/** IN with constants alone looks them up in a set; otherwise it is an OR of comparisons, as in PostgreSQL. */
export function compileIn(tree: In, compile: Compile): Evaluate {
	const { operand, items, negated } = tree;
	if (!items.every((item) => item.kind === "literal")) return compile(spelledOut(tree));
	const evaluate = compile(operand);
	const values = items.flatMap((item) => (item.kind === "literal" && item.value !== null ? [item.value] : []));
	const hasNull = values.length < items.length;
	const membership =
		operand.type === "text" ? perText(evaluate, setTest(values.map(String))) : numberMembership(evaluate, values.map(Number));
	return (run, rows, count) => {
		const found = booleansOf(membership(run, rows, count));
		if (!negated && !hasNull) return found;
		const out = run.bytes();
		const valid = run.bytes();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const isFound = found.values[row] === 1;
			out[row] = isFound === negated ? 0 : 1;
			// Not among the values but maybe the null: unknown.
			valid[row] = (found.valid !== undefined && found.valid[row] === 0) || (hasNull && !isFound) ? 0 : 1;
		}
		return booleanColumn(out, valid);
	};
}

function setTest(values: readonly string[]): (text: string) => boolean {
	const set = new Set(values);
	return (text) => set.has(text);
}

function numberMembership(evaluate: Evaluate, values: readonly number[]): Evaluate {
	const set = new Set(values);
	return (run, rows, count) => {
		const column = evaluate(run, rows, count);
		const from = column.type === "boolean" ? column.values : numbersOf(column).values;
		const out = run.bytes();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			out[row] = set.has(from[row] as number) ? 1 : 0;
		}
		return booleanColumn(out, column.valid);
	};
}

function spelledOut({ operand, items, negated }: In): TypedExpression {
	// As in PostgreSQL constants are tried first, so a match among them spares the rest.
	const ordered = [...items.filter((item) => item.kind === "literal"), ...items.filter((item) => item.kind !== "literal")];
	const operands = ordered.map(
		(item): TypedExpression => ({ kind: "compare", type: "boolean", operator: negated ? "<>" : "=", left: operand, right: item }),
	);
	return { kind: negated ? "and" : "or", type: "boolean", operands };
}

/** BETWEEN is two comparisons; SYMMETRIC tries them both ways round. */
export function spelledOutBetween(tree: Extract<TypedExpression, { kind: "between" }>): TypedExpression {
	const { operand, low, high, negated, symmetric } = tree;
	const within = (from: TypedExpression, to: TypedExpression): TypedExpression => ({
		kind: "and",
		type: "boolean",
		operands: [
			{ kind: "compare", type: "boolean", operator: ">=", left: operand, right: from },
			{ kind: "compare", type: "boolean", operator: "<=", left: operand, right: to },
		],
	});
	const positive: TypedExpression = symmetric
		? { kind: "or", type: "boolean", operands: [within(low, high), within(high, low)] }
		: within(low, high);
	return negated ? { kind: "not", type: "boolean", operand: positive } : positive;
}

const SAFE = new Set<TypedExpression["kind"]>([
	"literal",
	"field",
	"compare",
	"and",
	"or",
	"not",
	"is",
	"distinct",
	"in",
	"between",
	"coalesce",
	"case",
]);

/** Whether a row can fail in it. Says yes when in doubt. */
export function canFail(tree: TypedExpression): boolean {
	return !SAFE.has(tree.kind) || childrenOf(tree).some(canFail);
}
