import { type FunctionRule, NUMBER_TO_NUMBER, type Signature } from "./rule.ts";

const ROUNDING: readonly Signature[] = [
	{ parameters: ["number"], result: "number" },
	{ parameters: ["number", "integer"], result: "number" },
];

/** Functions of numbers. */
export const MATH_FUNCTIONS = {
	abs: {
		usage: "abs(number)",
		summary: "The value without its sign.",
		example: "abs(temperature - 20) < 5",
		signatures: [
			{ parameters: ["integer"], result: "integer" },
			{ parameters: ["number"], result: "number" },
		],
	},
	ceil: {
		usage: "ceil(number)",
		summary: "The next whole number that is not smaller.",
		example: "ceil(litres)",
		signatures: NUMBER_TO_NUMBER,
	},
	floor: {
		usage: "floor(number)",
		summary: "The next whole number that is not greater.",
		example: "floor(litres)",
		signatures: NUMBER_TO_NUMBER,
	},
	round: {
		usage: "round(number [, digits])",
		summary: "Rounds to whole numbers (a half to the even one) or to that many digits (a half away from zero).",
		example: "round(fare / nullif(distance, 0), 2)",
		signatures: ROUNDING,
	},
	trunc: {
		usage: "trunc(number [, digits])",
		summary: "Cuts off what is behind the point, or behind that many digits.",
		example: "trunc(litres, 1)",
		signatures: ROUNDING,
	},
	sign: { usage: "sign(number)", summary: "−1, 0 or 1.", example: "sign(current) = -1", signatures: NUMBER_TO_NUMBER },
	sqrt: {
		usage: "sqrt(number)",
		summary: "The square root; a negative number fails.",
		example: "sqrt(x ^ 2 + y ^ 2)",
		signatures: NUMBER_TO_NUMBER,
	},
	power: {
		usage: "power(number, exponent)",
		summary: "The number raised to the exponent.",
		example: "power(speed, 3)",
		signatures: [{ parameters: ["number", "number"], result: "number" }],
	},
	exp: { usage: "exp(number)", summary: "e raised to the number.", example: "exp(-age / 60)", signatures: NUMBER_TO_NUMBER },
	ln: {
		usage: "ln(number)",
		summary: "The natural logarithm; zero and less fail.",
		example: "ln(pressure)",
		signatures: NUMBER_TO_NUMBER,
	},
	log: {
		usage: "log([base,] number)",
		summary: "The logarithm to base 10, or to the base given first.",
		example: "20 * log(amplitude)",
		signatures: [
			{ parameters: ["number"], result: "number" },
			{ parameters: ["number", "number"], result: "number" },
		],
	},
	mod: {
		usage: "mod(number, divisor)",
		summary: "What is left after division; it has the sign of the number.",
		example: "mod(seq, 10) = 0",
		signatures: [
			{ parameters: ["integer", "integer"], result: "integer" },
			{ parameters: ["number", "number"], result: "number" },
		],
	},
	greatest: {
		usage: "greatest(value, …)",
		summary: "The greatest of its values; nulls are passed over.",
		example: "greatest(indoor, outdoor)",
		signatures: [{ parameters: ["same"], variadic: true, result: "same" }],
	},
	least: {
		usage: "least(value, …)",
		summary: "The smallest of its values; nulls are passed over.",
		example: "least(temperature, 100)",
		signatures: [{ parameters: ["same"], variadic: true, result: "same" }],
	},
	cbrt: {
		usage: "cbrt(number)",
		summary: "The cube root.",
		example: "cbrt(litres)",
		signatures: NUMBER_TO_NUMBER,
	},
	pi: {
		usage: "pi()",
		summary: "The number 3.14159….",
		example: "pi() * (x / 2) ^ 2",
		signatures: [{ parameters: [], result: "number" }],
	},
	degrees: {
		usage: "degrees(radians)",
		summary: "An angle in radians as degrees.",
		example: "degrees(atan2(y, x))",
		signatures: NUMBER_TO_NUMBER,
	},
	radians: {
		usage: "radians(degrees)",
		summary: "An angle in degrees as radians.",
		example: "sin(radians(x))",
		signatures: NUMBER_TO_NUMBER,
	},
	sin: {
		usage: "sin(radians)",
		summary: "The sine of an angle in radians.",
		example: "sin(radians(x))",
		signatures: NUMBER_TO_NUMBER,
	},
	cos: {
		usage: "cos(radians)",
		summary: "The cosine of an angle in radians.",
		example: "cos(radians(x))",
		signatures: NUMBER_TO_NUMBER,
	},
	tan: {
		usage: "tan(radians)",
		summary: "The tangent of an angle in radians.",
		example: "tan(radians(x))",
		signatures: NUMBER_TO_NUMBER,
	},
	cot: {
		usage: "cot(radians)",
		summary: "The cotangent of an angle in radians.",
		example: "cot(radians(x))",
		signatures: NUMBER_TO_NUMBER,
	},
	asin: {
		usage: "asin(number)",
		summary: "The angle in radians whose sine is the number; it fails outside −1 to 1.",
		example: "degrees(asin(x))",
		signatures: NUMBER_TO_NUMBER,
	},
	acos: {
		usage: "acos(number)",
		summary: "The angle in radians whose cosine is the number; it fails outside −1 to 1.",
		example: "degrees(acos(x))",
		signatures: NUMBER_TO_NUMBER,
	},
	atan: {
		usage: "atan(number)",
		summary: "The angle in radians whose tangent is the number.",
		example: "degrees(atan(y / x))",
		signatures: NUMBER_TO_NUMBER,
	},
	atan2: {
		usage: "atan2(y, x)",
		summary: "The angle in radians of the point x, y seen from the origin.",
		example: "degrees(atan2(y, x))",
		signatures: [{ parameters: ["number", "number"], result: "number" }],
	},
	sinh: {
		usage: "sinh(number)",
		summary: "The hyperbolic sine.",
		example: "sinh(x)",
		signatures: NUMBER_TO_NUMBER,
	},
	cosh: {
		usage: "cosh(number)",
		summary: "The hyperbolic cosine.",
		example: "cosh(x)",
		signatures: NUMBER_TO_NUMBER,
	},
	tanh: {
		usage: "tanh(number)",
		summary: "The hyperbolic tangent.",
		example: "tanh(x)",
		signatures: NUMBER_TO_NUMBER,
	},
	div: {
		usage: "div(number, divisor)",
		summary: "How often the divisor goes into the number as a whole.",
		example: "div(litres, 10)",
		signatures: [{ parameters: ["number", "number"], result: "number" }],
	},
	gcd: {
		usage: "gcd(a, b)",
		summary: "The greatest common divisor.",
		example: "gcd(seq, 12)",
		signatures: [{ parameters: ["integer", "integer"], result: "integer" }],
	},
	lcm: {
		usage: "lcm(a, b)",
		summary: "The least common multiple.",
		example: "lcm(seq, 12)",
		signatures: [{ parameters: ["integer", "integer"], result: "integer" }],
	},
	width_bucket: {
		usage: "width_bucket(number, low, high, count)",
		summary: "Which of count equal parts between low and high a number is in: 0 below, count + 1 above.",
		example: "width_bucket(temperature, 0, 100, 10)",
		signatures: [{ parameters: ["number", "number", "number", "integer"], result: "integer" }],
	},
} as const satisfies Readonly<Record<string, FunctionRule>>;
