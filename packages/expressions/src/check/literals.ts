import type { FieldType } from "@weir/records";
import { isJson } from "../json-text.ts";
import { parseTimestamp } from "../timestamps.ts";
import type { Literal } from "../tree.ts";
import { type Misfit, parseBoolean, parseInteger, parseNumber } from "../values.ts";

/** Reads the value of a text constant (or null) as a type. */
export function literalOf(value: Literal["value"], type: FieldType): { readonly value: Literal["value"] } | Misfit {
	if (value === null) return { value: null };
	const read = readText(String(value), type);
	return read === "malformed" || read === "out-of-range" ? read : { value: typeof read === "object" ? read.text : read };
}

function readText(text: string, type: FieldType): number | boolean | { readonly text: string } | Misfit {
	switch (type) {
		case "number":
			return parseNumber(text);
		case "integer":
			return parseInteger(text);
		case "boolean":
			return parseBoolean(text);
		case "timestamp":
			return parseTimestamp(text);
		case "text":
			return { text };
		case "json":
			return isJson(text) ? { text } : "malformed";
	}
}
