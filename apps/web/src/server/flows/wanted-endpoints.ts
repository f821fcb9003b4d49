import { endpointSettingsSchema, type WantedEndpoint } from "@weir/db";
import { type Flow, parseConfig } from "@weir/flow";
import type { Catalogue } from "@weir/node-kit";

/** The endpoints a drawing needs, from what its nodes' definitions say of their doors; no kind is named here. */
export function wantedEndpoints(flow: Flow, catalogue: Catalogue): readonly WantedEndpoint[] {
	return flow.nodes.flatMap((node) => {
		const definition = catalogue.get(node.kind);
		if (definition?.door === undefined) return [];
		const { config } = parseConfig(node, definition);
		const usual = config === undefined ? definition.config.safeParse({}) : undefined;
		const usable = config ?? (usual?.success === true ? usual.data : undefined);
		if (usable === undefined) return [];
		const settings = endpointSettingsSchema.parse(definition.door.settings(usable));
		// A half-typed config has an address already, and what was right before stays in force.
		return [{ node: node.id, protocol: definition.door.protocol, settings, isGuess: config === undefined }];
	});
}
