import type { FunctionRule } from "./rule.ts";

/** Functions of json arrays. */
export const ARRAY_FUNCTIONS = {
	json_array_length: {
		usage: "json_array_length(array)",
		summary: "Number of elements; a value that is no array fails.",
		example: "json_array_length(message -> 'values')",
		signatures: [{ parameters: ["json"], result: "integer" }],
	},
	string_to_array: {
		usage: "string_to_array(text, separator [, null text])",
		summary: "The parts of the text between separators, as a json array.",
		example: "string_to_array(topic, '/') ->> 1",
		signatures: [
			{ parameters: ["text", "text"], result: "json" },
			{ parameters: ["text", "text", "text"], result: "json" },
		],
	},
	array_to_string: {
		usage: "array_to_string(array, separator [, null text])",
		summary: "The elements written as text with the separator between them; nulls are left out, or written as given.",
		example: "array_to_string(message -> 'tags', ', ')",
		signatures: [
			{ parameters: ["json", "text"], result: "text" },
			{ parameters: ["json", "text", "text"], result: "text" },
		],
	},
	array_position: {
		usage: "array_position(array, value)",
		summary: "Where the value stands first, counted from 1; null when it does not.",
		example: "array_position(message -> 'tags', 'indoor')",
		signatures: [{ parameters: ["json", "any"], result: "integer" }],
	},
	array_contains: {
		usage: "array_contains(array, value)",
		summary: "Whether the value is one of the elements; also value = any(array).",
		example: "array_contains(message -> 'tags', 'indoor')",
		signatures: [{ parameters: ["json", "any"], result: "boolean" }],
		isOwn: true,
	},
	array_append: {
		usage: "array_append(array, value)",
		summary: "The array with the value added at its end.",
		example: "array_append(message -> 'tags', site)",
		signatures: [{ parameters: ["json", "any"], result: "json" }],
	},
	array_sum: {
		usage: "array_sum(array)",
		summary: "The sum of the numbers in the array; null when there are none.",
		example: "array_sum(message -> 'values')",
		signatures: [{ parameters: ["json"], result: "number" }],
		isOwn: true,
	},
	array_avg: {
		usage: "array_avg(array)",
		summary: "The average of the numbers in the array; null when there are none.",
		example: "array_avg(message -> 'values')",
		signatures: [{ parameters: ["json"], result: "number" }],
		isOwn: true,
	},
	array_min: {
		usage: "array_min(array)",
		summary: "The smallest number in the array; null when there are none.",
		example: "array_min(message -> 'values')",
		signatures: [{ parameters: ["json"], result: "number" }],
		isOwn: true,
	},
	array_max: {
		usage: "array_max(array)",
		summary: "The greatest number in the array; null when there are none.",
		example: "array_max(message -> 'values')",
		signatures: [{ parameters: ["json"], result: "number" }],
		isOwn: true,
	},
} as const satisfies Readonly<Record<string, FunctionRule>>;
