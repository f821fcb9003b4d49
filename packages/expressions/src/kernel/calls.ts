import type { Column } from "@weir/records";
import type { FunctionName } from "../functions.ts";
import { printExpression } from "../print.ts";
import type { Call, Join, TypedExpression } from "../tree.ts";
import { compareTexts } from "../values.ts";
import { compileArithmetic } from "./arithmetic.ts";
import { textOf } from "./cast.ts";
import { keptAs, numberColumn, numbersOf, textColumn } from "./columns.ts";
import { Failure } from "./failure.ts";
import { compileJsonCall } from "./json-functions.ts";
import { compileLiteral } from "./leaves.ts";
import { NUMBER_FUNCTIONS, type NumberFunction, WITH_SECOND } from "./math-functions.ts";
import { roundColumn } from "./numbers.ts";
import { compilePatternCall } from "./patterns.ts";
import { bothValid, type Compile, type Evaluate } from "./run.ts";
import { compileScalar, readerOf, type ScalarFunction, type Value } from "./scalar.ts";
import { TextOutput } from "./text-table.ts";
import * as texts from "./texts.ts";
import { compileTimeCall } from "./time.ts";

/** Functions of single values. */
const SCALAR_FUNCTIONS: Readonly<Partial<Record<FunctionName, ScalarFunction>>> = {
	lower: (text) => texts.lower(String(text)),
	upper: (text) => texts.upper(String(text)),
	length: (text) => texts.lengthOf(String(text)),
	trim: (text, set = " ") => texts.trimEnd(texts.trimStart(String(text), String(set)), String(set)),
	ltrim: (text, set = " ") => texts.trimStart(String(text), String(set)),
	rtrim: (text, set = " ") => texts.trimEnd(String(text), String(set)),
	substring: (text, start, count) => texts.substring(String(text), Number(start), count === undefined ? undefined : Number(count)),
	replace: (text, part, by) => texts.replace(String(text), String(part), String(by)),
	strpos: (text, part) => texts.strpos(String(text), String(part)),
	starts_with: (text, beginning) => String(text).startsWith(String(beginning)),
	split_part: (text, separator, n) => texts.splitPart(String(text), String(separator), Number(n)),
	left: (text, n) => texts.left(String(text), Number(n)),
	right: (text, n) => texts.right(String(text), Number(n)),
	initcap: (text) => texts.initcap(String(text)),
	lpad: (text, length, fill = " ") => texts.pad(String(text), Number(length), String(fill), true),
	rpad: (text, length, fill = " ") => texts.pad(String(text), Number(length), String(fill), false),
	repeat: (text, times) => texts.repeat(String(text), Number(times)),
	reverse: (text) => texts.reverse(String(text)),
	translate: (text, from, to) => texts.translate(String(text), String(from), String(to)),
	overlay: (text, part, start, count) =>
		texts.overlay(String(text), String(part), Number(start), count === undefined ? undefined : Number(count)),
	ascii: (text) => String(text).codePointAt(0) ?? 0,
	chr: (code) => texts.character(Number(code)),
	// A row that failed already may hold what is no whole number.
	to_hex: (number) => (Number.isSafeInteger(number) ? BigInt.asUintN(64, BigInt(Number(number))).toString(16) : ""),
	octet_length: (text) => texts.bytesOf(String(text)),
	width_bucket: (value, low, high, count) => widthBucket(Number(value), Number(low), Number(high), Number(count)),
};

function widthBucket(value: number, low: number, high: number, count: number): number | Failure {
	if (count <= 0 || low === high) return new Failure("A number of parts below 1, or parts between equal bounds, were asked for");
	const place = low < high ? (value - low) / (high - low) : (low - value) / (low - high);
	if (place < 0) return 0;
	return place >= 1 ? count + 1 : Math.floor(place * count) + 1;
}

export function compileCall(tree: Call, compile: Compile): Evaluate {
	const { name, operands } = tree;
	const place = printExpression(tree);
	if (name === "greatest" || name === "least") return compileExtreme(tree, compile);
	const [left, right] = operands;
	if ((name === "mod" || name === "power") && left !== undefined && right !== undefined) {
		return compileArithmetic({ kind: "arithmetic", type: tree.type, operator: name === "mod" ? "%" : "^", left, right }, compile);
	}
	if (name === "pi") return compileLiteral({ kind: "literal", type: "number", value: Math.PI });
	if (name.startsWith("regexp_")) return compilePatternCall(tree, compile);
	if (name === "concat") return compileConcat(operands, compile, place);
	if (name === "round" && left !== undefined && right?.kind === "literal" && typeof right.value === "number") {
		return compileRound(left, right.value, compile);
	}
	const numeric = (operands.length > 1 ? WITH_SECOND[name] : undefined) ?? NUMBER_FUNCTIONS[name];
	if (numeric !== undefined) return compileNumeric(tree.type === "integer" ? "integer" : "number", operands, numeric, compile, place);
	const call = SCALAR_FUNCTIONS[name];
	if (call !== undefined) return compileScalar(keptAs(tree.type), operands, compile, place, call);
	return compileJsonCall(tree, compile) ?? compileTimeCall(tree, compile);
}

