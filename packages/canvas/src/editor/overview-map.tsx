import { MiniMap } from "@xyflow/react";
import type { CardNode } from "../nodes/card.tsx";
import { useAnalysis, useDocument, useSession, useView } from "./context.ts";

const SHOWN_FROM = 8;

/** The minimap: category colours, and a ring around nodes that have a problem or fail. */
export function OverviewMap() {
	const session = useSession();
	const shown = useView((view) => view.minimap);
	const count = useDocument((state) => state.flow.nodes.length);
	const byNode = useAnalysis((state) => state.byNode);
	if (!shown || count < SHOWN_FROM) return null;
	return (
		<MiniMap<CardNode>
			className="weir-minimap"
			position="bottom-right"
			pannable
			zoomable
			ariaLabel="Minimap"
			nodeClassName={(node) => {
				const category = session.catalogue.get(node.data.node.kind)?.category ?? "control";
				return `weir-mini-${category}${byNode.has(node.id) ? " weir-mini-problem" : ""}`;
			}}
			nodeBorderRadius={4}
			style={{ width: 200, height: 136 }}
		/>
	);
}
