import { type FlowNode, parseConfig } from "@weir/flow";
import type { NodeDefinition } from "@weir/node-kit";

/** Second line of a card; what the kind does in general while its settings are not usable yet. */
export function summaryOf(node: FlowNode, definition: NodeDefinition | undefined): string {
	if (definition === undefined) return `unknown type ${node.kind}`;
	const { config } = parseConfig(node, definition);
	return config === undefined ? definition.summary : definition.cardSummary(config);
}
