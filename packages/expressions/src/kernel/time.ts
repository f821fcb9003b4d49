import { printExpression } from "../print.ts";
import { formatter, reader } from "../time-format.ts";
import { agePartNamed, isTimestamp, later, momentOf, partNamed, truncationNamed } from "../timestamps.ts";
import type { Arithmetic, Call, TypedExpression } from "../tree.ts";
import { zoneNamed } from "../zones.ts";
import { TOO_LARGE } from "./arithmetic.ts";
import { shortened } from "./cast.ts";
import { keptAs, numberColumn, numbersOf } from "./columns.ts";
import { Failure } from "./failure.ts";
import { bothValid, type Compile, type Evaluate } from "./run.ts";
import { compileScalar, type ScalarFunction, type Value } from "./scalar.ts";

const DAY = 86_400_000;
const OUT_OF_RANGE = new Failure("A timestamp outside the years 1 to 9999 was met");
const TOO_LONG = new Failure(TOO_LARGE);
/** Milliseconds up to which an interval is exact to the microsecond. */
const MAX_INTERVAL = 9e12 * 1000;

/** Sums, differences and multiples of moments and intervals, to the microsecond. */
export function compileTimeArithmetic(tree: Arithmetic, compile: Compile): Evaluate {
	const { operator, left, right, type } = tree;
	const place = printExpression(tree);
	const months = right.kind === "months" ? right : left.kind === "months" ? left : undefined;
	if (months !== undefined) {
		const direction = operator === "-" ? -1 : 1;
		return overNumbers(tree, [months === left ? right : left], compile, place, (moment) =>
			later(moment, direction * months.months, direction * months.ms),
		);
	}
	const calculate =
		operator === "+"
			? (a: number, b: number) => a + b
			: operator === "-"
				? (a: number, b: number) => a - b
				: operator === "*"
					? (a: number, b: number) => a * b
					: (a: number, b: number) => a / b;
	const divides = operator === "/";
	const check =
		type === "interval"
			? (_a: number, b: number, value: number) => intervalFault(divides, b, value)
			: (_a: number, _b: number, value: number) => (isTimestamp(value) ? undefined : OUT_OF_RANGE);
	return overNumbers(tree, [left, right], compile, place, (a, b) => Math.round(calculate(a, b) * 1000) / 1000 + 0, check);
}

function intervalFault(divides: boolean, divisor: number, value: number): Failure | undefined {
	if (divides && divisor === 0) return new Failure("Division by zero");
	return Math.abs(value) <= MAX_INTERVAL ? undefined : TOO_LONG;
}

/** A loop over one or two columns of numbers. */
function overNumbers(
	tree: TypedExpression,
	operands: readonly TypedExpression[],
	compile: Compile,
	place: string,
	calculate: (a: number, b: number) => number,
	check: (a: number, b: number, value: number) => Failure | undefined = (_a, _b, value) => (isTimestamp(value) ? undefined : OUT_OF_RANGE),
): Evaluate {
	const [first, second] = operands.map(compile);
	const kept = keptAs(tree.type);
	const type = kept === "timestamp" || kept === "integer" ? kept : "number";
	return (run, rows, count) => {
		if (first === undefined) throw new TypeError("An operation without operands was compiled.");
		const a = numbersOf(first(run, rows, count));
		const b = second === undefined ? a : numbersOf(second(run, rows, count));
		const valid = bothValid(run, a.valid, b.valid, rows, count);
		const out = run.numbers();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const [x, y] = [a.values[row] as number, b.values[row] as number];
			const value = calculate(x, y);
			out[row] = value;
			const fault = check(x, y, value);
			if (fault !== undefined) run.fail(row, `${fault.why} in \`${place}\`.`);
		}
		return numberColumn(type, out, valid);
	};
}

