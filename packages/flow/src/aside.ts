import type { Catalogue } from "@weir/node-kit";
import { parseConfig } from "./config.ts";
import type { Flow, FlowNode } from "./flow.ts";

/** A flow as a replay runs it. */
export interface FlowAside {
	readonly flow: Flow;
	/** Where the rows of each sink go. */
	readonly outputs: readonly { readonly node: FlowNode; readonly target: string }[];
	/** Sinks that have no place of their own to write to. */
	readonly homeless: readonly FlowNode[];
}

/** The flow with sinks that write to places of their own, named after the replay, so that nothing that runs is touched. */
export function flowAside(flow: Flow, catalogue: Catalogue, replay: number): FlowAside {
	const outputs: { node: FlowNode; target: string }[] = [];
	const homeless: FlowNode[] = [];
	const nodes = flow.nodes.map((node) => {
		const definition = catalogue.get(node.kind);
		if (definition?.role !== "sink") return node;
		const { config } = parseConfig(node, definition);
		// A config that cannot be read is told of as a problem of the flow.
		if (config === undefined) return node;
		const aside = definition.aside?.(config, replay);
		if (aside === undefined) {
			homeless.push(node);
			return node;
		}
		outputs.push({ node, target: aside.target });
		return { ...node, version: definition.version, config: { ...(aside.config as Record<string, unknown>) } };
	});
	return { flow: { ...flow, nodes }, outputs, homeless };
}
