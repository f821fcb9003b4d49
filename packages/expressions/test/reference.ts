import type { Row, RowValue } from "@weir/records";
import { formatTimestamp, parseTimestamp, partNamed, truncationNamed } from "../src/timestamps.ts";
import type { TypedExpression } from "../src/tree.ts";
import { formatNumber } from "../src/values.ts";

/** A row has no value. */
export class RowFailure extends Error {}

type Value = number | bigint | string | boolean | null;

const LIMIT = 9007199254740991n;

function fail(why: string): never {
	throw new RowFailure(why);
}

/**
 * The plainest reading of an expression: one row, one value at a time, whole numbers as bigint, json as its text.
 * It shares with the kernels only the formats of numbers and moments, which are tested by themselves.
 */
export function evaluate(tree: TypedExpression, row: Row): Value {
	const at = (part: TypedExpression) => evaluate(part, row);
	switch (tree.kind) {
		case "literal":
			return tree.type === "integer" && tree.value !== null ? BigInt(tree.value) : tree.value;
		case "field":
			return fieldValue(tree.type, row[tree.name] ?? null);
		case "arithmetic":
			return calculate(tree.operator, at(tree.left), at(tree.right), tree.type === "integer");
		case "negate": {
			const value = at(tree.operand);
			return value === null ? null : typeof value === "bigint" ? -value : -Number(value);
		}
		case "compare":
			return compare(tree.operator, at(tree.left), at(tree.right));
		case "and":
		case "or":
			return connect(tree.kind === "or", tree.operands, at);
		case "not": {
			const value = at(tree.operand);
			return value === null ? null : !value;
		}
		case "is": {
			const value = at(tree.operand);
			return (tree.test === "null" ? value === null : value === (tree.test === "true")) !== tree.negated;
		}
		case "distinct":
			return isDistinct(at(tree.left), at(tree.right)) !== tree.negated;
		case "in":
			return isIn(tree, at);
		case "between": {
			const within = (low: TypedExpression, high: TypedExpression) => {
				const isAbove = compare(">=", at(tree.operand), at(low));
				return isAbove === false ? false : and3(isAbove, compare("<=", at(tree.operand), at(high)));
			};
			let result = within(tree.low, tree.high);
			if (tree.symmetric && result !== true) result = or3(result, within(tree.high, tree.low));
			return result === null ? null : result !== tree.negated;
		}
		case "like": {
			const [text, pattern] = [at(tree.operand), at(tree.pattern)];
			return text === null || pattern === null ? null : isLike(String(text), String(pattern), tree.ignoresCase) !== tree.negated;
		}
		case "case": {
			const branch = tree.branches.find(({ when }) => at(when) === true);
			return at(branch?.then ?? tree.otherwise);
		}
		case "coalesce":
			for (const operand of tree.operands) {
				const value = at(operand);
				if (value !== null) return value;
			}
			return null;
		case "nullif": {
			const value = at(tree.left);
			return compare("=", value, at(tree.right)) === true ? null : value;
		}
		case "cast":
			return convert(at(tree.operand), tree.operand.type, tree.type);
		case "join": {
			const parts = tree.operands.map(at);
			return parts.includes(null) ? null : parts.join("");
		}
		case "member":
			return member(at(tree.operand), at(tree.key), tree.type === "text");
		case "call":
			return call(tree, at);
		default:
			throw new Error(`The row-at-a-time reading does not know ${tree.kind}.`);
	}
}

function fieldValue(type: TypedExpression["type"], value: RowValue): Value {
	if (value === null) return null;
	if (type === "json") return JSON.stringify(value);
	return type === "integer" ? BigInt(Number(value)) : (value as Value);
}

function calculate(operator: string, a: Value, b: Value, isInteger: boolean): Value {
	if (a === null || b === null) return null;
	if (isInteger) {
		const [x, y] = [BigInt(a), BigInt(b)];
		if ("/%".includes(operator) && y === 0n) fail("division by zero");
		const value = operator === "+" ? x + y : operator === "-" ? x - y : operator === "*" ? x * y : operator === "/" ? x / y : x % y;
		return value > LIMIT || value < -LIMIT ? fail("integer range") : value;
	}
	const [x, y] = [Number(a), Number(b)];
	if ("/%".includes(operator) && y === 0) fail("division by zero");
	if (operator === "%") return decimalRest(x, y);
	const value = operator === "+" ? x + y : operator === "-" ? x - y : operator === "*" ? x * y : operator === "/" ? x / y : x ** y;
	if (!Number.isFinite(value)) fail("overflow");
	const isVanished = value === 0 && x !== 0 && (operator === "/" || operator === "^" || (operator === "*" && y !== 0));
	return isVanished ? fail("underflow") : value;
}

