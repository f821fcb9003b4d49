import type { Problem } from "@weir/errors";
import type { FieldMeta, NodeDefinition } from "@weir/node-kit";
import * as z from "zod";
import type { FlowNode } from "./flow.ts";

export interface ParsedConfig {
	readonly config: unknown;
	readonly problems: readonly Problem[];
}

/** Brings a stored config up to today's shape, checks it and fills defaults. Undefined `config` means that it is not usable. */
export function parseConfig(node: FlowNode, definition: NodeDefinition): ParsedConfig {
	if (node.version > definition.version) {
		return refuse(
			node,
			"kind-newer",
			`${definition.title} was saved by a newer Weir (version ${node.version}; this one knows ${definition.version}). Update Weir to edit it.`,
		);
	}
	let config: unknown = node.config;
	for (let version = node.version; version < definition.version; version++) {
		const up = definition.migrations[version];
		if (up === undefined)
			return refuse(node, "kind-migration-missing", `${definition.title} cannot be brought from version ${version} to ${version + 1}.`);
		config = up(config);
	}
	const parsed = definition.config.safeParse(config);
	if (parsed.success) return { config: parsed.data, problems: [] };
	return { config: undefined, problems: parsed.error.issues.map((issue) => fieldProblem(node, definition, config, issue)) };
}

function refuse(node: FlowNode, code: string, message: string): ParsedConfig {
	return { config: undefined, problems: [{ code, severity: "error", message, nodeId: node.id }] };
}

function fieldProblem(node: FlowNode, definition: NodeDefinition, config: unknown, issue: z.core.$ZodIssue): Problem {
	const path = issue.path.map(String).join(".");
	const missing = isEmpty(valueAt(config, issue.path));
	const title = titleAt(definition.config, issue.path) ?? path;
	return {
		code: missing ? "field-required" : "field-invalid",
		severity: "error",
		message: missing ? `${title} is needed: fill it in.` : `${title}: ${sentence(issue.message)}`,
		nodeId: node.id,
		path,
	};
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	let at = value;
	for (const key of path) {
		if (typeof at !== "object" || at === null) return undefined;
		at = Reflect.get(at, key);
	}
	return at;
}

function titleAt(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
	let at: z.ZodType | undefined = schema;
	let title: string | undefined;
	for (const key of path) {
		at = memberOf(at, key);
		if (at === undefined) break;
		title = metaOf(at)?.title ?? title;
	}
	return title;
}

/** The form's wishes for a field, also when they were put on the inside of a default or an optional. */
export function metaOf(schema: z.ZodType): FieldMeta | undefined {
	const meta = schema.meta();
	if (meta !== undefined && typeof meta.title === "string") return meta as unknown as FieldMeta;
	const inner = unwrap(schema);
	return inner === schema ? undefined : metaOf(inner);
}

/** Takes defaults, optionals and the like off. */
function unwrap(schema: z.ZodType): z.ZodType {
	if (
		schema instanceof z.ZodDefault ||
		schema instanceof z.ZodOptional ||
		schema instanceof z.ZodNullable ||
		schema instanceof z.ZodPrefault ||
		schema instanceof z.ZodReadonly
	) {
		return schema.unwrap() as z.ZodType;
	}
	return schema;
}

/** Takes all of them off. */
export function unwrapAll(schema: z.ZodType): z.ZodType {
	const inner = unwrap(schema);
	return inner === schema ? schema : unwrapAll(inner);
}

function memberOf(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
	if (schema === undefined) return undefined;
	const inner = unwrapAll(schema);
	if (inner instanceof z.ZodObject) return inner.shape[String(key)] as z.ZodType | undefined;
	if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
	return undefined;
}

function sentence(text: string): string {
	const trimmed = text.trim();
	const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
	return /[.!?]$/.test(first) ? first : `${first}.`;
}
