import type { Column, Dictionary, FieldType } from "@weir/records";
import type { Literal, TypedExpression } from "../tree.ts";
import { booleanColumn, numberColumn, textColumn, textsOf } from "./columns.ts";
import { Failure } from "./failure.ts";
import { ByteSlab } from "./json.ts";
import { bothValid, type Compile, type Evaluate, type Run } from "./run.ts";
import { TextOutput } from "./text-table.ts";

/** A json value where it lies; as text it is what is written there. */
export class JsonPiece {
	readonly slab: Uint8Array;
	readonly start: number;
	readonly end: number;

	constructor(slab: Uint8Array, start: number, end: number) {
		this.slab = slab;
		this.start = start;
		this.end = end;
	}

	toString(): string {
		return decoder.decode(this.slab.subarray(this.start, this.end));
	}
}

export type Value = number | string | boolean | JsonPiece;

/** A function of single values: null operands never reach it, but it may give null. */
export type ScalarFunction = (...values: Value[]) => Value | null | Failure;

/** Characters of results that are remembered per distinct text. */
const MAX_REMEMBERED = 4_194_304;

/**
 * For functions where a call per row does not matter. A row with a null among its operands gives null.
 * When one text decides the result, it is computed once per distinct text.
 */
export function compileScalar(
	type: FieldType,
	operands: readonly TypedExpression[],
	compile: Compile,
	place: string,
	call: ScalarFunction,
): Evaluate {
	const varying = operands.filter((operand) => operand.kind !== "literal");
	const [only] = varying;
	const isNull = operands.some((operand) => operand.kind === "literal" && operand.value === null);
	if (
		varying.length === 1 &&
		only?.type === "text" &&
		!isNull &&
		operands.every((operand) => operand === only || operand.type !== "json")
	) {
		return perDistinctText(type, only, compile, place, (text) =>
			call(...operands.map((operand) => (operand === only ? text : ((operand as Literal).value as Value)))),
		);
	}
	return perRow(type, operands.map(compile), place, call);
}

function perRow(type: FieldType, operands: readonly Evaluate[], place: string, call: ScalarFunction): Evaluate {
	const open = writerOf(type);
	return (run, rows, count) => {
		const columns = operands.map((operand) => operand(run, rows, count));
		const readers = columns.map(readerOf);
		let given = columns[0]?.valid;
		for (const column of columns) given = bothValid(run, given, column.valid, rows, count);
		const writer = open(run, place);
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (given !== undefined && given[row] === 0) writer.write(row, null);
			else writer.write(row, run.spend(call(...readers.map((read) => read(row)))));
		}
		return writer.column();
	};
}

/** The same for functions that take nulls as values. */
export function compileWithNulls(
	type: FieldType,
	operands: readonly TypedExpression[],
	compile: Compile,
	place: string,
	call: (values: readonly (Value | null)[]) => Value | null | Failure,
): Evaluate {
	const evaluators = operands.map(compile);
	const open = writerOf(type);
	return (run, rows, count) => {
		const readers = evaluators.map((evaluate) => {
			const column = evaluate(run, rows, count);
			const read = readerOf(column);
			return (row: number) => (column.valid !== undefined && column.valid[row] === 0 ? null : read(row));
		});
		const writer = open(run, place);
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			writer.write(row, run.spend(call(readers.map((read) => read(row)))));
		}
		return writer.column();
	};
}

function perDistinctText(
	type: FieldType,
	operand: TypedExpression,
	compile: Compile,
	place: string,
	call: (text: string) => Value | null | Failure,
): Evaluate {
	const evaluate = compile(operand);
	const open = writerOf(type);
	let from: Dictionary | undefined;
	let known: (Value | null | Failure)[] = [];
	let remembered = 0;
	return (run, rows, count) => {
		const { codes, dictionary, valid } = textsOf(evaluate(run, rows, count));
		if (dictionary !== from || remembered > MAX_REMEMBERED) {
			from = dictionary;
			known = [];
			remembered = 0;
		}
		const writer = open(run, place);
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) {
				writer.write(row, null);
				continue;
			}
			const code = codes[row] as number;
			let result = known[code];
			if (result === undefined) {
				result = run.spend(call(dictionary.valueAt(code)));
				known[code] = result;
				if (typeof result === "string") remembered += result.length;
			}
			writer.write(row, result);
		}
		return writer.column();
	};
}

/** Reads single values out of a column. */
export function readerOf(column: Column): (row: number) => Value {
	switch (column.type) {
		case "boolean":
			return (row) => column.values[row] === 1;
		case "text":
			return (row) => column.dictionary.valueAt(column.codes[row] as number);
		case "json":
			return (row) => new JsonPiece(column.slab, column.starts[row] as number, column.ends[row] as number);
		default:
			return (row) => column.values[row] as number;
	}
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

interface Writer {
	/** Takes a row's result; a failure is told to the run, and something that can be read is written for it. */
	write(row: number, value: Value | null | Failure): void;
	column(): Column;
}

/** Opens a scratch column for results of a type, once per evaluation. */
function writerOf(type: FieldType): (run: Run, place: string) => Writer {
	const open = columnOf(type);
	return (run, place) => {
		const { put, column } = open(run);
		const valid = run.bytes();
		let hasNulls = false;
		return {
			write(row, value) {
				if (value instanceof Failure) {
					run.fail(row, `${value.why} in \`${place}\`.`);
					put(row, undefined);
					valid[row] = 1;
				} else if (value === null) {
					put(row, undefined);
					valid[row] = 0;
					hasNulls = true;
				} else {
					put(row, value);
					valid[row] = 1;
				}
			},
			column: () => (hasNulls ? ({ ...column(), valid } as Column) : column()),
		};
	};
}

interface Filling {
	/** Writes a value; undefined where there is none, so that what is read there is harmless. */
	put(row: number, value: Value | undefined): void;
	column(): Column;
}

function columnOf(type: FieldType): (run: Run) => Filling {
	switch (type) {
		case "boolean":
			return (run) => {
				const values = run.bytes();
				return {
					put: (row, value) => {
						values[row] = value === true ? 1 : 0;
					},
					column: () => booleanColumn(values, undefined),
				};
			};
		case "text": {
			const output = new TextOutput();
			return (run) => {
				const codes = run.ints();
				output.begin();
				return {
					put: (row, value) => {
						codes[row] = output.codeOf(value === undefined ? "" : String(value));
					},
					column: () => textColumn(codes, output.dictionary, undefined),
				};
			};
		}
		case "json":
			return jsonColumn();
		default:
			return (run) => {
				const values = run.numbers();
				return {
					put: (row, value) => {
						values[row] = value === undefined ? 0 : Number(value);
					},
					column: () => numberColumn(type, values, undefined),
				};
			};
	}
}

/** What walks over the bytes counts on json, also where there is no value. */
const NULL_BYTES = encoder.encode("null");

function jsonColumn(): (run: Run) => Filling {
	const bytes = new ByteSlab();
	return (run) => {
		const starts = run.ints();
		const ends = run.ints();
		bytes.clear();
		return {
			put(row, value) {
				starts[row] = bytes.length;
				bytes.add(
					value === undefined
						? NULL_BYTES
						: value instanceof JsonPiece
							? value.slab.subarray(value.start, value.end)
							: encoder.encode(String(value)),
				);
				ends[row] = bytes.length;
			},
			column: () => ({ type: "json", slab: bytes.slab, starts, ends }),
		};
	};
}
