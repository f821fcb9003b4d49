import type { ConnectionDetail, ConnectionField, ConnectionKind } from "../../client/contract.ts";

/** What stands in the fields of a form, as text or a tick. Secrets stay apart: they begin empty, also of a connection that has some. */
export interface FormValues {
	readonly name: string;
	readonly fields: Readonly<Record<string, string | boolean>>;
	/** Only what was typed; null: to be taken away. */
	readonly secrets: Readonly<Record<string, string | null>>;
}

/** A new form, or one that is filled from what is stored. */
export function startValues(kind: ConnectionKind, stored?: ConnectionDetail): FormValues {
	const entries = kind.fields
		.filter((field) => !field.isSecret)
		.map((field) => [field.name, shown(field, stored?.config[field.name] ?? field.initial)] as const);
	return { name: stored?.name ?? "", fields: Object.fromEntries(entries), secrets: {} };
}

function shown({ control }: ConnectionField, value: unknown): string | boolean {
	if (control === "switch") return value === true;
	if (control === "key-value" && typeof value === "object" && value !== null) {
		return Object.entries(value)
			.map(([name, text]) => `${name}: ${String(text)}`)
			.join("\n");
	}
	return value === undefined || value === null ? "" : String(value);
}

/** Fields that are of use with these values. */
export function shownFields(kind: ConnectionKind, values: FormValues): readonly ConnectionField[] {
	return kind.fields.filter(({ showIf }) => {
		const value = showIf === undefined ? undefined : values.fields[showIf.field];
		return showIf === undefined || (value !== undefined && showIf.is.includes(value));
	});
}

/** Sentences for fields that must be filled and are not, by name. */
export function missingFields(kind: ConnectionKind, values: FormValues): Record<string, string> {
	const missing = shownFields(kind, values).filter(({ name, isRequired }) => isRequired && values.fields[name] === "");
	return {
		...(values.name.trim() === "" ? { name: "Give the connection a name." } : {}),
		...Object.fromEntries(missing.map(({ name, title }) => [name, `Fill in ${title.toLowerCase()}.`])),
	};
}

/** The config as the API takes it. Fields left empty fall back to what they are by themselves. */
export function toConfig(kind: ConnectionKind, values: FormValues): Record<string, unknown> {
	const config: Record<string, unknown> = {};
	for (const { name, control, isSecret, isRequired, initial } of kind.fields) {
		const value = values.fields[name];
		if (isSecret || (value === "" && !isRequired && initial !== "" && control !== "key-value")) continue;
		config[name] = control === "number" ? Number(value) : control === "key-value" ? readLines(String(value)) : value;
	}
	return config;
}

/** "X-Plant: north", one a line. */
function readLines(text: string): Record<string, string> {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	return Object.fromEntries(
		lines.map((line) => {
			const at = line.indexOf(":");
			return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
		}),
	);
}
