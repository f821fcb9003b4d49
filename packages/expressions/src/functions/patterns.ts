import type { FunctionRule } from "./rule.ts";

/** Functions of regular expressions. */
export const PATTERN_FUNCTIONS = {
	regexp_like: {
		usage: "regexp_like(text, pattern [, options])",
		summary: "Whether a regular expression occurs in the text; the same as `~`, or `~*` with the option i.",
		example: "regexp_like(code, '^[A-Z]{2}\\d+$')",
		signatures: [
			{ parameters: ["text", "text"], result: "boolean" },
			{ parameters: ["text", "text", "text"], result: "boolean" },
		],
	},
	regexp_match: {
		usage: "regexp_match(text, pattern [, options])",
		summary:
			"What the groups of a regular expression found, as a json array of texts (without groups: the whole match); null when it does not occur.",
		example: "regexp_match(topic, 'site-(\\d+)/(\\w+)') ->> 0",
		signatures: [
			{ parameters: ["text", "text"], result: "json" },
			{ parameters: ["text", "text", "text"], result: "json" },
		],
	},
	regexp_substr: {
		usage: "regexp_substr(text, pattern)",
		summary: "The first part of the text that a regular expression finds; null when there is none.",
		example: "regexp_substr(line, '\\d+')::integer",
		signatures: [{ parameters: ["text", "text"], result: "text" }],
	},
	regexp_replace: {
		usage: "regexp_replace(text, pattern, by [, options])",
		summary:
			"The first match of a regular expression replaced, with the option g every one; \\1 to \\9 are groups, \\& is the whole match.",
		example: "regexp_replace(line, '\\s+', ' ', 'g')",
		signatures: [
			{ parameters: ["text", "text", "text"], result: "text" },
			{ parameters: ["text", "text", "text", "text"], result: "text" },
		],
	},
	regexp_count: {
		usage: "regexp_count(text, pattern)",
		summary: "How often a regular expression matches in the text.",
		example: "regexp_count(line, '\\d+')",
		signatures: [{ parameters: ["text", "text"], result: "integer" }],
	},
	regexp_split_to_array: {
		usage: "regexp_split_to_array(text, pattern [, options])",
		summary: "The parts of the text between matches, as a json array.",
		example: "regexp_split_to_array(line, '[;,] *')",
		signatures: [
			{ parameters: ["text", "text"], result: "json" },
			{ parameters: ["text", "text", "text"], result: "json" },
		],
	},
} as const satisfies Readonly<Record<string, FunctionRule>>;
