import { Background, ReactFlow } from "@xyflow/react";
import type { FlowViewProps } from "./ports.ts";

/** The read-only live canvas of the overview page. */
export function FlowView({ flow, label }: FlowViewProps) {
	const nodes = flow.nodes.map((node) => ({ id: node.id, position: node.position, data: { label: node.label } }));
	return (
		<section className="weir-view" aria-label={label}>
			<ReactFlow nodes={nodes} edges={[]}>
				<Background />
			</ReactFlow>
		</section>
	);
}