/** Functions of moments. Parts are constants; zones mostly are. */
export function compileTimeCall(tree: Call, compile: Compile): Evaluate {
	const { name, operands } = tree;
	const place = printExpression(tree);
	const [first, second, third] = operands;
	const word = first?.kind === "literal" ? String(first.value) : "";
	const faultOf = (_a: number, _b: number, value: number) => (Number.isNaN(value) ? OUT_OF_RANGE : undefined);
	const guarded = (apply: (moment: number) => number) => (moment: number) => (isTimestamp(moment) ? apply(moment) : Number.NaN);
	if (name === "extract" && second !== undefined) {
		const part = partNamed(word);
		if (part === undefined) throw new TypeError(`There is no part ${word}.`);
		return overNumbers(
			tree,
			[second],
			compile,
			place,
			second.type === "interval" ? (ms) => Math.round(ms * 1000) / 1e6 : guarded(part),
			faultOf,
		);
	}
	if (name === "date_trunc" && second !== undefined && third === undefined) {
		return overNumbers(tree, [second], compile, place, guarded(truncation(word)), faultOf);
	}
	if (name === "age" && second !== undefined && third !== undefined) {
		const part = agePartNamed(word);
		if (part === undefined) throw new TypeError(`There is no part ${word}.`);
		const isSound = (a: number, b: number) => isTimestamp(a) && isTimestamp(b);
		return overNumbers(tree, [second, third], compile, place, (a, b) => (isSound(a, b) ? part(a, b) : Number.NaN), faultOf);
	}
	const format = second?.kind === "literal" ? String(second.value) : "";
	if (name === "to_char" && first !== undefined) {
		const write = formatter(format);
		return compileScalar("text", [first], compile, place, (moment) => (isTimestamp(Number(moment)) ? write(Number(moment)) : OUT_OF_RANGE));
	}
	if (name === "to_timestamp" && first !== undefined && second !== undefined) {
		const read = reader(format);
		return compileScalar(
			"timestamp",
			[first],
			compile,
			place,
			(text) => read(String(text)) ?? new Failure(`'${shortened(String(text))}' is not written so`),
		);
	}
	if (name === "to_timestamp" && first !== undefined) {
		return overNumbers(tree, [first], compile, place, (seconds) => Math.round(seconds * 1e6) / 1000);
	}
	if (name === "timezone" && word !== "" && first?.kind === "literal" && second !== undefined) {
		const zone = zoneNamed(word);
		if (zone !== undefined)
			return overNumbers(tree, [second], compile, place, guarded(second.type === "local" ? zone.toMoment : zone.toLocal));
	}
	if (name === "date_trunc" && second !== undefined && third?.kind === "literal" && third.value !== null) {
		return overNumbers(tree, [second], compile, place, guarded(truncationIn(word, String(third.value))));
	}
	return compileScalar(keptAs(tree.type), operands, compile, place, timeFunction(tree, word));
}

function truncation(part: string): (moment: number) => number {
	const truncate = truncationNamed(part);
	if (truncate === undefined) throw new TypeError(`There is no part ${part}.`);
	return truncate;
}

/** To the beginning of a part as clocks in a zone show it. Parts shorter than a day keep the offset that was in force. */
function truncationIn(part: string, zoneName: string): (moment: number) => number {
	const zone = zoneNamed(zoneName);
	if (zone === undefined) throw new TypeError(`There is no zone ${zoneName}.`);
	const truncate = truncation(part);
	const isShort = truncate(DAY - 1) > 0;
	return (moment) => {
		const local = zone.toLocal(moment);
		return isShort ? moment - (local - truncate(local)) : zone.toMoment(truncate(local));
	};
}

function timeFunction({ name, operands }: Call, part: string): ScalarFunction {
	const within = (value: number): Value | Failure => (isTimestamp(value) ? value : OUT_OF_RANGE);
	const inZone = (name: Value, apply: (zone: string) => number): Value | Failure => {
		const zone = String(name);
		return zoneNamed(zone) === undefined ? new Failure(`'${shortened(zone)}', which is no time zone, was met`) : within(apply(zone));
	};
	if (name === "timezone") {
		const isLocal = operands[1]?.type === "local";
		return (zone, moment) => {
			const value = Number(moment);
			if (!isTimestamp(value)) return OUT_OF_RANGE;
			return inZone(
				zone as Value,
				(found) => (isLocal ? zoneNamed(found)?.toMoment(value) : zoneNamed(found)?.toLocal(value)) ?? Number.NaN,
			);
		};
	}
	if (name === "date_trunc")
		return (_part, moment, zone) =>
			isTimestamp(Number(moment)) ? inZone(zone as Value, (found) => truncationIn(part, found)(Number(moment))) : OUT_OF_RANGE;
	if (name === "date_bin") {
		return (stride, moment, origin) => {
			const [size, from] = [Number(stride), Number(origin)];
			return within(from + Math.floor(Math.round((Number(moment) - from) * 1000) / 1000 / size) * size);
		};
	}
	if (name === "make_timestamptz") {
		return (year, month, day, hour, minute, second, zone = "UTC") => {
			const local = momentOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
			if (local === undefined) return new Failure("There is no such date or time of day");
			return inZone(zone, (found) => zoneNamed(found)?.toMoment(local) ?? Number.NaN);
		};
	}
	throw new TypeError(`The function ${name} has no implementation.`);
}