/** Long subtraction of decimal fractions of 15 digits. */
function decimalRest(x: number, y: number): number {
	const places = (value: number) => {
		const [digits = "", power = "0"] = value.toExponential(14).split("e");
		return { digits: BigInt(digits.replace(".", "")), power: Number(power) - 14 };
	};
	const [a, b] = [places(x), places(y)];
	const power = Math.min(a.power, b.power);
	const rest = (a.digits * 10n ** BigInt(a.power - power)) % (b.digits * 10n ** BigInt(b.power - power));
	return Number(`${rest}e${power}`);
}

function order(a: Value, b: Value): number {
	if (typeof a === "string" && typeof b === "string") {
		const [x, y] = [[...a], [...b]].map((letters) => letters.map((letter) => letter.codePointAt(0) ?? 0)) as [number[], number[]];
		for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
		return x.length - y.length;
	}
	const [x, y] = [Number(a), Number(b)];
	return x < y ? -1 : x > y ? 1 : 0;
}

function compare(operator: string, a: Value, b: Value): boolean | null {
	if (a === null || b === null) return null;
	const sign = Math.sign(order(a, b));
	return { "=": [0], "<>": [-1, 1], "<": [-1], "<=": [-1, 0], ">": [1], ">=": [1, 0] }[operator]?.includes(sign) ?? false;
}

const and3 = (a: boolean | null, b: boolean | null) => (a === false || b === false ? false : a === null || b === null ? null : true);
const or3 = (a: boolean | null, b: boolean | null) => (a === true || b === true ? true : a === null || b === null ? null : false);

function connect(isOr: boolean, operands: readonly TypedExpression[], at: (part: TypedExpression) => Value): boolean | null {
	let result: boolean | null = !isOr;
	for (const operand of operands) {
		const value = at(operand) as boolean | null;
		if (value === isOr) return isOr;
		if (value === null) result = null;
	}
	return result;
}

function isDistinct(a: Value, b: Value): boolean {
	return a === null || b === null ? a !== b : order(a, b) !== 0;
}

function isIn(tree: Extract<TypedExpression, { kind: "in" }>, at: (part: TypedExpression) => Value): boolean | null {
	const value = at(tree.operand);
	let result: boolean | null = false;
	const items = tree.items.toSorted((a, b) => Number(b.kind === "literal") - Number(a.kind === "literal"));
	for (const item of items) {
		result = or3(result, compare("=", value, at(item)));
		if (result === true) break;
	}
	return result === null ? null : result !== tree.negated;
}

/** By a regular expression made of the pattern. */
function isLike(text: string, pattern: string, ignoresCase: boolean): boolean {
	let source = "";
	const letters = [...(ignoresCase ? simpleCase(pattern, "toLowerCase") : pattern)];
	for (let i = 0; i < letters.length; i++) {
		let letter = letters[i] ?? "";
		if (letter === "%") source += "[^]*";
		else if (letter === "_") source += "[^]";
		else {
			if (letter === "\\") letter = letters[++i] ?? fail("trailing backslash");
			source += letter.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
		}
	}
	return new RegExp(`^${source}$`, "u").test(ignoresCase ? simpleCase(text, "toLowerCase") : text);
}

function simpleCase(text: string, to: "toLowerCase" | "toUpperCase"): string {
	return Array.from(text, (letter) => ([...letter[to]()].length > 1 ? letter : letter[to]())).join("");
}

function convert(value: Value, from: TypedExpression["type"], to: TypedExpression["type"]): Value {
	if (value === null || from === to) return value;
	if (to === "text")
		return from === "number" ? formatNumber(Number(value)) : from === "timestamp" ? formatTimestamp(Number(value)) : String(value);
	if (to === "json") return String(value);
	if (from === "text") return read(String(value).trim(), to);
	if (to === "boolean") return value !== 0n;
	if (to === "number") return Number(value);
	if (from === "boolean") return value === true ? 1n : 0n;
	const number = Number(value);
	const near = Math.round(number);
	const rounded = Math.abs(number - Math.trunc(number)) === 0.5 ? 2 * Math.round(number / 2) : near;
	return Math.abs(rounded) > Number(LIMIT) ? fail("integer range") : BigInt(rounded);
}

function read(text: string, to: TypedExpression["type"]): Value {
	if (to === "boolean") {
		const word = text.toLowerCase();
		const isStart = (of: string) => of.startsWith(word) && word !== "" && word !== "o";
		if (["true", "yes", "on", "1"].some(isStart)) return true;
		return ["false", "no", "off", "0"].some(isStart) ? false : fail("boolean");
	}
	if (to === "timestamp") {
		const moment = parseTimestamp(text);
		return typeof moment === "number" ? moment : fail("timestamp");
	}
	if (!/^[+-]?(\d|\.\d)/.test(text) || Number.isNaN(Number(text.replace(/^[+-]/, "")))) fail("number");
	if (to === "number") return Number(text);
	return /^[+-]?(0x[\da-f]+|\d+)$/i.test(text) ? BigInt(text) : fail("integer");
}

