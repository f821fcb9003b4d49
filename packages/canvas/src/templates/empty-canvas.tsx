import { Panel } from "@xyflow/react";
import { useDocument, useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { chooseFile } from "../transfer/transfer.ts";

/** What an empty flow offers. */
export function EmptyCanvas() {
	const session = useSession();
	const { templates } = useHanded();
	const isEmpty = useDocument((state) => state.flow.nodes.length === 0);
	if (!isEmpty || !session.canEdit) return null;
	return (
		<Panel position="top-center" className="weir-empty-canvas">
			<h2>Start your flow</h2>
			<p>Records come in at a source, go through the nodes you draw, and end in a sink.</p>
			<div>
				{templates !== undefined && templates.length > 0 && (
					<button type="button" className="weir-button primary" onClick={() => session.view.setState({ templatesOpen: true })}>
						Start from a template
					</button>
				)}
				<button
					type="button"
					className="weir-button"
					onClick={(event) => {
						const box = event.currentTarget.getBoundingClientRect();
						session.view.setState({ popover: { kind: "add-role", role: "source", at: { x: box.left, y: box.bottom + 8 } } });
					}}
				>
					Add a source
				</button>
				<button type="button" className="weir-button" title="Choose a saved flow" onClick={() => chooseFile(session)}>
					Import
				</button>
			</div>
			<p className="weir-help">A saved flow can also be dropped or pasted here.</p>
		</Panel>
	);
}
