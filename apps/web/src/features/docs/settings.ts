import type { NodeDefinition } from "@weir/node-kit";
import * as z from "zod";

export interface Setting {
	readonly path: string;
	readonly title: string;
	readonly help: string;
	/** What it is when nobody sets it. */
	readonly initial: string | undefined;
}

function textOf(value: unknown): string {
	return typeof value === "string" ? value : "";
}

function entriesOf(value: unknown): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).filter(
		(entry): entry is [string, Record<string, unknown>] => typeof entry[1] === "object" && entry[1] !== null,
	);
}

/** The settings of a node type, as its form shows them. */
export function settingsOf(definition: NodeDefinition): readonly Setting[] {
	const schema = z.toJSONSchema(definition.config, { io: "input", unrepresentable: "any" });
	return entriesOf(schema.properties).map(([path, field]) => ({
		path,
		title: textOf(field.title) || path,
		help: textOf(field.help),
		initial: field.default === undefined || field.default === "" ? undefined : JSON.stringify(field.default),
	}));
}
