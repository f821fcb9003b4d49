import { Background, ReactFlow } from "@xyflow/react";
import type { FlowEditorProps } from "./ports.ts";

/** The whole editor: palette, canvas, inspector, bottom panel and header. */
export function FlowEditor({ draft }: FlowEditorProps) {
	const nodes = draft.flow.nodes.map((node) => ({ id: node.id, position: node.position, data: { label: node.label } }));
	return (
		<div className="weir-editor">
			<ReactFlow nodes={nodes} edges={[]}>
				<Background />
			</ReactFlow>
		</div>
	);
}
