import type { FieldType } from "@weir/records";

/** `any` takes every type; `same` means that all operands are brought to one type, which is then the result's. */
type Parameter = FieldType | "any" | "same";

interface Signature {
	readonly parameters: readonly Parameter[];
	/** The last parameter may be repeated. */
	readonly variadic?: true;
	readonly result: FieldType | "same";
}

interface FunctionRule {
	/** How it is written. */
	readonly usage: string;
	readonly summary: string;
	readonly example: string;
	readonly signatures: readonly Signature[];
}

const NUMBER_TO_NUMBER: readonly Signature[] = [{ parameters: ["number"], result: "number" }];
const TEXT_TO_TEXT: readonly Signature[] = [{ parameters: ["text"], result: "text" }];
const TRIM: readonly Signature[] = [
	{ parameters: ["text"], result: "text" },
	{ parameters: ["text", "text"], result: "text" },
];
const ROUNDING: readonly Signature[] = [
	{ parameters: ["number"], result: "number" },
	{ parameters: ["number", "integer"], result: "number" },
];

/** Every function an expression can call, by its own name. */
export const FUNCTIONS = {
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
	lower: { usage: "lower(text)", summary: "The text in small letters.", example: "lower(status) = 'ok'", signatures: TEXT_TO_TEXT },
	upper: { usage: "upper(text)", summary: "The text in capital letters.", example: "upper(code)", signatures: TEXT_TO_TEXT },
	length: {
		usage: "length(text)",
		summary: "Number of characters.",
		example: "length(code) = 8",
		signatures: [{ parameters: ["text"], result: "integer" }],
	},
	trim: {
		usage: "trim([both | leading | trailing] [characters from] text)",
		summary: "Takes spaces, or the given characters, off the ends.",
		example: "trim(both '/' from topic)",
		signatures: TRIM,
	},
	ltrim: {
		usage: "ltrim(text [, characters])",
		summary: "Takes spaces, or the given characters, off the beginning.",
		example: "ltrim(code, '0')",
		signatures: TRIM,
	},
	rtrim: {
		usage: "rtrim(text [, characters])",
		summary: "Takes spaces, or the given characters, off the end.",
		example: "rtrim(line, '.')",
		signatures: TRIM,
	},
	substring: {
		usage: "substring(text from start [for count])",
		summary: "A part of the text; the first character is 1.",
		example: "substring(code from 2 for 3)",
		signatures: [
			{ parameters: ["text", "integer"], result: "text" },
			{ parameters: ["text", "integer", "integer"], result: "text" },
		],
	},
	replace: {
		usage: "replace(text, part, by)",
		summary: "Every occurrence of the part replaced.",
		example: "replace(name, '_', ' ')",
		signatures: [{ parameters: ["text", "text", "text"], result: "text" }],
	},
	strpos: {
		usage: "strpos(text, part)",
		summary: "Where the part begins, counted from 1; 0 when it is not there. Also position(part in text).",
		example: "strpos(topic, '/') > 0",
		signatures: [{ parameters: ["text", "text"], result: "integer" }],
	},
	starts_with: {
		usage: "starts_with(text, beginning)",
		summary: "Whether the text begins so.",
		example: "starts_with(device, 'pump-')",
		signatures: [{ parameters: ["text", "text"], result: "boolean" }],
	},
	split_part: {
		usage: "split_part(text, separator, n)",
		summary: "The nth part between separators, from 1; a negative n counts from the end.",
		example: "split_part(topic, '/', 2)",
		signatures: [{ parameters: ["text", "text", "integer"], result: "text" }],
	},
	concat: {
		usage: "concat(value, …)",
		summary: "All values written as text, one after the other; nulls are left out.",
		example: "concat(site, '/', device)",
		signatures: [{ parameters: ["any"], variadic: true, result: "text" }],
	},
	left: {
		usage: "left(text, n)",
		summary: "The first n characters; a negative n leaves out that many at the end.",
		example: "left(code, 2)",
		signatures: [{ parameters: ["text", "integer"], result: "text" }],
	},
	right: {
		usage: "right(text, n)",
		summary: "The last n characters; a negative n leaves out that many at the beginning.",
		example: "right(code, 4)",
		signatures: [{ parameters: ["text", "integer"], result: "text" }],
	},
	to_timestamp: {
		usage: "to_timestamp(seconds)",
		summary: "The moment that many seconds after 1970-01-01 UTC.",
		example: "to_timestamp(ts / 1000.0)",
		signatures: [{ parameters: ["number"], result: "timestamp" }],
	},
	extract: {
		usage: "extract(part from timestamp)",
		summary:
			"A part of a moment in UTC: epoch, year, quarter, month, week, day, hour, minute, second, milliseconds, dow, isodow, doy and others.",
		example: "extract(hour from measured_at) between 6 and 21",
		signatures: [{ parameters: ["text", "timestamp"], result: "number" }],
	},
	date_trunc: {
		usage: "date_trunc(part, timestamp)",
		summary: "The beginning of the second, minute, hour, day, week, month, quarter or year in UTC.",
		example: "date_trunc('hour', measured_at)",
		signatures: [{ parameters: ["text", "timestamp"], result: "timestamp" }],
	},
} as const satisfies Readonly<Record<string, FunctionRule>>;

export type FunctionName = keyof typeof FUNCTIONS;

/** Other names PostgreSQL has for them. */
const ALIASES: Readonly<Record<string, FunctionName>> = {
	ceiling: "ceil",
	pow: "power",
	log10: "log",
	char_length: "length",
	character_length: "length",
	btrim: "trim",
	substr: "substring",
	position: "strpos",
	date_part: "extract",
};

export function functionNamed(name: string): FunctionName | undefined {
	if (Object.hasOwn(FUNCTIONS, name)) return name as FunctionName;
	return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

export function signaturesOf(name: FunctionName): readonly Signature[] {
	return FUNCTIONS[name].signatures;
}

/** Every name that can be called, for suggestions. */
export const FUNCTION_NAMES: readonly string[] = [...Object.keys(FUNCTIONS), ...Object.keys(ALIASES), "coalesce", "nullif"];

/** One line of the manual and of the editor's completion list. */
export interface FunctionDescription {
	readonly name: string;
	readonly signature: string;
	readonly result: string;
	readonly summary: string;
	readonly example: string;
}

const SPECIAL_FORMS: readonly FunctionDescription[] = [
	{
		name: "coalesce",
		signature: "coalesce(value, …)",
		result: "same",
		summary: "The first value that is not null; the ones behind it are not looked at.",
		example: "coalesce(temperature, 0)",
	},
	{
		name: "nullif",
		signature: "nullif(value, other)",
		result: "same",
		summary: "Null when both are equal, else the value.",
		example: "fare / nullif(distance, 0)",
	},
	{
		name: "case",
		signature: "case when condition then value … [else value] end",
		result: "same",
		summary: "The value behind the first condition that is true.",
		example: "case when temperature > 80 then 'hot' else 'fine' end",
	},
	{
		name: "cast",
		signature: "cast(value as type)",
		result: "type",
		summary: "The value as another type; value::type is short for it.",
		example: "cast(reading as number)",
	},
];

/** All functions with signature, one sentence and an example, by name. */
export function describeFunctions(): readonly FunctionDescription[] {
	const called = Object.entries(FUNCTIONS).map(([name, rule]) => ({
		name,
		signature: rule.usage,
		result: [...new Set(rule.signatures.map((signature) => signature.result))].join(" or "),
		summary: rule.summary,
		example: rule.example,
	}));
	return [...called, ...SPECIAL_FORMS].sort((a, b) => (a.name < b.name ? -1 : 1));
}
