import { ARRAY_FUNCTIONS } from "./functions/arrays.ts";
import { JSON_FUNCTIONS } from "./functions/json.ts";
import { MATH_FUNCTIONS } from "./functions/math.ts";
import { PATTERN_FUNCTIONS } from "./functions/patterns.ts";
import type { FunctionRule, Signature } from "./functions/rule.ts";
import { TEXT_FUNCTIONS } from "./functions/text.ts";
import { TIME_FUNCTIONS } from "./functions/time.ts";

/** Chapters of the manual, in its order. */
const GROUPS = [
	["Numbers", MATH_FUNCTIONS],
	["Text", TEXT_FUNCTIONS],
	["Regular expressions", PATTERN_FUNCTIONS],
	["Time", TIME_FUNCTIONS],
	["Json", JSON_FUNCTIONS],
	["Arrays", ARRAY_FUNCTIONS],
] as const;

/** Every function an expression can call, by its own name. */
export const FUNCTIONS = {
	...MATH_FUNCTIONS,
	...TEXT_FUNCTIONS,
	...PATTERN_FUNCTIONS,
	...TIME_FUNCTIONS,
	...JSON_FUNCTIONS,
	...ARRAY_FUNCTIONS,
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
	cardinality: "json_array_length",
	jsonb_array_length: "json_array_length",
	jsonb_typeof: "json_typeof",
	jsonb_extract_path: "json_extract_path",
	jsonb_extract_path_text: "json_extract_path_text",
	to_jsonb: "to_json",
	jsonb_build_object: "json_build_object",
	jsonb_build_array: "json_build_array",
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
	/** Chapter of the manual. */
	readonly group: string;
	readonly signature: string;
	readonly result: string;
	readonly summary: string;
	readonly example: string;
	/** PostgreSQL has it under no name. */
	readonly isOwn: boolean;
}

const SPECIAL_FORMS = [
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
].map((form): FunctionDescription => ({ ...form, group: "Values", isOwn: false }));

/** All functions with signature, one sentence and an example, by name. */
export function describeFunctions(): readonly FunctionDescription[] {
	const called = GROUPS.flatMap(([group, rules]) =>
		Object.entries(rules).map(
			([name, { usage, summary, example, signatures, ...rest }]: [string, FunctionRule]): FunctionDescription => ({
				name,
				group,
				signature: usage,
				result: [...new Set(signatures.map(({ result }) => (result === "local" ? "local time" : result)))].join(" or "),
				summary,
				example,
				isOwn: rest.isOwn ?? false,
			}),
		),
	);
	return [...called, ...SPECIAL_FORMS].sort((a, b) => (a.name < b.name ? -1 : 1));
}
