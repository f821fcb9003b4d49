import { parseInterval } from "../intervals.ts";
import { isJson } from "../json-text.ts";
import { parseLocal, parseTimestamp } from "../timestamps.ts";
import type { Literal, ValueType } from "../tree.ts";
import { type Misfit, parseBoolean, parseInteger, parseNumber } from "../values.ts";

/** Reads the value of a text constant (or null) as a type. */
export function literalOf(value: Literal["value"], type: ValueType): { readonly value: Literal["value"] } | Misfit {
	if (value === null) return { value: null };
	const read = readText(String(value), type);
	return read === "malformed" || read === "out-of-range" ? read : { value: typeof read === "object" ? read.text : read };
}

function readText(text: string, type: ValueType): number | boolean | { readonly text: string } | Misfit {
	switch (type) {
		case "number":
			return parseNumber(text);
		case "integer":
			return parseInteger(text);
		case "boolean":
			return parseBoolean(text);
		case "timestamp":
			return parseTimestamp(text);
		case "local":
			return parseLocal(text);
		case "interval": {
			const interval = parseInterval(text);
			return typeof interval === "string" ? interval : interval.months === 0 ? interval.ms : "malformed";
		}
		case "text":
			return { text };
		case "json":
			return isJson(text) ? { text } : "malformed";
	}
}
