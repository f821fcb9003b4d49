import { type Secret, WeirError } from "@weir/errors";
import * as z from "zod";
import type { ConnectionDefinition } from "./definition.ts";

/** The opened secrets of a stored connection, by field. */
export type Secrets = Readonly<Record<string, Secret>>;

/** Names of the fields that are stored sealed, in the order of the form. */
export function secretFieldsOf(definition: ConnectionDefinition): readonly string[] {
	const { config } = definition;
	if (!(config instanceof z.ZodObject)) return [];
	return Object.entries(config.shape as Record<string, z.ZodType>)
		.filter(([, field]) => (field.meta() as { secret?: boolean } | undefined)?.secret === true)
		.map(([name]) => name);
}

/** A stored config and its opened secrets as the connector wants them. Throws NODE_CONFIG_INVALID when something is missing. */
export function readConnection<Config extends object>(
	definition: Pick<ConnectionDefinition<Config>, "title" | "config">,
	config: Readonly<Record<string, unknown>>,
	secrets: Secrets,
): Config {
	const parsed = definition.config.safeParse({ ...config, ...secrets });
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new WeirError(
		"NODE_CONFIG_INVALID",
		`The connection to ${definition.title} is incomplete: ${issue?.path.join(".")}: ${issue?.message}`,
	);
}
