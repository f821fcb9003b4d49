import type { NodeDefinition } from "@weir/node-kit";
import type { ConnectionChoice } from "../ports.ts";
import { Tile } from "../ui/icon.tsx";
import type { Choice } from "../ui/search-list.tsx";

/** A kind as a row of a list. */
export function choiceOf(definition: NodeDefinition, connections: readonly ConnectionChoice[] | undefined): Choice {
	const badge = badgeOf(definition, connections);
	const isExperimental = definition.status === "experimental";
	return {
		id: definition.kind,
		text: definition.title,
		also: [...definition.tags, definition.kind],
		// What it needs is a sentence, and takes the place of one.
		detail: isExperimental ? definition.summary : (badge ?? definition.summary),
		icon: <Tile kind={definition.kind} category={definition.category} />,
		badge: isExperimental ? badge : undefined,
	};
}

/** What somebody should know before adding it. */
export function badgeOf(definition: NodeDefinition, connections: readonly ConnectionChoice[] | undefined): string | undefined {
	if (definition.status === "experimental") return "experimental";
	if (definition.connection === undefined || connections === undefined) return undefined;
	if (connections.some((connection) => connection.type === definition.connection)) return undefined;
	return `needs a connection to ${definition.connection.charAt(0).toUpperCase()}${definition.connection.slice(1)}`;
}