function compileRound(operand: TypedExpression, digits: number, compile: Compile): Evaluate {
	const evaluate = compile(operand);
	return (run, rows, count) => {
		const { values, valid } = numbersOf(evaluate(run, rows, count));
		const out = run.numbers();
		roundColumn(values, digits, out, rows, count);
		return numberColumn("number", out, valid);
	};
}

function compileNumeric(
	type: "number" | "integer",
	operands: readonly TypedExpression[],
	{ compute, why }: NumberFunction,
	compile: Compile,
	place: string,
): Evaluate {
	const [first, second] = operands.map(compile);
	return (run, rows, count) => {
		const a = first === undefined ? undefined : numbersOf(first(run, rows, count));
		if (a === undefined) throw new TypeError("A function without operands was compiled.");
		const b = second === undefined ? a : numbersOf(second(run, rows, count));
		const valid = bothValid(run, a.valid, b.valid, rows, count);
		const out = run.numbers();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const x = a.values[row] as number;
			const y = b.values[row] as number;
			const value = compute(x, y);
			out[row] = value;
			if ((value - value !== 0 || value === 0) && why !== undefined && (valid === undefined || valid[row] === 1)) {
				const reason = why(x, y, value);
				if (reason !== undefined) run.fail(row, `${reason} in \`${place}\`.`);
			}
		}
		return numberColumn(type, out, valid);
	};
}

/** GREATEST and LEAST pass over nulls; only a row of nulls gives null. */
function compileExtreme({ name, operands, type: valueType }: Call, compile: Compile): Evaluate {
	const type = keptAs(valueType);
	const evaluators = operands.map(compile);
	const wanted = name === "greatest" ? 1 : -1;
	const output = new TextOutput();
	return (run, rows, count) => {
		const columns = evaluators.map((evaluate) => evaluate(run, rows, count));
		const readers = columns.map((column) => ({ read: readerOf(column), valid: column.valid }));
		const valid = run.bytes();
		const isText = type === "text";
		const codes = isText ? run.ints() : undefined;
		const values = type === "boolean" ? run.bytes() : run.numbers();
		output.begin();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			let best: Value | undefined;
			for (const reader of readers) {
				if (reader.valid !== undefined && reader.valid[row] === 0) continue;
				const value = reader.read(row);
				if (best === undefined || orderOf(value, best) * wanted > 0) best = value;
			}
			valid[row] = best === undefined ? 0 : 1;
			if (codes !== undefined) codes[row] = output.codeOf(String(best ?? ""));
			else values[row] = Number(best ?? 0);
		}
		return codes === undefined ? ({ type, values, valid } as Column) : textColumn(codes, output.dictionary, valid);
	};
}

function orderOf(a: Value, b: Value): number {
	return typeof a === "string" && typeof b === "string" ? compareTexts(a, b) : Number(a) - Number(b);
}

/** `||`; a chain of them is joined at once. */
export function compileJoin(tree: Join, compile: Compile): Evaluate {
	const parts = chainOf(tree);
	return compileScalar("text", parts, compile, printExpression(tree), (...values) => values.join(""));
}

function chainOf(tree: TypedExpression): readonly TypedExpression[] {
	return tree.kind === "join" ? tree.operands.flatMap(chainOf) : [tree];
}

/** CONCAT writes booleans as t and f, unlike a cast, and leaves nulls out. */
function compileConcat(operands: readonly TypedExpression[], compile: Compile, place: string): Evaluate {
	const evaluators = operands.map(compile);
	const output = new TextOutput();
	return (run, rows, count) => {
		const readers = evaluators.map((evaluate, i) => {
			const column = evaluate(run, rows, count);
			return { read: readerOf(column), valid: column.valid, type: operands[i]?.type ?? "text" };
		});
		output.begin();
		const codes = run.ints();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			let joined = "";
			for (const { read, valid, type } of readers) {
				if (valid !== undefined && valid[row] === 0) continue;
				const value = read(row);
				const text = typeof value === "boolean" ? (value ? "t" : "f") : textOf(value, type);
				if (text instanceof Failure) run.fail(row, `${text.why} in \`${place}\`.`);
				else joined += text;
			}
			const result = run.spend(joined);
			if (result instanceof Failure) run.fail(row, `${result.why} in \`${place}\`.`);
			codes[row] = output.codeOf(result instanceof Failure ? "" : result);
		}
		return textColumn(codes, output.dictionary, undefined);
	};
}
