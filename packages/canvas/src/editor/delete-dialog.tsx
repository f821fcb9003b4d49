import { plural } from "../format.ts";
import { Dialog } from "../ui/dialog.tsx";
import { deleteSelection, nameOfNode } from "./actions.ts";
import { useSession, useView } from "./context.ts";

/** Asked before much is lost: many nodes at once, or a running node that holds state. */
export function DeleteDialog() {
	const session = useSession();
	const asked = useView((view) => view.deleting);
	if (asked === undefined) return null;
	const close = () => session.view.setState({ deleting: undefined });
	return (
		<Dialog title={`Delete ${plural(asked.nodes.length, "node")}?`} onClose={close}>
			<ul className="weir-changes">
				{asked.nodes.map((id) => (
					<li key={id}>
						<span>{nameOfNode(session, id)}</span>
						{asked.holdingState.includes(id) && <span className="weir-muted">its state is lost with the next deploy</span>}
					</li>
				))}
			</ul>
			<div className="weir-dialog-actions">
				<button type="button" className="weir-button" onClick={close}>
					Keep them
				</button>
				<button
					type="button"
					className="weir-button primary"
					onClick={() => {
						close();
						deleteSelection(session, asked.bridge);
					}}
				>
					Delete
				</button>
			</div>
		</Dialog>
	);
}
