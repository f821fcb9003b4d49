import { useMemo, useState } from "react";
import { nodeLabel } from "../nodes/label.ts";
import { nameOfNode } from "./actions.ts";
import { useAnalysis, useDocument, useSession, useView } from "./context.ts";
import { createElementCache, type Size } from "./elements.ts";

/** The nodes and edges that React Flow draws, made from the drawing and what is selected. */
export function useElements(sizes: ReadonlyMap<string, Size>) {
	const session = useSession();
	const [cache] = useState(createElementCache);
	const flow = useDocument((state) => state.flow);
	const selectedNodes = useView((view) => view.nodes);
	const selectedEdges = useView((view) => view.edges);
	const focused = useView((view) => view.focused);
	const byNode = useAnalysis((state) => state.byNode);
	const labels = useMemo(
		() => new Map(flow.nodes.map((node) => [node.id, nodeLabel(flow, node, session.catalogue, byNode.get(node.id)?.length ?? 0)])),
		[flow, byNode, session],
	);
	const nodes = useMemo(
		() =>
			cache.nodesOf(flow, (node) => ({
				selected: selectedNodes.has(node.id),
				size: sizes.get(node.id),
				label: labels.get(node.id) ?? "",
				tabStop: node.id === focused,
			})),
		[cache, flow, selectedNodes, sizes, labels, focused],
	);
	const edges = useMemo(
		() => cache.edgesOf(flow, session.catalogue, selectedEdges, (id) => nameOfNode(session, id)),
		[cache, flow, selectedEdges, session],
	);
	return { nodes, edges };
}
