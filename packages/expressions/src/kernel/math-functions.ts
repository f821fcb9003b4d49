import type { FunctionName } from "../functions.ts";
import { TOO_LARGE, TOO_SMALL } from "./arithmetic.ts";
import { decimalQuotient, roundDigits, roundHalfEven, truncateDigits } from "./numbers.ts";

/** A function of one or two numbers; `why` is asked when what comes out is not finite or is 0. */
export interface NumberFunction {
	readonly compute: (a: number, b: number) => number;
	readonly why?: (a: number, b: number, result: number) => string | undefined;
}

const LOGARITHM_OF_NONE = "The logarithm of zero or of a negative number was asked for";
const NO_ANGLE = "A number outside −1 to 1 has no such angle";
const RADIANS_PER_DEGREE = Math.PI / 180;

const notFinite = (_a: number, _b: number, result: number) => (Number.isFinite(result) ? undefined : TOO_LARGE);
const noAngle = (a: number) => (Math.abs(a) > 1 ? NO_ANGLE : undefined);

export const NUMBER_FUNCTIONS: Readonly<Partial<Record<FunctionName, NumberFunction>>> = {
	abs: { compute: Math.abs },
	ceil: { compute: Math.ceil },
	floor: { compute: Math.floor },
	round: { compute: roundHalfEven },
	trunc: { compute: Math.trunc },
	sign: { compute: (a) => (a > 0 ? 1 : a < 0 ? -1 : 0) },
	sqrt: { compute: Math.sqrt, why: (a) => (a < 0 ? "The square root of a negative number was asked for" : undefined) },
	cbrt: { compute: Math.cbrt },
	exp: { compute: Math.exp, why: (_a, _b, result) => (result === 0 ? TOO_SMALL : Number.isFinite(result) ? undefined : TOO_LARGE) },
	ln: { compute: Math.log, why: (a) => (a <= 0 ? LOGARITHM_OF_NONE : undefined) },
	log: { compute: Math.log10, why: (a) => (a <= 0 ? LOGARITHM_OF_NONE : undefined) },
	degrees: { compute: (a) => a / RADIANS_PER_DEGREE, why: notFinite },
	radians: { compute: (a) => a * RADIANS_PER_DEGREE, why: (a, _b, result) => (result === 0 && a !== 0 ? TOO_SMALL : undefined) },
	sin: { compute: Math.sin },
	cos: { compute: Math.cos },
	tan: { compute: Math.tan, why: notFinite },
	cot: { compute: (a) => 1 / Math.tan(a), why: notFinite },
	asin: { compute: Math.asin, why: noAngle },
	acos: { compute: Math.acos, why: noAngle },
	atan: { compute: Math.atan },
	atan2: { compute: Math.atan2 },
	sinh: { compute: Math.sinh, why: notFinite },
	cosh: { compute: Math.cosh, why: notFinite },
	tanh: { compute: Math.tanh },
	div: {
		compute: decimalQuotient,
		why: (_a, b, result) => (b === 0 ? "Division by zero" : notFinite(0, 0, result)),
	},
	gcd: { compute: greatestDivisor },
	lcm: {
		compute: (a, b) => {
			const multiple = a === 0 || b === 0 ? 0 : Math.abs(a / greatestDivisor(a, b)) * Math.abs(b);
			return multiple > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : multiple;
		},
		why: (_a, _b, result) => (Number.isFinite(result) ? undefined : "An integer beyond 9007199254740991 came out"),
	},
};

function greatestDivisor(a: number, b: number): number {
	let [x, y] = [Math.abs(a), Math.abs(b)];
	while (y > 0) [x, y] = [y, x % y];
	return x;
}

/** The same names with a second operand that means something else. */
export const WITH_SECOND: Readonly<Partial<Record<FunctionName, NumberFunction>>> = {
	round: { compute: roundDigits },
	trunc: { compute: truncateDigits },
	log: {
		compute: (base, a) => Math.log(a) / Math.log(base),
		why: (base, a) => (base <= 0 || a <= 0 ? LOGARITHM_OF_NONE : base === 1 ? "Division by zero, because the base is 1," : undefined),
	},
};
