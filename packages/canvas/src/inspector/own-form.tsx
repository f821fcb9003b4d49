import type { FlowNode } from "@weir/flow";
import type { NodeDefinition } from "@weir/node-kit";
import { lazy, Suspense } from "react";
import { editField } from "../editor/actions.ts";
import { useAnalysis, useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import type { NodeEditorProps, NodeEditors } from "../ports.ts";

const LOADED = new Map<NodeEditors[string], React.ComponentType<NodeEditorProps>>();

/** The form a kind brings itself, loaded when it is first opened. */
export function OwnForm({ node, definition }: { readonly node: FlowNode; readonly definition: NodeDefinition }) {
	const session = useSession();
	const load = useHanded().editors?.[definition.kind];
	const input = useAnalysis((state) => state.resolution.inputs.get(node.id));
	const problems = useAnalysis((state) => state.byNode.get(node.id)) ?? [];
	if (load === undefined) return null;
	const Form = formOf(load);
	return (
		<Suspense fallback={<p className="weir-muted">Loading the form…</p>}>
			<Form
				node={node}
				definition={definition}
				input={input}
				problems={problems}
				disabled={!session.canEdit}
				setField={(path, value) => editField(session, node.id, path, value)}
			/>
		</Suspense>
	);
}

function formOf(load: NodeEditors[string]): React.ComponentType<NodeEditorProps> {
	const known = LOADED.get(load);
	if (known !== undefined) return known;
	const form = lazy(load);
	LOADED.set(load, form);
	return form;
}
