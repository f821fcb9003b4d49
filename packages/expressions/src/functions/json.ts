import type { FunctionRule } from "./rule.ts";

/** Functions of json values. */
export const JSON_FUNCTIONS = {
	json_typeof: {
		usage: "json_typeof(json)",
		summary: "The kind of a json value: object, array, string, number, boolean or null.",
		example: "json_typeof(message -> 'value') = 'number'",
		signatures: [{ parameters: ["json"], result: "text" }],
	},
	json_extract_path: {
		usage: "json_extract_path(json, step, …)",
		summary: "The value at the end of a path of names and places; null when there is none. Also json #> path.",
		example: "json_extract_path(message, 'values', '0')",
		signatures: [{ parameters: ["json", "text"], variadic: true, result: "json" }],
	},
	json_extract_path_text: {
		usage: "json_extract_path_text(json, step, …)",
		summary: "The same as text. Also json #>> path.",
		example: "json_extract_path_text(message, 'sensor', 'id')",
		signatures: [{ parameters: ["json", "text"], variadic: true, result: "text" }],
	},
	jsonb_exists: {
		usage: "json ? name",
		summary: "Whether an object has a member of this name, or an array a text element equal to it.",
		example: "message ? 'value'",
		signatures: [{ parameters: ["json", "text"], result: "boolean" }],
	},
	to_json: {
		usage: "to_json(value)",
		summary: "A value as json.",
		example: "to_json(temperature)",
		signatures: [{ parameters: ["any"], result: "json" }],
	},
	json_build_object: {
		usage: "json_build_object(name, value, …)",
		summary: "A json object of names and values.",
		example: "json_build_object('t', temperature, 'site', site)",
		signatures: [{ parameters: ["any"], variadic: true, result: "json" }],
	},
	json_build_array: {
		usage: "json_build_array(value, …)",
		summary: "A json array of the values; also array[value, …] for values of one type.",
		example: "json_build_array(indoor, outdoor)",
		signatures: [{ parameters: ["any"], variadic: true, result: "json" }],
	},
} as const satisfies Readonly<Record<string, FunctionRule>>;
