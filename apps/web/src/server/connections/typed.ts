import { type Secrets, secretFieldsOf } from "@weir/connections";
import { connectionKinds } from "@weir/connections/kinds";
import { Secret, WeirError } from "@weir/errors";
import { FieldFaults } from "../api/refusal.ts";

/** What a person typed, sorted into what is stored openly and what is sealed. */
export interface Typed {
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: Readonly<Record<string, string | null>>;
}

/** Checks a form against its kind, `kept` being the secrets that are set already. Faults are told field by field. */
export function checkTyped(
	type: string,
	config: Readonly<Record<string, unknown>>,
	secrets: Readonly<Record<string, string | null>>,
	kept: Secrets,
): Typed {
	const kind = connectionKinds.get(type);
	if (kind === undefined) {
		const known = [...connectionKinds.keys()].join(", ");
		throw new WeirError("REQUEST_INVALID", `There is no kind of connection called "${type}"; choose one of ${known}.`);
	}
	const fields = secretFieldsOf(kind.definition);
	// An empty field of a form says nothing.
	const typed = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ""));
	const stranger = Object.keys(typed).find((field) => !fields.includes(field));
	if (stranger !== undefined) {
		throw new WeirError(
			"REQUEST_INVALID",
			`${kind.definition.title} has no secret called "${stranger}"; it has ${fields.join(", ") || "none"}.`,
		);
	}
	const misplaced = fields.find((field) => config[field] !== undefined);
	if (misplaced !== undefined) {
		throw new WeirError("REQUEST_INVALID", `"${misplaced}" is a secret: send it under secrets, where it is sealed, not under config.`);
	}
	const opened: Record<string, Secret | undefined> = { ...kept };
	for (const [field, value] of Object.entries(typed)) opened[field] = value === null ? undefined : new Secret(value);
	const parsed = kind.definition.config.safeParse({ ...config, ...opened });
	if (!parsed.success) throw new FieldFaults(parsed.error);
	const open = Object.entries(parsed.data).filter(([name]) => !fields.includes(name));
	return { config: Object.fromEntries(open), secrets: typed };
}
