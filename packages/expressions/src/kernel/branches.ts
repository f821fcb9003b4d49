import type { Column } from "@weir/records";
import type { Case, Coalesce, ValueType } from "../tree.ts";
import { booleansOf, isNumberType, jsonOf, keptAs, numbersOf, textColumn, textsOf } from "./columns.ts";
import { ByteSlab } from "./json.ts";
import type { Compile, Evaluate, Run } from "./run.ts";
import { CodeTable, TextOutput, translate } from "./text-table.ts";

/** Rows whose condition is true take the branch and are looked at no more, so a later branch cannot fail for them. */
export function compileCase({ branches, otherwise, type }: Case, compile: Compile): Evaluate {
	const whens = branches.map(({ when }) => compile(when));
	const thens = [...branches.map(({ then }) => compile(then)), compile(otherwise)];
	const gather = gatherer(type, thens.length);
	return (run, rows, count) => {
		const result = gather(run);
		const open = run.ints();
		const taken = run.ints();
		copyRows(rows, count, open);
		let openCount = count;
		for (let branch = 0; branch < thens.length && openCount > 0; branch++) {
			const when = whens[branch];
			let takenCount = 0;
			if (when === undefined) {
				copyRows(open, openCount, taken);
				takenCount = openCount;
			} else {
				const { values, valid } = booleansOf(when(run, open, openCount));
				let kept = 0;
				for (let i = 0; i < openCount; i++) {
					const row = open[i] as number;
					if (values[row] === 1 && (valid === undefined || valid[row] === 1)) taken[takenCount++] = row;
					else open[kept++] = row;
				}
				openCount = kept;
			}
			const then = thens[branch];
			if (then !== undefined && takenCount > 0) result.take(branch, then(run, taken, takenCount), taken, takenCount);
		}
		return result.column();
	};
}

/** Rows that have a value are looked at no more. */
export function compileCoalesce({ operands, type }: Coalesce, compile: Compile): Evaluate {
	const evaluators = operands.map(compile);
	const gather = gatherer(type, evaluators.length);
	return (run, rows, count) => {
		const result = gather(run);
		const open = run.ints();
		copyRows(rows, count, open);
		let openCount = count;
		evaluators.forEach((evaluate, branch) => {
			if (openCount === 0) return;
			const column = evaluate(run, open, openCount);
			result.take(branch, column, open, openCount);
			let kept = 0;
			for (let i = 0; i < openCount; i++) {
				const row = open[i] as number;
				if (column.valid !== undefined && column.valid[row] === 0) open[kept++] = row;
			}
			openCount = kept;
		});
		return result.column();
	};
}

function copyRows(rows: Int32Array, count: number, to: Int32Array): void {
	for (let i = 0; i < count; i++) to[i] = rows[i] as number;
}

interface Gathering {
	/** Copies these rows of one branch's column. */
	take(branch: number, column: Column, rows: Int32Array, count: number): void;
	column(): Column;
}

/** Puts one column together from rows of several. */
function gatherer(valueType: ValueType, branches: number): (run: Run) => Gathering {
	const type = keptAs(valueType);
	if (type === "text") return textGatherer(branches);
	if (type === "json") return jsonGatherer();
	return (run) => {
		const values = isNumberType(type) ? run.numbers() : run.bytes();
		const valid = run.bytes();
		return {
			take(_branch, column, rows, count) {
				const from = isNumberType(type) ? numbersOf(column).values : booleansOf(column).values;
				for (let i = 0; i < count; i++) {
					const row = rows[i] as number;
					values[row] = from[row] as number;
				}
				copyValid(column, valid, rows, count);
			},
			column: () => ({ type, values, valid }) as Column,
		};
	};
}

function copyValid(column: Column, valid: Uint8Array, rows: Int32Array, count: number): void {
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		valid[row] = column.valid === undefined ? 1 : (column.valid[row] as number);
	}
}

function textGatherer(branches: number): (run: Run) => Gathering {
	const output = new TextOutput();
	const tables = Array.from({ length: branches }, () => new CodeTable());
	return (run) => {
		output.begin();
		const codes = run.ints();
		const valid = run.bytes();
		return {
			take(branch, column, rows, count) {
				const from = textsOf(column);
				const table = tables[branch];
				copyValid(column, valid, rows, count);
				for (let i = 0; i < count; i++) {
					const row = rows[i] as number;
					if (valid[row] === 1 && table !== undefined) {
						codes[row] = translate(table, from.dictionary, output, from.codes[row] as number);
					}
				}
			},
			column: () => textColumn(codes, output.dictionary, valid),
		};
	};
}

function jsonGatherer(): (run: Run) => Gathering {
	const bytes = new ByteSlab();
	return (run) => {
		const starts = run.ints();
		const ends = run.ints();
		const valid = run.bytes();
		bytes.clear();
		return {
			take(_branch, column, rows, count) {
				const from = jsonOf(column);
				copyValid(column, valid, rows, count);
				for (let i = 0; i < count; i++) {
					const row = rows[i] as number;
					if (valid[row] === 0) continue;
					starts[row] = bytes.length;
					bytes.add(from.slab.subarray(from.starts[row], from.ends[row]));
					ends[row] = bytes.length;
				}
			},
			column: () => ({ type: "json", slab: bytes.slab, starts, ends, valid }),
		};
	};
}
