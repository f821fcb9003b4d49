import type { FieldMeta, NodeDefinition } from "@weir/node-kit";
import { formatDuration, formatSize } from "@weir/records";
import * as z from "zod";
import { canonicalJson } from "./canonical.ts";
import { metaOf, unwrapAll } from "./config.ts";
import type { FieldChange } from "./diff.ts";

/** A value as people read it; code is to be set in letters of one width. */
export interface ValueText {
	readonly text: string;
	readonly isCode: boolean;
}

/** One change in the words of the form; undefined: nothing is set there. */
interface ChangeText {
	readonly label: string;
	readonly before: ValueText | undefined;
	readonly after: ValueText | undefined;
}

interface ValueNames {
	/** What a connection is called. */
	connection?(id: string): string | undefined;
}

const LONGEST = 300;

/** Says a changed setting as the form of the node shows it: a line for each item and field of a list that differs. */
export function describeChange(definition: NodeDefinition | undefined, change: FieldChange, names: ValueNames = {}): readonly ChangeText[] {
	const { path, before, after } = change;
	if (path === "label") return [{ label: "Name", before: plain(before), after: plain(after) }];
	if (path === "kind") return [{ label: "Type", before: plain(before), after: plain(after) }];
	if (path === "version") return [{ label: "Form of its settings", before: plain(before), after: plain(after) }];
	const name = path.replace(/^config\./, "");
	const shape = definition === undefined ? undefined : shapeOf(definition.config);
	const schema = shape?.[name];
	return schema === undefined
		? [{ label: name, before: plain(before), after: plain(after) }]
		: valueChanges(metaOf(schema)?.title ?? name, schema, before, after, names);
}

/** What the form of the node calls a setting. */
export function labelOfField(definition: NodeDefinition | undefined, path: string): string {
	return describeChange(definition, { path, before: undefined, after: undefined })[0]?.label ?? path;
}

/** A value as the form of the node shows it; undefined: nothing is set. */
export function describeValue(
	definition: NodeDefinition | undefined,
	path: string,
	value: unknown,
	names: ValueNames = {},
): ValueText | undefined {
	const schema = definition === undefined ? undefined : shapeOf(definition.config)?.[path.replace(/^config\./, "")];
	return schema === undefined ? plain(value) : valueText(schema, value, names);
}

function valueChanges(label: string, schema: z.ZodType, before: unknown, after: unknown, names: ValueNames): readonly ChangeText[] {
	const item = itemShape(schema);
	if (item === undefined || !Array.isArray(before) || !Array.isArray(after))
		return [{ label, before: valueText(schema, before, names), after: valueText(schema, after, names) }];
	const [was, is] = [before as readonly unknown[], after as readonly unknown[]];
	const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);
	let first = 0;
	while (first < was.length && first < is.length && same(was[first], is[first])) first++;
	let last = 0;
	while (last < was.length - first && last < is.length - first && same(was[was.length - 1 - last], is[is.length - 1 - last])) last++;
	const changes: ChangeText[] = [];
	for (let at = first; at < Math.max(was.length, is.length) - last; at++) {
		const [a, b] = [at < was.length - last ? was[at] : undefined, at < is.length - last ? is[at] : undefined];
		if (a === undefined || b === undefined)
			changes.push({ label: `${label} ${at + 1}`, before: itemText(item, a, names), after: itemText(item, b, names) });
		else changes.push(...itemChanges(`${label} ${at + 1}`, item, a, b, names));
	}
	// The same items in another order, or with something between them that no field shows.
	return changes.length > 0 ? changes : [{ label, before: valueText(schema, before, names), after: valueText(schema, after, names) }];
}

function itemChanges(label: string, shape: Shape, before: unknown, after: unknown, names: ValueNames): readonly ChangeText[] {
	return Object.entries(shape).flatMap(([name, schema]) => {
		const [a, b] = [partOf(before, name), partOf(after, name)];
		if (canonicalJson(a) === canonicalJson(b)) return [];
		return valueChanges(`${label} · ${metaOf(schema)?.title ?? name}`, schema, a, b, names);
	});
}

type Shape = Readonly<Record<string, z.ZodType>>;

function shapeOf(schema: z.ZodType): Shape | undefined {
	const inner = unwrapAll(schema);
	return inner instanceof z.ZodObject ? (inner.shape as Shape) : undefined;
}

/** The fields of an item, of a list of objects. */
function itemShape(schema: z.ZodType): Shape | undefined {
	const inner = unwrapAll(schema);
	return inner instanceof z.ZodArray ? shapeOf(inner.element as z.ZodType) : undefined;
}

function partOf(item: unknown, name: string): unknown {
	return typeof item === "object" && item !== null ? Reflect.get(item, name) : undefined;
}

function valueText(schema: z.ZodType, value: unknown, names: ValueNames): ValueText | undefined {
	if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)) return undefined;
	const meta = metaOf(schema);
	if (meta?.secret === true) return { text: "hidden", isCode: false };
	const item = itemShape(schema);
	if (item !== undefined && Array.isArray(value))
		return short(value.map((one) => itemText(item, one, names)?.text ?? "").join("; "), meta?.widget === "schema");
	if (typeof value === "number") return { text: numberText(value, meta), isCode: false };
	if (typeof value === "boolean") return { text: value ? "on" : "off", isCode: false };
	if (typeof value === "string" && meta?.widget === "connection") return short(names.connection?.(value) ?? value, false);
	if (typeof value === "string") return short(value, meta?.widget === "expression" || meta?.widget === "topic" || meta?.widget === "field");
	if (Array.isArray(value) && value.every((one) => typeof one === "string")) return short(value.join(", "), meta?.widget === "fields");
	return plain(value);
}

function numberText(value: number, meta: FieldMeta | undefined): string {
	if (meta?.widget === "duration") return formatDuration(value);
	if (meta?.widget === "bytes") return formatSize(value);
	const number = value.toLocaleString("en", { maximumFractionDigits: 6 });
	return meta?.unit === undefined ? number : `${number} ${meta.unit}`;
}

/** What an item says of itself: its first field, and every other that somebody set. */
function itemText(shape: Shape, item: unknown, names: ValueNames): ValueText | undefined {
	if (item === undefined) return undefined;
	const parts = Object.entries(shape).flatMap(([name, schema], i) => {
		const value = partOf(item, name);
		const initial = schema.safeParse(undefined);
		if (i > 0 && (value === undefined || (initial.success && canonicalJson(initial.data) === canonicalJson(value)))) return [];
		return valueText(schema, value, names)?.text ?? [];
	});
	return short(parts.join(" · "), false);
}

function plain(value: unknown): ValueText | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	if (typeof value === "string") return short(value, false);
	return typeof value === "number" ? { text: String(value), isCode: false } : short(JSON.stringify(value), true);
}

function short(text: string, isCode: boolean): ValueText {
	return { text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text, isCode };
}
