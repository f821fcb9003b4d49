import type { BooleanColumn, Column, Dictionary, NumberColumn, TextColumn } from "@weir/records";
import type { Literal, TypedExpression } from "../tree.ts";
import { booleanColumn, numberColumn, textColumn, textsOf } from "./columns.ts";
import { Failure } from "./failure.ts";
import { bothValid, type Compile, type Evaluate, type Run } from "./run.ts";
import { TextOutput } from "./text-table.ts";

export type Value = number | string | boolean;

/** A function of single values: null operands never reach it. */
export type ScalarFunction = (...values: Value[]) => Value | Failure;

type ScalarType = "number" | "integer" | "timestamp" | "boolean" | "text";

/** Characters of results that are remembered per distinct text. */
const MAX_REMEMBERED = 4_194_304;

/**
 * For functions where a call per row does not matter. A row with a null among its operands gives null.
 * When one text decides the result, it is computed once per distinct text.
 */
export function compileScalar(
	type: ScalarType,
	operands: readonly TypedExpression[],
	compile: Compile,
	place: string,
	call: ScalarFunction,
): Evaluate {
	const varying = operands.filter((operand) => operand.kind !== "literal");
	const [only] = varying;
	const isNull = operands.some((operand) => operand.kind === "literal" && operand.value === null);
	if (varying.length === 1 && only?.type === "text" && !isNull) {
		return perDistinctText(type, only, compile, place, (text) =>
			call(...operands.map((operand) => (operand === only ? text : ((operand as Literal).value as Value)))),
		);
	}
	return perRow(type, operands.map(compile), place, call);
}

function perRow(type: ScalarType, operands: readonly Evaluate[], place: string, call: ScalarFunction): Evaluate {
	const open = writerOf(type);
	return (run, rows, count) => {
		const columns = operands.map((operand) => operand(run, rows, count));
		const readers = columns.map(readerOf);
		let valid = columns[0]?.valid;
		for (const column of columns) valid = bothValid(run, valid, column.valid, rows, count);
		const writer = open(run);
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const result = run.spend(call(...readers.map((read) => read(row))));
			if (result instanceof Failure) {
				run.fail(row, `${result.why} in \`${place}\`.`);
				writer.blank(row);
			} else writer.write(row, result);
		}
		return withValid(writer.column, valid);
	};
}

function perDistinctText(
	type: ScalarType,
	operand: TypedExpression,
	compile: Compile,
	place: string,
	call: (text: string) => Value | Failure,
): Evaluate {
	const evaluate = compile(operand);
	const open = writerOf(type);
	let from: Dictionary | undefined;
	let known: (Value | Failure)[] = [];
	let remembered = 0;
	return (run, rows, count) => {
		const { codes, dictionary, valid } = textsOf(evaluate(run, rows, count));
		if (dictionary !== from || remembered > MAX_REMEMBERED) {
			from = dictionary;
			known = [];
			remembered = 0;
		}
		const writer = open(run);
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const code = codes[row] as number;
			let result = known[code];
			if (result === undefined) {
				result = run.spend(call(dictionary.valueAt(code)));
				known[code] = result;
				if (typeof result === "string") remembered += result.length;
			}
			if (result instanceof Failure) {
				run.fail(row, `${result.why} in \`${place}\`.`);
				writer.blank(row);
			} else writer.write(row, result);
		}
		return withValid(writer.column, valid);
	};
}

function withValid(column: NumberColumn | BooleanColumn | TextColumn, valid: Column["valid"]): Column {
	return valid === undefined ? column : { ...column, valid };
}

/** Reads single values out of a column; a json value is its text. */
export function readerOf(column: Column): (row: number) => Value {
	switch (column.type) {
		case "boolean":
			return (row) => column.values[row] === 1;
		case "text":
			return (row) => column.dictionary.valueAt(column.codes[row] as number);
		case "json":
			return (row) => decoder.decode(column.slab.subarray(column.starts[row], column.ends[row]));
		default:
			return (row) => column.values[row] as number;
	}
}

const decoder = new TextDecoder();

interface Writer {
	readonly column: NumberColumn | BooleanColumn | TextColumn;
	write(row: number, value: Value): void;
	/** Writes something that can be read, for a row that failed. */
	blank(row: number): void;
}

/** Opens a scratch column for results of a type, once per evaluation. */
function writerOf(type: ScalarType): (run: Run) => Writer {
	if (type === "boolean") {
		return (run) => {
			const values = run.bytes();
			return {
				column: booleanColumn(values, undefined),
				write: (row, value) => {
					values[row] = value === true ? 1 : 0;
				},
				blank: (row) => {
					values[row] = 0;
				},
			};
		};
	}
	if (type === "text") {
		const output = new TextOutput();
		return (run) => {
			const codes = run.ints();
			const { dictionary } = output.begin();
			return {
				column: textColumn(codes, dictionary, undefined),
				write: (row, value) => {
					codes[row] = output.codeOf(String(value));
				},
				blank: (row) => {
					codes[row] = output.codeOf("");
				},
			};
		};
	}
	return (run) => {
		const values = run.numbers();
		return {
			column: numberColumn(type, values, undefined),
			write: (row, value) => {
				values[row] = Number(value);
			},
			blank: (row) => {
				values[row] = 0;
			},
		};
	};
}
