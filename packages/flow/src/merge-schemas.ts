import { type Field, fieldNamed, type RecordSchema } from "@weir/records";

export interface MergedSchema {
	readonly schema: RecordSchema;
	/** Names that some branch lacks or gives another type: they do not go on. */
	readonly dropped: readonly string[];
}

/** Several edges into one input: the fields that all of them have with the same type, in the first one's order. */
export function mergeSchemas(schemas: readonly RecordSchema[]): MergedSchema {
	const [first, ...others] = schemas;
	if (first === undefined) return { schema: { fields: [] }, dropped: [] };
	const kept: Field[] = [];
	const dropped = new Set<string>();
	for (const field of first.fields) {
		if (others.every((other) => fieldNamed(other, field.name)?.type === field.type)) kept.push(field);
		else dropped.add(field.name);
	}
	for (const other of others) {
		for (const field of other.fields) if (fieldNamed(first, field.name) === undefined) dropped.add(field.name);
	}
	return { schema: { fields: kept }, dropped: [...dropped] };
}
