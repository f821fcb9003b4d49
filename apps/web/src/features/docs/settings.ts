import { describeValue } from "@weir/flow";
import type { NodeDefinition, ShowIf } from "@weir/node-kit";
import * as z from "zod";

export interface Setting {
	readonly path: string;
	readonly title: string;
	readonly help: string;
	/** What it is when nobody sets it, as the form shows it. */
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

/** When a setting counts: "Only while Mode is upsert." */
function useText(showIf: ShowIf | undefined, titles: ReadonlyMap<string, string>): string {
	if (showIf === undefined) return "";
	const title = titles.get(showIf.field) ?? showIf.field;
	if ("is" in showIf) return `Only while ${title} is ${showIf.is.join(" or ")}.`;
	const [not] = showIf.isNot;
	return not === "" || not === 0 ? `Only while ${title} is set.` : `Only while ${title} is not ${showIf.isNot.join(" or ")}.`;
}

/** The settings of a node type, as its form shows them. */
export function settingsOf(definition: NodeDefinition): readonly Setting[] {
	const schema = z.toJSONSchema(definition.config, { io: "input", unrepresentable: "any" });
	const fields = entriesOf(schema.properties);
	const titles = new Map(fields.map(([path, field]) => [path, textOf(field.title) || path]));
	return fields.map(([path, field]) => ({
		path,
		title: titles.get(path) ?? path,
		help: [textOf(field.help), useText(field.showIf as ShowIf | undefined, titles)].filter((text) => text !== "").join(" "),
		initial: describeValue(definition, path, field.default)?.text,
	}));
}
