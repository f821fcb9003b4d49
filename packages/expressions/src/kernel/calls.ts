import type { Column } from "@weir/records";
import type { FunctionName } from "../functions.ts";
import { printExpression } from "../print.ts";
import { isTimestamp, partNamed, truncationNamed } from "../timestamps.ts";
import type { Call, Join, TypedExpression } from "../tree.ts";
import { compareTexts } from "../values.ts";
import { compileArithmetic, TOO_LARGE, TOO_SMALL } from "./arithmetic.ts";
import { textOf } from "./cast.ts";
import { numberColumn, numbersOf, textColumn } from "./columns.ts";
import { Failure } from "./failure.ts";
import { roundColumn, roundDigits, roundHalfEven, truncateDigits } from "./numbers.ts";
import { bothValid, type Compile, type Evaluate } from "./run.ts";
import { compileScalar, readerOf, type Value } from "./scalar.ts";
import { TextOutput } from "./text-table.ts";
import * as texts from "./texts.ts";

/** A function of one or two numbers; `why` is asked when what comes out is not finite or is 0. */
interface NumberFunction {
	readonly compute: (a: number, b: number) => number;
	readonly why?: (a: number, b: number, result: number) => string | undefined;
}

const LOGARITHM_OF_NONE = "The logarithm of zero or of a negative number was asked for";

const NUMBER_FUNCTIONS: Readonly<Partial<Record<FunctionName, NumberFunction>>> = {
	abs: { compute: Math.abs },
	ceil: { compute: Math.ceil },
	floor: { compute: Math.floor },
	round: { compute: roundHalfEven },
	trunc: { compute: Math.trunc },
	sign: { compute: (a) => (a > 0 ? 1 : a < 0 ? -1 : 0) },
	sqrt: { compute: Math.sqrt, why: (a) => (a < 0 ? "The square root of a negative number was asked for" : undefined) },
	exp: { compute: Math.exp, why: (_a, _b, result) => (result === 0 ? TOO_SMALL : Number.isFinite(result) ? undefined : TOO_LARGE) },
	ln: { compute: Math.log, why: (a) => (a <= 0 ? LOGARITHM_OF_NONE : undefined) },
	log: { compute: Math.log10, why: (a) => (a <= 0 ? LOGARITHM_OF_NONE : undefined) },
};

/** The same names with a second operand that means something else. */
const WITH_SECOND: Readonly<Partial<Record<FunctionName, NumberFunction>>> = {
	round: { compute: roundDigits },
	trunc: { compute: truncateDigits },
	log: {
		compute: (base, a) => Math.log(a) / Math.log(base),
		why: (base, a) => (base <= 0 || a <= 0 ? LOGARITHM_OF_NONE : base === 1 ? "Division by zero, because the base is 1," : undefined),
	},
};

const TEXT_FUNCTIONS: Readonly<Partial<Record<FunctionName, (...values: Value[]) => Value | Failure>>> = {
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
};

export function compileCall(tree: Call, compile: Compile): Evaluate {
	const { name, operands } = tree;
	const place = printExpression(tree);
	if (name === "greatest" || name === "least") return compileExtreme(tree, compile);
	const [left, right] = operands;
	if ((name === "mod" || name === "power") && left !== undefined && right !== undefined) {
		return compileArithmetic({ kind: "arithmetic", type: tree.type, operator: name === "mod" ? "%" : "^", left, right }, compile);
	}
	if (name === "concat") return compileConcat(operands, compile, place);
	if (name === "round" && left !== undefined && right?.kind === "literal" && typeof right.value === "number") {
		return compileRound(left, right.value, compile);
	}
	const numeric = (operands.length > 1 ? WITH_SECOND[name] : undefined) ?? NUMBER_FUNCTIONS[name];
	if (numeric !== undefined) return compileNumeric(tree.type === "integer" ? "integer" : "number", operands, numeric, compile, place);
	if (tree.type === "json") throw new TypeError("No function gives json.");
	return compileScalar(tree.type, operands, compile, place, TEXT_FUNCTIONS[name] ?? timeFunction(name, operands));
}

function timeFunction(name: FunctionName, [part]: readonly TypedExpression[]): (...values: Value[]) => Value | Failure {
	const outOfRange = new Failure("A timestamp outside the years 1 to 9999 was met");
	if (name === "to_timestamp") {
		return (seconds) => {
			const ms = Math.round(Number(seconds) * 1e6) / 1000;
			return isTimestamp(ms) ? ms : outOfRange;
		};
	}
	const word = part?.kind === "literal" ? String(part.value) : "";
	const apply = name === "extract" ? partNamed(word) : truncationNamed(word);
	if (apply === undefined) throw new TypeError(`The function ${name} has no implementation.`);
	return (_part, moment) => (isTimestamp(Number(moment)) ? apply(Number(moment)) : outOfRange);
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
function compileExtreme({ name, operands, type }: Call, compile: Compile): Evaluate {
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