function member(json: Value, key: Value, asText: boolean): Value {
	if (json === null || key === null) return null;
	const whole = JSON.parse(String(json)) as unknown;
	let part: unknown;
	if (typeof key === "bigint") part = Array.isArray(whole) ? (whole as unknown[]).at(Number(key)) : undefined;
	else if (typeof whole === "object" && whole !== null && !Array.isArray(whole)) part = (whole as Record<string, unknown>)[String(key)];
	if (part === undefined || (asText && part === null)) return null;
	return asText && typeof part === "string" ? part : JSON.stringify(part);
}

function call(tree: Extract<TypedExpression, { kind: "call" }>, at: (part: TypedExpression) => Value): Value {
	const values = tree.operands.map(at);
	const { name } = tree;
	if (name === "concat") {
		const texts = values.map((value, i) =>
			value === null
				? ""
				: typeof value === "boolean"
					? value
						? "t"
						: "f"
					: String(convert(value, tree.operands[i]?.type ?? "text", "text")),
		);
		return texts.join("");
	}
	if (name === "greatest" || name === "least") {
		const sign = name === "greatest" ? 1 : -1;
		return values.reduce((best, value) => (value === null || (best !== null && order(value, best) * sign <= 0) ? best : value), null);
	}
	if (values.includes(null)) return null;
	const [a, b, c] = values;
	const number = Number(a);
	const text = String(a);
	const letters = [...text];
	const checked = (value: number) => (Number.isFinite(value) ? value : fail(name));
	switch (name) {
		case "abs":
			return typeof a === "bigint" ? (a < 0n ? -a : a) : Math.abs(number);
		case "ceil":
			return Math.ceil(number);
		case "floor":
			return Math.floor(number);
		case "round":
			if (b !== undefined) return decimal(number, Number(b), true);
			return Math.abs(number - Math.trunc(number)) === 0.5 ? 2 * Math.round(number / 2) : Math.round(number);
		case "trunc":
			return b === undefined ? Math.trunc(number) : decimal(number, Number(b), false);
		case "sign":
			return Math.sign(number);
		case "sqrt":
			return checked(Math.sqrt(number));
		case "exp":
			return Math.exp(number) === 0 ? fail("underflow") : checked(Math.exp(number));
		case "ln":
			return checked(Math.log(number));
		case "log":
			return b === undefined ? checked(Math.log10(number)) : checked(Math.log(Number(b)) / Math.log(number));
		case "power":
			return calculate("^", a ?? null, b ?? null, false);
		case "mod":
			return calculate("%", a ?? null, b ?? null, tree.type === "integer");
		case "lower":
			return simpleCase(text, "toLowerCase");
		case "upper":
			return simpleCase(text, "toUpperCase");
		case "length":
			return BigInt(letters.length);
		case "trim":
		case "ltrim":
		case "rtrim": {
			const unwanted = [...String(b ?? " ")];
			while (name !== "rtrim" && letters.length > 0 && unwanted.includes(letters[0] ?? "")) letters.shift();
			while (name !== "ltrim" && letters.length > 0 && unwanted.includes(letters.at(-1) ?? "")) letters.pop();
			return letters.join("");
		}
		case "substring":
			if (c !== undefined && Number(c) < 0) fail("negative length");
			return letters.filter((_, i) => i + 1 >= Number(b) && (c === undefined || i + 1 < Number(b) + Number(c))).join("");
		case "replace":
			return b === "" ? text : text.split(String(b)).join(String(c));
		case "strpos": {
			const part = [...String(b)];
			const found = letters.concat("").findIndex((_, i) => part.every((letter, j) => letters[i + j] === letter));
			return BigInt(found + 1);
		}
		case "starts_with":
			return text.slice(0, String(b).length) === b;
		case "split_part": {
			const n = Number(c);
			if (n === 0) fail("part 0");
			const parts = b === "" ? [text] : text.split(String(b));
			return parts.at(n > 0 ? n - 1 : n) ?? "";
		}
		case "left":
			return letters.filter((_, i) => (Number(b) >= 0 ? i < Number(b) : i < letters.length + Number(b))).join("");
		case "right":
			return letters.filter((_, i) => (Number(b) >= 0 ? i >= letters.length - Number(b) : i >= -Number(b))).join("");
		case "to_timestamp":
			return Math.round(number * 1e6) / 1000;
		case "extract":
			return partNamed(text)?.(Number(b)) ?? null;
		case "date_trunc":
			return truncationNamed(text)?.(Number(b)) ?? null;
		default:
			throw new Error(`The row-at-a-time reading does not know ${name}.`);
	}
}

/** Rounds or cuts the 15 decimal digits of a number, written out. */
function decimal(value: number, places: number, rounds: boolean): number {
	const [digits = "0", power = "0"] = Math.abs(value).toExponential(14).split("e");
	const scaled = BigInt(digits.replace(".", ""));
	const surplus = 14 - Number(power) - places;
	if (surplus <= 0) return Number(value.toPrecision(15));
	const unit = 10n ** BigInt(surplus);
	const kept = (scaled + (rounds ? unit / 2n : 0n)) / unit;
	return Number(`${value < 0 && kept > 0n ? "-" : ""}${kept}e${-places}`);
}
