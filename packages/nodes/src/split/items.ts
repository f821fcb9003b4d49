import type { Field, FieldType } from "@weir/node-kit";
import type { RowValue } from "@weir/records";

/** The items of an array, each as the values of the fields it adds; or why not, in a sentence. */
export type Items = readonly (readonly RowValue[])[] | string;

/** Reads an array out of JSON text. `fields` are taken out of objects by name, or the item is the one field. */
export function itemsOf(text: string, take: "item" | "fields", fields: readonly Field[]): Items {
	let array: unknown;
	try {
		array = JSON.parse(text);
	} catch {
		return "The text is not JSON.";
	}
	if (array === null) return [];
	if (!Array.isArray(array)) return `The value is no array but ${wordFor(array)}.`;
	const items: RowValue[][] = [];
	for (const [at, item] of array.entries()) {
		const values = take === "item" ? [item as unknown] : valuesOf(item, fields);
		if (values === undefined) return `Item ${at} is no object but ${wordFor(item)}.`;
		const row: RowValue[] = [];
		for (const [i, { name, type }] of fields.entries()) {
			const value = fitted(values[i], type);
			if (value === undefined)
				return `Item ${at} does not fit: ${take === "item" ? "it" : name} is ${wordFor(values[i])} and should be of type ${type}.`;
			row.push(value);
		}
		items.push(row);
	}
	return items;
}

function valuesOf(item: unknown, fields: readonly Field[]): readonly unknown[] | undefined {
	if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
	return fields.map(({ name }) => (Object.hasOwn(item, name) ? Reflect.get(item, name) : null));
}

/** The value as the field's type has it; undefined when it does not fit. */
function fitted(value: unknown, type: FieldType): RowValue | undefined {
	if (value === null || value === undefined) return null;
	switch (type) {
		case "json":
			return value as RowValue;
		case "text":
			return typeof value === "string" ? value : undefined;
		case "boolean":
			return typeof value === "boolean" ? value : undefined;
		case "number":
			return typeof value === "number" ? value : undefined;
		case "integer":
			return Number.isSafeInteger(value) ? (value as number) : undefined;
		case "timestamp":
			return timeOf(value);
	}
}

function timeOf(value: unknown): number | undefined {
	const timeMs = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
	return Number.isNaN(timeMs) ? undefined : timeMs;
}

function wordFor(value: unknown): string {
	if (value === null || value === undefined) return "null";
	if (Array.isArray(value)) return "an array";
	if (typeof value === "object") return "an object";
	return typeof value === "string" ? `the text ${JSON.stringify(value.slice(0, 40))}` : String(value);
}
