import type { Validity } from "@weir/records";
import { printExpression } from "../print.ts";
import type { Arithmetic, ArithmeticOperator, Negation } from "../tree.ts";
import { numberColumn, numbersOf } from "./columns.ts";
import { decimalRemainder, raise } from "./numbers.ts";
import { bothValid, type Compile, type Evaluate, type Run } from "./run.ts";

export const TOO_LARGE = "A number too large to be kept came out";
export const TOO_SMALL = "A number too small to be told from zero came out";

const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

/** Why a result is none; asked only when it is too large, not finite, or the divisor is 0. */
type Explain = (operator: ArithmeticOperator, a: number, b: number, result: number) => string | undefined;

export function compileArithmetic(tree: Arithmetic, compile: Compile): Evaluate {
	const { operator } = tree;
	const [left, right] = [compile(tree.left), compile(tree.right)];
	const type = tree.type === "integer" ? "integer" : "number";
	const place = `in \`${printExpression(tree)}\``;
	const loop = type === "integer" ? INTEGER_LOOPS[operator] : NUMBER_LOOPS[operator];
	const explain: Explain = type === "integer" ? explainInteger : explainNumber;
	return (run, rows, count) => {
		const a = numbersOf(left(run, rows, count));
		const b = numbersOf(right(run, rows, count));
		const out = run.numbers();
		const valid = bothValid(run, a.valid, b.valid, rows, count);
		if (!loop(a.values, b.values, out, rows, count)) reportEach(run, operator, explain, place, a.values, b.values, out, valid, rows, count);
		return numberColumn(type, out, valid);
	};
}

/** The slow way through a batch in which at least one row looked wrong; rows with a null look wrong for no reason. */
function reportEach(
	run: Run,
	operator: ArithmeticOperator,
	explain: Explain,
	place: string,
	a: Float64Array,
	b: Float64Array,
	out: Float64Array,
	valid: Validity | undefined,
	rows: Int32Array,
	count: number,
): void {
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		if (valid !== undefined && valid[row] === 0) continue;
		const why = explain(operator, a[row] as number, b[row] as number, out[row] as number);
		if (why !== undefined) run.fail(row, `${why} ${place}.`);
	}
}

function explainInteger(operator: ArithmeticOperator, _a: number, b: number, result: number): string | undefined {
	if ((operator === "/" || operator === "%") && b === 0) return "Division by zero";
	return Math.abs(result) > MAX_INTEGER ? "An integer beyond 9007199254740991 came out" : undefined;
}

function explainNumber(operator: ArithmeticOperator, a: number, b: number, result: number): string | undefined {
	if ((operator === "/" || operator === "%") && b === 0) return "Division by zero";
	if (operator === "^") return whyNoPower(a, b, result);
	if (!Number.isFinite(result)) return TOO_LARGE;
	const canVanish = operator === "*" ? a !== 0 && b !== 0 : operator === "/" && a !== 0;
	return canVanish && result === 0 ? TOO_SMALL : undefined;
}

/** Why `a ^ b` has no value, in PostgreSQL's judgement. */
function whyNoPower(a: number, b: number, result: number): string | undefined {
	if (a === 0 && b < 0) return "Zero was raised to a negative power";
	if (a < 0 && !Number.isInteger(b)) return "A negative number was raised to a power that is not whole";
	if (!Number.isFinite(result)) return TOO_LARGE;
	return result === 0 && a !== 0 ? TOO_SMALL : undefined;
}

/** Fills `out`; false when a row looks wrong and must be looked at again. */
type Loop = (a: Float64Array, b: Float64Array, out: Float64Array, rows: Int32Array, count: number) => boolean;

/* Sums, differences and products of safe integers are exact when they are safe; adding 0 turns −0 into 0. */
const INTEGER_LOOPS: Readonly<Record<ArithmeticOperator, Loop>> = {
	"+": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const value = (a[row] as number) + (b[row] as number);
			out[row] = value;
			if (value > MAX_INTEGER || value < -MAX_INTEGER) isSound = false;
		}
		return isSound;
	},
	"-": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const value = (a[row] as number) - (b[row] as number);
			out[row] = value;
			if (value > MAX_INTEGER || value < -MAX_INTEGER) isSound = false;
		}
		return isSound;
	},
	"*": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const value = (a[row] as number) * (b[row] as number) + 0;
			out[row] = value;
			if (value > MAX_INTEGER || value < -MAX_INTEGER) isSound = false;
		}
		return isSound;
	},
	"/": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const divisor = b[row] as number;
			const value = a[row] as number;
			// The quotient of two large integers rounds; what is left after division makes it exact.
			out[row] = (value - (value % divisor)) / divisor + 0;
			if (divisor === 0) isSound = false;
		}
		return isSound;
	},
	"%": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const divisor = b[row] as number;
			out[row] = ((a[row] as number) % divisor) + 0;
			if (divisor === 0) isSound = false;
		}
		return isSound;
	},
	"^": () => false,
};

const NUMBER_LOOPS: Readonly<Record<ArithmeticOperator, Loop>> = {
	"+": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const value = (a[row] as number) + (b[row] as number);
			out[row] = value;
			if (value - value !== 0) isSound = false;
		}
		return isSound;
	},
	"-": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const value = (a[row] as number) - (b[row] as number);
			out[row] = value;
			if (value - value !== 0) isSound = false;
		}
		return isSound;
	},
	"*": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const x = a[row] as number;
			const y = b[row] as number;
			const value = x * y;
			out[row] = value;
			const size = Math.abs(value);
			// One range for what is rare; only then a closer look.
			if (!(size > 0 && size < Number.POSITIVE_INFINITY) && (value !== 0 || (x !== 0 && y !== 0))) isSound = false;
		}
		return isSound;
	},
	"/": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const x = a[row] as number;
			const value = x / (b[row] as number);
			out[row] = value;
			const size = Math.abs(value);
			if (!(size > 0 && size < Number.POSITIVE_INFINITY) && (value !== 0 || x !== 0)) isSound = false;
		}
		return isSound;
	},
	"%": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const divisor = b[row] as number;
			if (divisor === 0) isSound = false;
			else out[row] = decimalRemainder(a[row] as number, divisor);
		}
		return isSound;
	},
	"^": (a, b, out, rows, count) => {
		let isSound = true;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const value = raise(a[row] as number, b[row] as number);
			out[row] = value;
			if (value - value !== 0 || value === 0) isSound = false;
		}
		return isSound;
	},
};

export function compileNegation({ operand, type }: Negation, compile: Compile): Evaluate {
	const evaluate = compile(operand);
	const result = type === "integer" ? "integer" : "number";
	const hasMinusZero = type === "number";
	return (run, rows, count) => {
		const { values, valid } = numbersOf(evaluate(run, rows, count));
		const out = run.numbers();
		if (!hasMinusZero) {
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = 0 - (values[row] as number);
			}
		} else {
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = -(values[row] as number);
			}
		}
		return numberColumn(result, out, valid);
	};
}
