import { printExpression } from "../print.ts";
import { formatLocal, formatTimestamp, isTimestamp, parseTimestamp } from "../timestamps.ts";
import type { Cast, ValueType } from "../tree.ts";
import { formatNumber, parseBoolean, parseInteger, parseNumber } from "../values.ts";
import { keptAs, numberColumn, numbersOf } from "./columns.ts";
import { Failure } from "./failure.ts";
import { compileToJson } from "./json.ts";
import { roundHalfEven } from "./numbers.ts";
import type { Compile, Evaluate } from "./run.ts";
import { compileScalar, type Value } from "./scalar.ts";

export function compileCast(tree: Cast, compile: Compile): Evaluate {
	const { operand, type } = tree;
	const place = printExpression(tree);
	if (type === "json") return compileToJson(operand, compile, place);
	if (operand.type === "integer" && type === "number") {
		const evaluate = compile(operand);
		return (run, rows, count) => {
			const { values, valid } = numbersOf(evaluate(run, rows, count));
			return numberColumn("number", values, valid);
		};
	}
	return compileScalar(keptAs(type), [operand], compile, place, converterOf(operand.type, type));
}

/** How one value becomes one of another type. The checker lets only these pairs through. */
function converterOf(from: ValueType, to: ValueType): (value: Value) => Value | Failure {
	switch (to) {
		case "text":
			return (value) => textOf(value, from);
		case "integer":
			return from === "text" ? (value) => readText(String(value), to) : (value) => integerOf(Number(value));
		case "boolean":
			return from === "text" ? (value) => readText(String(value), to) : (value) => value !== 0;
		default:
			return (value) => readText(String(value), to);
	}
}

function integerOf(value: number): number | Failure {
	const rounded = roundHalfEven(value) + 0;
	return Number.isSafeInteger(rounded) ? rounded : new Failure(`${formatNumber(value)} is out of the range of an integer`);
}

function readText(text: string, type: ValueType): Value | Failure {
	const value =
		type === "number"
			? parseNumber(text)
			: type === "integer"
				? parseInteger(text)
				: type === "boolean"
					? parseBoolean(text)
					: parseTimestamp(text);
	if (value === "malformed") return new Failure(`'${shortened(text)}' cannot be read as ${type}`);
	if (value === "out-of-range") return new Failure(`'${shortened(text)}' is out of the range of ${type}`);
	return value;
}

/** The beginning of a text, for a sentence. */
export function shortened(text: string): string {
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A value as PostgreSQL's cast to text writes it. */
export function textOf(value: Value, type: ValueType): string | Failure {
	if (typeof value !== "number" || type === "integer") return String(value);
	if (type !== "timestamp" && type !== "local") return formatNumber(value);
	return isTimestamp(value)
		? type === "local"
			? formatLocal(value)
			: formatTimestamp(value)
		: new Failure("A timestamp outside the years 1 to 9999 was met");
}
