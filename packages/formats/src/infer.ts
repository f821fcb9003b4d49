import type { FieldType, RecordSchema } from "@weir/records";
import type { FormatName } from "./options.ts";
import { numericOf, resolveSenml } from "./senml/resolve.ts";
import { parseTimestamp } from "./timestamp.ts";

const decoder = new TextDecoder();

/** Numbers of this size are milliseconds of a moment between 2001 and 2286, when the name says that it is one. */
const MOMENT = { from: 1e12, to: 1e13 } as const;
const MOMENT_NAME = /(^|_)(ts|at|time|timestamp|date|datetime)$|Time$|At$|Timestamp$/i;
/** A temperature of 21 is followed by 21.5: only what is a count by its name is taken for whole. */
const COUNT_NAME = /(^|_)(seq|sequence|count|counter|id|no)$|Seq$|Count$|Id$/i;

/** The schema that fits all samples: fields in order of first appearance, each with the narrowest type that takes every value seen. */
export function inferSchema(samples: readonly Uint8Array[], format: FormatName = "json"): RecordSchema {
	const types = new Map<string, FieldType | undefined>();
	for (const sample of samples) {
		for (const [name, type] of typesIn(sample, format)) {
			const known = types.get(name);
			types.set(name, known === undefined ? type : type === undefined ? known : joined(known, type));
		}
	}
	return { fields: [...types].map(([name, type]) => ({ name, type: type ?? "json" })) };
}

function typesIn(sample: Uint8Array, format: FormatName): (readonly [string, FieldType | undefined])[] {
	let value: unknown;
	try {
		value = JSON.parse(decoder.decode(sample));
	} catch {
		return []; // A sample that cannot be read teaches nothing.
	}
	if (format === "senml") {
		const rows = resolveSenml(value, 0);
		if (typeof rows === "string") return [];
		return rows.flatMap((row) => [...row.values].map(([name, { value, unit }]) => [name, senmlType(value, unit)] as const));
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
	return Object.entries(value).map(([name, found]) => [name, jsonType(name, found)] as const);
}

function jsonType(name: string, value: unknown): FieldType | undefined {
	if (value === null) return undefined;
	if (typeof value === "boolean") return "boolean";
	if (typeof value === "string") return parseTimestamp(value) === undefined ? "text" : "timestamp";
	if (typeof value !== "number") return "json";
	if (Number.isSafeInteger(value) && value >= MOMENT.from && value < MOMENT.to && MOMENT_NAME.test(name)) return "timestamp";
	return Number.isSafeInteger(value) && COUNT_NAME.test(name) ? "integer" : "number";
}

function senmlType(value: string | number | boolean, unit: string | undefined): FieldType {
	if (typeof value === "boolean") return "boolean";
	if (unit === "time" && (typeof value === "number" || parseTimestamp(value) !== undefined)) return "timestamp";
	if (unit !== "string" && numericOf(value) !== undefined) return "number";
	return "text";
}

function joined(a: FieldType, b: FieldType): FieldType {
	if (a === b) return a;
	const both = new Set([a, b]);
	if (both.has("integer") && both.has("number")) return "number";
	if (both.has("timestamp") && both.has("text")) return "text";
	if (both.has("timestamp") && both.has("integer")) return "integer";
	if (both.has("timestamp") && both.has("number")) return "number";
	return "json";
}
