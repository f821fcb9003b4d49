import type { FunctionName } from "../functions.ts";
import { printExpression } from "../print.ts";
import { formatLocal, formatTimestamp, isTimestamp } from "../timestamps.ts";
import type { Call, ValueType } from "../tree.ts";
import { formatNumber, parseNumber } from "../values.ts";
import { textOf } from "./cast.ts";
import { keptAs } from "./columns.ts";
import { Failure } from "./failure.ts";
import { keptText, textAt } from "./json.ts";
import { elementAt, elementsOf, firstByte, memberNamed, type Span, stringAt } from "./json-scan.ts";
import type { Compile, Evaluate } from "./run.ts";
import { compileScalar, compileWithNulls, JsonPiece, type ScalarFunction, type Value } from "./scalar.ts";

const OUT_OF_RANGE = new Failure("A timestamp outside the years 1 to 9999 was met");
const NO_ARRAY = new Failure("A json value that is no array was met");

type Result = Value | null | Failure;

/** Functions of a json value, and of what else there is, given the operands' types. */
type JsonFunction = (types: readonly ValueType[]) => (json: JsonPiece, ...others: Value[]) => Result;

const FUNCTIONS: Readonly<Partial<Record<FunctionName, JsonFunction>>> = {
	json_typeof: () => (json) => KINDS[String.fromCharCode(firstByte(json.slab, json))] ?? "number",
	json_extract_path:
		() =>
		(json, ...steps) => {
			const span = walk(json, steps);
			return span === undefined ? null : new JsonPiece(json.slab, span.start, span.end);
		},
	json_extract_path_text:
		() =>
		(json, ...steps) => {
			const span = walk(json, steps);
			const text = span && textAt(json.slab, span);
			return text === undefined ? null : keptText(text);
		},
	jsonb_exists: () => (json, name) => {
		const isIn = elementsOf(json.slab, json)?.some((element) => stringAt(json.slab, element) === name);
		return isIn ?? (memberNamed(json.slab, json, String(name)) !== undefined || stringAt(json.slab, json) === name);
	},
	json_array_length: () => (json) => elementsOf(json.slab, json)?.length ?? NO_ARRAY,
	array_to_string: () => (json, separator, instead) => {
		const texts = elementsOf(json.slab, json)?.flatMap(
			(element) => textAt(json.slab, element) ?? (instead === undefined ? [] : [String(instead)]),
		);
		return texts === undefined ? NO_ARRAY : keptText(texts.join(String(separator)));
	},
	array_position: ([, type]) => {
		const isEqual = equality(type ?? "text");
		return (json, value) => {
			const elements = elementsOf(json.slab, json);
			if (elements === undefined) return NO_ARRAY;
			const found = elements.findIndex((element) => isEqual(json.slab, element, value as Value));
			return found < 0 ? null : found + 1;
		};
	},
	array_contains: ([, type]) => {
		const isEqual = equality(type ?? "text");
		return (json, value) => {
			const elements = elementsOf(json.slab, json);
			if (elements === undefined) return NO_ARRAY;
			if (elements.some((element) => isEqual(json.slab, element, value as Value))) return true;
			return elements.some((element) => textAt(json.slab, element) === undefined) ? null : false;
		};
	},
	array_sum: () => overNumbers((numbers) => numbers.reduce((sum, number) => sum + number, 0)),
	array_avg: () => overNumbers((numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length),
	array_min: () => overNumbers((numbers) => numbers.reduce((least, number) => Math.min(least, number))),
	array_max: () => overNumbers((numbers) => numbers.reduce((most, number) => Math.max(most, number))),
};

const KINDS: Readonly<Record<string, string>> = { "{": "object", "[": "array", '"': "string", t: "boolean", f: "boolean", n: "null" };

/** Follows a path of members' names and elements' places. */
function walk(json: JsonPiece, steps: readonly Value[]): Span | undefined {
	let span: Span | undefined = json;
	for (const step of steps) {
		if (span === undefined) return undefined;
		const name = String(step);
		if (firstByte(json.slab, span) === 0x5b) span = /^\s*[+-]?\d{1,9}$/.test(name) ? elementAt(json.slab, span, Number(name)) : undefined;
		else span = memberNamed(json.slab, span, name);
	}
	return span;
}

/** Whether an element is equal to a value of a type. */
function equality(type: ValueType): (slab: Uint8Array, element: Span, value: Value) => boolean {
	if (type === "number" || type === "integer") {
		return (slab, element, value) => isNumberAt(slab, element) && Number(textAt(slab, element)) === value;
	}
	if (type === "boolean") return (slab, element, value) => firstByte(slab, element) === (value === true ? 0x74 : 0x66);
	return (slab, element, value) => stringAt(slab, element) === (typeof value === "number" ? momentText(value, type) : value);
}

function isNumberAt(slab: Uint8Array, element: Span): boolean {
	const byte = firstByte(slab, element);
	return byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
}

/** A calculation with the numbers of an array; nulls are passed over, and none at all gives null. */
function overNumbers(calculate: (numbers: readonly number[]) => number): (json: JsonPiece) => Result {
	return (json) => {
		const elements = elementsOf(json.slab, json);
		if (elements === undefined) return NO_ARRAY;
		const numbers: number[] = [];
		for (const element of elements) {
			const text = textAt(json.slab, element);
			if (text === undefined) continue;
			const number = parseNumber(text);
			if (typeof number === "string") return new Failure("An element that is no number was met");
			numbers.push(number);
		}
		if (numbers.length === 0) return null;
		const result = calculate(numbers);
		return Number.isFinite(result) ? result : new Failure("A number too large to be kept came out");
	};
}

function momentText(value: number, type: ValueType): string {
	const text = (type === "local" ? formatLocal(value) : formatTimestamp(value)).replace(" ", "T");
	return type === "local" ? text : `${text}:00`;
}

/** A value as PostgreSQL's to_json writes it. */
function jsonOf(value: Value | null, type: ValueType): string | Failure {
	if (value === null) return "null";
	if (typeof value === "string") return JSON.stringify(value);
	if (typeof value !== "number" || type === "integer") return String(value);
	if (type === "number") return formatNumber(value);
	return isTimestamp(value) ? JSON.stringify(momentText(value, type)) : OUT_OF_RANGE;
}

/** Functions that make json or texts out of values of any type, nulls among them. */
const BUILDERS: Readonly<Partial<Record<FunctionName, (types: readonly ValueType[]) => (values: readonly (Value | null)[]) => Result>>> = {
	json_build_array: (types) => (values) => {
		const elements = values.map((value, i) => jsonOf(value, types[i] ?? "text"));
		return elements.find((element) => element instanceof Failure) ?? `[${elements.join(", ")}]`;
	},
	json_build_object: (types) => (values) => {
		const members: string[] = [];
		for (let i = 0; i + 1 < values.length; i += 2) {
			const name = values[i] ?? null;
			if (name === null) return new Failure("A name in a json object cannot be null");
			const text = textOf(name, types[i] ?? "text");
			if (text instanceof Failure) return text;
			const member = jsonOf(values[i + 1] ?? null, types[i + 1] ?? "text");
			if (member instanceof Failure) return member;
			members.push(`${JSON.stringify(text)} : ${member}`);
		}
		return `{${members.join(", ")}}`;
	},
	array_append:
		([, type]) =>
		([array, value]) => {
			if (array !== null && !(array instanceof JsonPiece)) return NO_ARRAY;
			const elements = array === null ? [] : elementsOf(array.slab, array);
			if (elements === undefined) return NO_ARRAY;
			const texts = elements.map(({ start, end }) => String(new JsonPiece(array?.slab ?? new Uint8Array(0), start, end)));
			const added = jsonOf(value ?? null, type ?? "text");
			return added instanceof Failure ? added : `[${[...texts, added].join(", ")}]`;
		},
	concat_ws:
		(types) =>
		([separator, ...values]) => {
			if (separator === null) return null;
			const texts: string[] = [];
			for (const [i, value] of values.entries()) {
				if (value === null) continue;
				const text = typeof value === "boolean" ? (value ? "t" : "f") : textOf(value, types[i + 1] ?? "text");
				if (text instanceof Failure) return text;
				texts.push(text);
			}
			return texts.join(String(separator));
		},
};

/** Compiles the functions of json values and arrays; undefined for any other. */
export function compileJsonCall(tree: Call, compile: Compile): Evaluate | undefined {
	const { name, operands } = tree;
	const types = operands.map((operand) => operand.type);
	const type = keptAs(tree.type);
	const place = printExpression(tree);
	const build = BUILDERS[name]?.(types);
	if (build !== undefined) return compileWithNulls(type, operands, compile, place, build);
	if (name === "to_json") return compileScalar(type, operands, compile, place, (value) => jsonOf(value as Value, types[0] ?? "text"));
	if (name === "string_to_array") return compileScalar(type, operands, compile, place, splitToArray);
	const apply = FUNCTIONS[name]?.(types);
	if (apply === undefined) return undefined;
	return compileScalar(type, operands, compile, place, (json, ...others) =>
		json instanceof JsonPiece ? apply(json, ...others) : NO_ARRAY,
	);
}

const splitToArray: ScalarFunction = (text, separator, nothing) => {
	const parts = text === "" ? [] : separator === "" ? [String(text)] : String(text).split(String(separator));
	return JSON.stringify(parts.map((part) => (part === nothing ? null : part)));
};
