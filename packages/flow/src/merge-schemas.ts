import { type Field, type FieldType, fieldNamed, type RecordSchema } from "@weir/records";

export interface MergedSchema {
	readonly schema: RecordSchema;
	/** Names that some branch lacks or gives another type: they do not go on. */
	readonly dropped: readonly string[];
}

/**
 * Several edges into one input. `shared`: the fields that all of them have with the same type, in the first one's order. `all`: every field
 * of any of them, except those whose types do not go together; whole numbers and numbers make numbers.
 */
export function mergeSchemas(schemas: readonly RecordSchema[], how: "shared" | "all" = "shared"): MergedSchema {
	const [first, ...others] = schemas;
	if (first === undefined) return { schema: { fields: [] }, dropped: [] };
	if (how === "all") return allFields(schemas);
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

function allFields(schemas: readonly RecordSchema[]): MergedSchema {
	const fields = new Map<string, Field>();
	const dropped = new Set<string>();
	for (const field of schemas.flatMap((schema) => schema.fields)) {
		const known = fields.get(field.name);
		const type = known === undefined ? field.type : commonType(known.type, field.type);
		if (type === undefined) dropped.add(field.name);
		else fields.set(field.name, { name: field.name, type });
	}
	return { schema: { fields: [...fields.values()].filter((field) => !dropped.has(field.name)) }, dropped: [...dropped] };
}

function commonType(a: FieldType, b: FieldType): FieldType | undefined {
	if (a === b) return a;
	const isNumber = (type: FieldType) => type === "integer" || type === "number";
	return isNumber(a) && isNumber(b) ? "number" : undefined;
}
