import { metaOf, unwrapAll } from "@weir/flow";
import { type FieldMeta, isOfUse } from "@weir/node-kit";
import * as z from "zod";

export type Widget = NonNullable<FieldMeta["widget"]>;

/** One field of a form, read from its zod schema. */
export interface FieldSpec {
	readonly name: string;
	readonly meta: FieldMeta;
	readonly widget: Widget;
	/** Value when nothing is set; undefined: it has none. */
	readonly initial: unknown;
	readonly isOptional: boolean;
	readonly options: readonly string[];
	readonly min: number | undefined;
	readonly max: number | undefined;
	readonly isWhole: boolean;
	/** Fields of one item of a list. */
	readonly items: readonly FieldSpec[];
	/** A list of plain texts, not of objects. */
	readonly isPlainList: boolean;
}

/** The fields of a zod object in its order; those without a title are not for people. */
export function fieldsOf(schema: z.ZodType): readonly FieldSpec[] {
	const inner = unwrapAll(schema);
	if (!(inner instanceof z.ZodObject)) return [];
	return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
		const meta = metaOf(field);
		return meta === undefined ? [] : [specOf(name, field, meta)];
	});
}

function specOf(name: string, schema: z.ZodType, meta: FieldMeta): FieldSpec {
	const inner = unwrapAll(schema);
	const initial = schema.safeParse(undefined);
	const number = inner instanceof z.ZodNumber ? inner : undefined;
	const element = inner instanceof z.ZodArray ? unwrapAll(inner.element as z.ZodType) : undefined;
	return {
		name,
		meta,
		widget: meta.widget ?? widgetFor(inner),
		initial: initial.success ? initial.data : undefined,
		isOptional: initial.success,
		options: inner instanceof z.ZodEnum ? inner.options.map(String) : [],
		min: finite(number?.minValue),
		max: finite(number?.maxValue),
		isWhole: number?.isInt ?? false,
		items: element === undefined ? [] : fieldsOf(element),
		isPlainList: element instanceof z.ZodString,
	};
}

function widgetFor(schema: z.ZodType): Widget {
	if (schema instanceof z.ZodNumber) return "number";
	if (schema instanceof z.ZodBoolean) return "switch";
	if (schema instanceof z.ZodEnum) return "select";
	if (schema instanceof z.ZodArray) return "list";
	if (schema instanceof z.ZodRecord) return "key-value";
	return "text";
}

function finite(value: number | null | undefined): number | undefined {
	return typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** The fields that are of use with these values, and those that something is wrong with: what blocks a deploy is never hidden. */
export function shownFields(
	fields: readonly FieldSpec[],
	values: Readonly<Record<string, unknown>>,
	hasProblem: (field: string) => boolean,
): readonly FieldSpec[] {
	const read = (name: string) => values[name] ?? fields.find((field) => field.name === name)?.initial;
	return fields.filter((field) => isOfUse(field.meta, read) || hasProblem(field.name));
}

/** The defaults of a config, written out, so that a later change of a default changes no flow. */
export function startConfig(schema: z.ZodType): Record<string, unknown> {
	const inner = unwrapAll(schema);
	if (!(inner instanceof z.ZodObject)) return {};
	const entries = Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
		const start = field.safeParse(undefined);
		return start.success && start.data !== undefined ? [[name, start.data] as const] : [];
	});
	return Object.fromEntries(entries);
}

/** Does the value differ from what it would be if nobody had touched it? */
export function isChanged(spec: FieldSpec, value: unknown): boolean {
	return value !== undefined && JSON.stringify(value) !== JSON.stringify(spec.initial);
}
