import { type FunctionRule, type Signature, TEXT_TO_TEXT } from "./rule.ts";

const TRIM: readonly Signature[] = [
	{ parameters: ["text"], result: "text" },
	{ parameters: ["text", "text"], result: "text" },
];

/** Functions of texts. */
export const TEXT_FUNCTIONS = {
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
	initcap: {
		usage: "initcap(text)",
		summary: "Every word begins with a capital letter, the rest is in small letters.",
		example: "initcap(site)",
		signatures: TEXT_TO_TEXT,
	},
	lpad: {
		usage: "lpad(text, length [, fill])",
		summary: "Filled up on the left with spaces, or with the given text, or cut to the length.",
		example: "lpad(code, 8, '0')",
		signatures: [
			{ parameters: ["text", "integer"], result: "text" },
			{ parameters: ["text", "integer", "text"], result: "text" },
		],
	},
	rpad: {
		usage: "rpad(text, length [, fill])",
		summary: "Filled up on the right with spaces, or with the given text, or cut to the length.",
		example: "rpad(code, 8, '.')",
		signatures: [
			{ parameters: ["text", "integer"], result: "text" },
			{ parameters: ["text", "integer", "text"], result: "text" },
		],
	},
	repeat: {
		usage: "repeat(text, times)",
		summary: "The text that many times one after the other.",
		example: "repeat('-', 3)",
		signatures: [{ parameters: ["text", "integer"], result: "text" }],
	},
	reverse: {
		usage: "reverse(text)",
		summary: "The characters in the opposite order.",
		example: "reverse(code)",
		signatures: TEXT_TO_TEXT,
	},
	translate: {
		usage: "translate(text, from, to)",
		summary: "Each character of from replaced by the one at its place in to, or taken out where to is shorter.",
		example: "translate(code, '-_', '  ')",
		signatures: [{ parameters: ["text", "text", "text"], result: "text" }],
	},
	overlay: {
		usage: "overlay(text placing part from start [for count])",
		summary: "The part written over the text from a place on.",
		example: "overlay(code placing 'XX' from 3 for 2)",
		signatures: [
			{ parameters: ["text", "text", "integer"], result: "text" },
			{ parameters: ["text", "text", "integer", "integer"], result: "text" },
		],
	},
	concat_ws: {
		usage: "concat_ws(separator, value, …)",
		summary: "All values written as text with the separator between them; nulls are left out.",
		example: "concat_ws('/', site, device)",
		signatures: [{ parameters: ["text", "any"], variadic: true, result: "text" }],
	},
	ascii: {
		usage: "ascii(text)",
		summary: "The number of the first character.",
		example: "ascii(code)",
		signatures: [{ parameters: ["text"], result: "integer" }],
	},
	chr: {
		usage: "chr(number)",
		summary: "The character with this number.",
		example: "chr(65)",
		signatures: [{ parameters: ["integer"], result: "text" }],
	},
	to_hex: {
		usage: "to_hex(integer)",
		summary: "A whole number in base 16.",
		example: "to_hex(seq)",
		signatures: [{ parameters: ["integer"], result: "text" }],
	},
	octet_length: {
		usage: "octet_length(text)",
		summary: "Number of bytes in UTF-8.",
		example: "octet_length(line) < 200",
		signatures: [{ parameters: ["text"], result: "integer" }],
	},
} as const satisfies Readonly<Record<string, FunctionRule>>;
