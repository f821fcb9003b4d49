import type { Flow } from "@weir/flow";
import { type ReactFlowState, useStore as useFlowStore } from "@xyflow/react";
import { useEffect } from "react";
import { pathOfEdge } from "../connect/highlight.ts";
import { useDocument, useSession, useView } from "../editor/context.ts";
import type { LivePort } from "../ports.ts";

/** Feeds the live store, notices when the stream stops, and says which edges may move. */
export function useLiveFeed(live: LivePort | undefined): void {
	const session = useSession();
	useEffect(() => {
		if (live === undefined) return;
		const { take, tick } = session.live.getState();
		const stop = live.subscribe((frame) => take(frame, Date.now()));
		const timer = setInterval(() => tick(Date.now()), 1_000);
		return () => {
			stop();
			clearInterval(timer);
		};
	}, [live, session]);
	useMotion();
}

const isFar = (state: ReactFlowState) => state.transform[2] < 0.5;
/** Changes only when the view has moved by half a screen, so that panning does not pick edges anew each frame. */
const viewKey = (state: ReactFlowState) => {
	const [x, y, zoom] = state.transform;
	return `${Math.round((x / Math.max(1, state.width)) * 4)} ${Math.round((y / Math.max(1, state.height)) * 4)} ${Math.round(zoom * 10)} ${state.width} ${state.height}`;
};

function useMotion(): void {
	const session = useSession();
	const far = useFlowStore(isFar);
	const view = useFlowStore(viewKey);
	const flow = useDocument((state) => state.flow);
	const selected = useView((state) => state.edges);
	const hovered = useView((state) => state.hovered);
	useEffect(() => {
		const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
		const look = () => {
			const preferred = new Set([...selected].flatMap((id) => [...pathOfEdge(flow, id)]));
			if (hovered !== undefined) preferred.add(hovered);
			session.live.getState().look({
				still: far || reduced.matches || document.visibilityState === "hidden",
				preferred,
				inView: edgesInView(session, flow, view),
			});
		};
		look();
		reduced.addEventListener("change", look);
		document.addEventListener("visibilitychange", look);
		return () => {
			reduced.removeEventListener("change", look);
			document.removeEventListener("visibilitychange", look);
		};
	}, [session, far, view, flow, selected, hovered]);
}

/** Edges with an end on the screen. `view` is not read: a new one asks for a new answer. */
function edgesInView(session: ReturnType<typeof useSession>, flow: Flow, _view: string): ReadonlySet<string> | undefined {
	const canvas = session.canvas.current;
	if (canvas === undefined) return undefined;
	const [topLeft, bottomRight] = canvas.bounds();
	const seen = new Set(
		flow.nodes
			.filter(({ position: { x, y } }) => x + 240 > topLeft.x && x < bottomRight.x && y + 76 > topLeft.y && y < bottomRight.y)
			.map((node) => node.id),
	);
	return new Set(flow.edges.filter((edge) => seen.has(edge.from.node) || seen.has(edge.to.node)).map((edge) => edge.id));
}
