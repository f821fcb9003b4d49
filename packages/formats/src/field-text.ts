import { findMember } from "./json/parse-tier.ts";
import type { FormatName } from "./options.ts";
import { resolveSenml } from "./senml/resolve.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The value of one field of a record as text: for the record key and the message id. Numbers are written the one way JavaScript writes them,
 * so 1 and 1.0 are the same key. Undefined when the field is missing, null, or no plain value.
 */
export function fieldText(payload: Uint8Array, name: string, format: FormatName = "json"): string | undefined {
	if (format === "senml") return senmlText(payload, name);
	const place = findMember(payload, 0, payload.length, name);
	return place === undefined ? undefined : valueText(payload, place.start, place.end);
}

/** A value of JSON as text, as `fieldText` gives it. */
export function valueText(bytes: Uint8Array, start: number, end: number): string | undefined {
	const text = decoder.decode(bytes.subarray(start, end));
	// Most keys are texts without escapes: what stands between the quotes is the value.
	if (text.startsWith('"') && !text.includes("\\")) return text.slice(1, -1);
	return plainText(JSON.parse(text));
}

function plainText(value: unknown): string | undefined {
	return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function senmlText(payload: Uint8Array, name: string): string | undefined {
	try {
		const rows = resolveSenml(JSON.parse(decoder.decode(payload)), 0);
		return typeof rows === "string" ? undefined : plainText(rows[0]?.values.get(name)?.value);
	} catch {
		return undefined; // Bytes that are no JSON have no fields; whoever reads the record says so with line and column.
	}
}
