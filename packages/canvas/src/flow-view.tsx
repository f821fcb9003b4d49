import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useState } from "react";
import { Canvas } from "./editor/canvas.tsx";
import { SessionContext } from "./editor/context.ts";
import { LiveChip } from "./editor/overlays.tsx";
import { createSession, runSession, type Session } from "./editor/session.ts";
import { ZoomControls } from "./editor/zoom-controls.tsx";
import { useLiveFeed } from "./live/use-live.ts";
import type { FlowViewProps, LivePort } from "./ports.ts";

/** The read-only live canvas of the overview page. */
export function FlowView({ flow, catalogue, icons, live, label, selectedNodeId, onSelectNode }: FlowViewProps) {
	const [session] = useState(() =>
		createSession({ flowId: "view", catalogue, icons, draft: { rev: 0, layoutRev: 0, flow }, canEdit: false }),
	);
	useEffect(() => runSession(session), [session]);
	useEffect(() => session.documents.getState().replace(flow), [session, flow]);
	useSelection(session, selectedNodeId, onSelectNode);
	return (
		<SessionContext value={session}>
			<ReactFlowProvider>
				<section className="weir-view" aria-label={label}>
					<Canvas fixed>
						<Feed live={live} />
						<LiveChip />
					</Canvas>
					<ZoomControls menu={false} />
				</section>
			</ReactFlowProvider>
		</SessionContext>
	);
}

function useSelection(session: Session, selected: string | undefined, onSelect: FlowViewProps["onSelectNode"]): void {
	useEffect(() => {
		if (selected !== undefined && !session.view.getState().nodes.has(selected)) session.view.setState({ nodes: new Set([selected]) });
	}, [session, selected]);
	useEffect(() => {
		if (onSelect === undefined) return;
		return session.view.subscribe((state, before) => {
			if (state.nodes === before.nodes) return;
			const [only] = state.nodes;
			onSelect(only);
		});
	}, [session, onSelect]);
}

function Feed({ live }: { readonly live: LivePort | undefined }) {
	useLiveFeed(live);
	return null;
}
