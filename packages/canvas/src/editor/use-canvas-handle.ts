import { type FitViewOptions, useNodesInitialized, useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useState } from "react";
import { useSession } from "./context.ts";

const EVERYWHERE = [
	{ x: Number.NEGATIVE_INFINITY, y: Number.NEGATIVE_INFINITY },
	{ x: Number.POSITIVE_INFINITY, y: Number.POSITIVE_INFINITY },
] as const;

/** The flow lies beside the zoom controls, not under them. */
export const FIT: FitViewOptions = { padding: { x: "60px", y: 0.06 }, maxZoom: 1 };

const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const glide = () => ({ duration: still() ? 0 : 200 });

/** Gives actions their way to the drawn canvas; true once it is measured and its fonts are there. */
export function useCanvasHandle(nodeCount: number): boolean {
	const session = useSession();
	const flow = useReactFlow();
	const store = useStoreApi();
	const measured = useNodesInitialized();
	const [fonts, setFonts] = useState(false);
	useEffect(() => {
		let gone = false;
		void document.fonts.ready.then(() => !gone && setFonts(true));
		return () => {
			gone = true;
		};
	}, []);

	useEffect(() => {
		const pane = () => store.getState().domNode;
		const elementOf = (nodeId: string) => pane()?.querySelector<HTMLElement>(`.react-flow__node[data-id="${nodeId}"]`) ?? undefined;
		/** A node that was just added is drawn, and can take the focus, some frames later. */
		const soon = (find: () => HTMLElement | undefined, tries = 20): void => {
			const element = find();
			element?.focus({ preventScroll: true });
			if (element !== undefined && document.activeElement === element) return;
			if (tries > 0) requestAnimationFrame(() => soon(find, tries - 1));
		};
		const show = (nodeId: string) => {
			const node = session.documents.getState().flow.nodes.find((candidate) => candidate.id === nodeId);
			const box = pane()?.getBoundingClientRect();
			if (node === undefined || box === undefined) return;
			const { x, y } = flow.flowToScreenPosition(node.position);
			const zoom = flow.getZoom();
			if (x >= box.left && y >= box.top && x + 240 * zoom <= box.right && y + 76 * zoom <= box.bottom) return;
			void flow.setCenter(node.position.x + 120, node.position.y + 38, { zoom, ...glide() });
		};
		session.canvas.current = {
			toFlow: (screen) => flow.screenToFlowPosition(screen),
			centre() {
				const box = pane()?.getBoundingClientRect();
				return box === undefined ? { x: 0, y: 0 } : flow.screenToFlowPosition({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
			},
			bounds() {
				const box = pane()?.getBoundingClientRect();
				if (box === undefined) return [EVERYWHERE[0], EVERYWHERE[1]];
				return [flow.screenToFlowPosition({ x: box.left, y: box.top }), flow.screenToFlowPosition({ x: box.right, y: box.bottom })];
			},
			covers({ x, y }) {
				const box = pane()?.getBoundingClientRect();
				return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
			},
			zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, glide()),
			zoomTo: (zoom) => void flow.zoomTo(zoom, glide()),
			fit: (nodeIds) =>
				void flow.fitView({
					...FIT,
					...(nodeIds === undefined ? {} : { nodes: nodeIds.map((id) => ({ id })) }),
					...glide(),
				}),
			show,
			strengthen(zoom) {
				pane()?.style.setProperty("--weir-strength", String(zoom >= 0.5 ? 1 : Math.min(2.2, (0.5 / zoom) ** 0.55)));
				pane()?.style.setProperty("--weir-pill-scale", String(Math.min(2, Math.max(1, 0.75 / zoom))));
			},
			focusNode(nodeId) {
				show(nodeId);
				session.view.setState({ focused: nodeId });
				soon(() => elementOf(nodeId));
			},
			focusPort(nodeId) {
				soon(() => elementOf(nodeId)?.querySelector<HTMLElement>(".weir-port") ?? undefined);
			},
			focusPane: () => soon(() => pane() ?? undefined),
			focusCandidate(step) {
				const ports = [...(pane()?.querySelectorAll<HTMLElement>(".weir-port[data-can]") ?? [])];
				const at = ports.indexOf(document.activeElement as HTMLElement);
				const next = at === -1 ? ports.at(step < 0 ? -1 : 0) : ports.at((at + step) % ports.length);
				if (next !== undefined) next.focus({ preventScroll: true });
				else if (step === 0)
					requestAnimationFrame(() => pane()?.querySelector<HTMLElement>(".weir-port[data-can]")?.focus({ preventScroll: true }));
			},
			boxOf: (nodeId) => elementOf(nodeId)?.getBoundingClientRect(),
			cancelConnecting() {
				store.setState({ connectionClickStartHandle: null });
				store.getState().cancelConnection();
				session.view.setState({ connecting: undefined });
			},
		};
		session.canvas.current.strengthen(flow.getZoom());
		return () => {
			session.canvas.current = undefined;
		};
	}, [session, flow, store]);

	return fonts && (nodeCount === 0 || measured);
}
