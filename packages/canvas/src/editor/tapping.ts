import type { TapTarget } from "../ports.ts";
import type { Session } from "./session.ts";

/** Opens the bottom panel on the records of a node or edge. */
export function openTap(session: Session, target: TapTarget): void {
	session.view.setState({
		bottom: "data",
		tapped: target,
		...(target.kind === "edge" ? { edges: new Set([target.id]), nodes: new Set() } : {}),
	});
}

/** Opens it on what is selected, else on the node that has the focus. */
export function tapSelection(session: Session): void {
	const { nodes, edges, focused } = session.view.getState();
	const [edge] = edges;
	const [node = focused] = nodes;
	if (edge !== undefined && nodes.size === 0) openTap(session, { kind: "edge", id: edge });
	else if (node !== undefined) openTap(session, { kind: "node", id: node });
}
