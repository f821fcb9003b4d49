import type { ConnectionField as FieldMeta } from "@weir/connections";
import type { ConnectionKind as Kind } from "@weir/connections/kinds";
import { unwrapAll } from "@weir/flow";
import * as z from "zod";
import type { ConnectionField, ConnectionKind } from "../api/contract/index.ts";

/** A kind as pages draw it: its form is read from its zod schema. */
export function describeKind({ definition, docs, icon }: Kind): ConnectionKind {
	const { type, title, summary, config } = definition;
	return { type, title, summary, icon, docs, fields: fieldsOf(config) };
}

function fieldsOf(schema: z.ZodType): ConnectionField[] {
	const object = unwrapAll(schema);
	if (!(object instanceof z.ZodObject)) return [];
	return Object.entries(object.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
		const meta = field.meta() as FieldMeta | undefined;
		return meta?.title === undefined ? [] : [fieldOf(name, field, meta)];
	});
}

function fieldOf(name: string, schema: z.ZodType, meta: FieldMeta): ConnectionField {
	const inner = unwrapAll(schema);
	const start = schema.safeParse(undefined);
	const { title, help, placeholder, showIf } = meta;
	return {
		name,
		title,
		...(help === undefined ? {} : { help }),
		...(placeholder === undefined ? {} : { placeholder }),
		control: controlOf(inner, meta),
		isSecret: meta.secret === true,
		isAdvanced: meta.advanced === true,
		isRequired: !start.success,
		...(start.success && start.data !== undefined ? { initial: start.data as ConnectionField["initial"] } : {}),
		options: inner instanceof z.ZodEnum ? inner.options.map(String) : [],
		...(showIf === undefined ? {} : { showIf: { field: showIf.field, is: [...showIf.is] } }),
	};
}

function controlOf(schema: z.ZodType, meta: FieldMeta): ConnectionField["control"] {
	if (schema instanceof z.ZodNumber) return "number";
	if (schema instanceof z.ZodBoolean) return "switch";
	if (schema instanceof z.ZodEnum) return "select";
	if (schema instanceof z.ZodRecord) return "key-value";
	return meta.isLong === true ? "long" : "text";
}
