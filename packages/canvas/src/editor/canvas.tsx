import {
	Background,
	BackgroundVariant,
	type EdgeChange,
	type NodeChange,
	type OnConnectStart,
	ReactFlow,
	SelectionMode,
	useReactFlow,
	type Viewport,
} from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import { beginConnecting } from "../connect/gesture.ts";
import { pathOfEdge } from "../connect/highlight.ts";
import { whyNot } from "../connect/rules.ts";
import { moveNodes } from "../document/commands.ts";
import { GRID, type Point } from "../document/place.ts";
import { DraggedLine } from "../edges/connection-line.tsx";
import { FlowLine, type LineEdge } from "../edges/flow-line.tsx";
import { plural } from "../format.ts";
import { type CardNode, NodeCard } from "../nodes/card.tsx";
import { announce, type Detail } from "../view/store.ts";
import { connect, drawingOf, nameOfNode } from "./actions.ts";
import { useDocument, useSession, useView } from "./context.ts";
import type { Size } from "./elements.ts";
import { openMenu } from "./node-menu.tsx";
import { FIT, useCanvasHandle } from "./use-canvas-handle.ts";
import { useElements } from "./use-elements.ts";

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { line: FlowLine };
const SNAP: [number, number] = [GRID, GRID];
const PAN_BUTTONS = [1, 2];
const PAN_BY_DRAGGING = [0, 1, 2];
/** From here on only what can be seen is drawn. */
const VIRTUAL_FROM = 100;

/** The drawing itself: React Flow, fed from the document and reporting gestures back to it. */
export function Canvas({ children, fixed = false }: { readonly children?: React.ReactNode; readonly fixed?: boolean }) {
	const session = useSession();
	const [sizes, setSizes] = useState<ReadonlyMap<string, Size>>(new Map());
	const { nodes, edges } = useElements(sizes);
	const tool = useView((view) => view.tool);
	const dragPans = useView((view) => view.dragPans);
	const detail = useView((view) => view.detail);
	const isEmpty = useDocument((state) => state.flow.nodes.length === 0);
	// On an empty canvas React Flow would keep the fit for the first node, and take it from where it was dropped.
	const [beginsFitted] = useState(!isEmpty);
	const { screenToFlowPosition } = useReactFlow();
	const ready = useCanvasHandle(nodes.length);

	const onNodesChange = useCallback(
		(changes: NodeChange<CardNode>[]) => {
			takeSelection(session.view.getState().nodes, changes, (next) => session.view.setState({ nodes: next, ...soleFocus(next) }));
			const grown = changes.flatMap((change) =>
				change.type === "dimensions" && change.dimensions !== undefined ? [[change.id, change.dimensions] as const] : [],
			);
			if (grown.length > 0) setSizes((before) => new Map([...before, ...grown]));
			const moved = changes.flatMap((change) =>
				change.type === "position" && change.position !== undefined ? [[change.id, change.position] as const] : [],
			);
			if (moved.length > 0 && session.canEdit)
				session.documents.getState().gesture((flow) => moveNodes(flow, new Map<string, Point>(moved)));
		},
		[session],
	);
	const onEdgesChange = useCallback(
		(changes: EdgeChange<LineEdge>[]) =>
			takeSelection(session.view.getState().edges, changes, (next) => {
				const [only, ...more] = next;
				const highlight = only !== undefined && more.length === 0 ? pathOfEdge(session.documents.getState().flow, only) : undefined;
				session.view.setState({ edges: next, highlight });
			}),
		[session],
	);
	const gestures = useMemo(() => dragHandlers(session), [session]);
	const connecting = useMemo(() => connectHandlers(session, screenToFlowPosition), [session, screenToFlowPosition]);
	const menus = useMemo(() => menuHandlers(session), [session]);
	const onMove = useCallback(
		(_: unknown, viewport: Viewport) => {
			const next = detailAt(viewport.zoom);
			if (session.view.getState().detail !== next) session.view.setState({ detail: next });
			session.canvas.current?.strengthen(viewport.zoom);
		},
		[session],
	);

	return (
		<ReactFlow<CardNode, LineEdge>
			nodes={nodes}
			edges={edges}
			nodeTypes={NODE_TYPES}
			edgeTypes={EDGE_TYPES}
			onNodesChange={onNodesChange}
			onEdgesChange={onEdgesChange}
			{...gestures}
			{...connecting}
			isValidConnection={connecting.isValidConnection}
			connectionLineComponent={DraggedLine}
			connectOnClick
			connectionRadius={24}
			nodesDraggable={session.canEdit}
			nodesConnectable={session.canEdit}
			elementsSelectable
			edgesFocusable={false}
			edgesReconnectable={false}
			deleteKeyCode={null}
			selectionKeyCode={dragPans && !fixed ? "Shift" : null}
			multiSelectionKeyCode="Shift"
			disableKeyboardA11y
			selectionOnDrag={tool === "pointer" && !dragPans && !fixed}
			selectionMode={SelectionMode.Partial}
			panOnDrag={tool === "hand" || fixed ? true : dragPans ? PAN_BY_DRAGGING : PAN_BUTTONS}
			panOnScroll={!fixed}
			zoomOnScroll={false}
			zoomOnDoubleClick={false}
			preventScrolling={!fixed}
			snapToGrid
			snapGrid={SNAP}
			minZoom={0.1}
			maxZoom={2}
			fitView={beginsFitted}
			fitViewOptions={FIT}
			onMove={onMove}
			onEdgeMouseEnter={(_, edge) => session.view.setState({ hovered: edge.id })}
			onEdgeMouseLeave={() => session.view.setState({ hovered: undefined })}
			onlyRenderVisibleElements={nodes.length >= VIRTUAL_FROM}
			elevateNodesOnSelect={false}
			{...(fixed ? {} : menus)}
			onPaneClick={() => session.view.setState({ popover: undefined, inside: undefined, highlight: undefined })}
			onFocusCapture={(event) => {
				const id = event.target.closest(".react-flow__node")?.getAttribute("data-id") ?? undefined;
				if (id !== undefined && session.view.getState().focused !== id) session.view.setState({ focused: id });
			}}
			className="weir-canvas"
			data-canvas-ready={ready}
			data-detail={detail}
			data-tool={tool}
			tabIndex={isEmpty ? 0 : -1}
			aria-label="Canvas"
			colorMode="light"
		>
			<Background variant={BackgroundVariant.Dots} gap={GRID} size={1} />
			{children}
		</ReactFlow>
	);
}

/** A flow of five columns is fitted to a laptop's screen at about 0.45, and its numbers are what one opens it for. */
function detailAt(zoom: number): Detail {
	return zoom >= 0.4 ? "full" : zoom >= 0.22 ? "medium" : "block";
}

function soleFocus(nodes: ReadonlySet<string>): { readonly focused?: string } {
	const [only, ...more] = nodes;
	return only !== undefined && more.length === 0 ? { focused: only } : {};
}

function takeSelection(
	before: ReadonlySet<string>,
	changes: readonly { readonly type: string; readonly id?: string; readonly selected?: boolean }[],
	done: (next: ReadonlySet<string>) => void,
): void {
	const next = new Set(before);
	for (const change of changes) {
		if (change.type !== "select" || change.id === undefined) continue;
		if (change.selected === true) next.add(change.id);
		else next.delete(change.id);
	}
	if (next.size !== before.size || [...next].some((id) => !before.has(id))) done(next);
}

function dragHandlers(session: ReturnType<typeof useSession>) {
	const begin = () => {
		if (session.canEdit) session.documents.getState().beginGesture();
	};
	const end = (dragged: readonly CardNode[]) => {
		const [first] = dragged;
		const what = dragged.length === 1 && first !== undefined ? nameOfNode(session, first.id) : plural(dragged.length, "node");
		session.documents.getState().endGesture(`move ${what}`);
		announce(session.view, `Moved ${what}.`);
	};
	return {
		onNodeDragStart: begin,
		onNodeDragStop: (_: unknown, __: CardNode, dragged: CardNode[]) => end(dragged),
		onSelectionDragStart: begin,
		onSelectionDragStop: (_: unknown, dragged: CardNode[]) => end(dragged),
	};
}

function menuHandlers(session: ReturnType<typeof useSession>) {
	return {
		onPaneContextMenu: (event: React.MouseEvent | MouseEvent) => openMenu(session, event, undefined),
		onNodeContextMenu: (event: React.MouseEvent, node: CardNode) => openMenu(session, event, node.id),
	};
}

interface Ends {
	readonly source: string;
	readonly target: string;
	readonly sourceHandle?: string | null | undefined;
	readonly targetHandle?: string | null | undefined;
}

function portsOf(ends: Ends) {
	return {
		from: { node: ends.source, port: ends.sourceHandle ?? "" },
		to: { node: ends.target, port: ends.targetHandle ?? "" },
	};
}

function connectHandlers(session: ReturnType<typeof useSession>, toFlow: (at: Point) => Point) {
	const start =
		(by: "drag" | "click"): OnConnectStart =>
		(_event, { nodeId, handleId, handleType }) => {
			if (nodeId === null || !session.canEdit) return;
			const from = { node: nodeId, port: handleId ?? "" };
			const begun = beginConnecting(drawingOf(session), from, handleType === "target" ? "in" : "out", by);
			session.view.setState({ connecting: begun, portTip: undefined });
			if (by === "drag") return;
			const word = begun.side === "out" ? "input" : "output";
			announce(session.view, `Choose an ${word}, Escape to cancel. ${plural(begun.candidates.size, word)} can take it.`);
			session.canvas.current?.focusCandidate(0);
		};
	const stop = () => session.view.setState({ connecting: undefined });
	return {
		onConnectStart: start("drag"),
		onClickConnectStart: start("click"),
		onClickConnectEnd: stop,
		onConnect: (ends: Ends) => {
			const { from, to } = portsOf(ends);
			if (connect(session, from, to) && session.view.getState().connecting?.by === "click") session.canvas.current?.focusNode(to.node);
		},
		onConnectEnd: (
			event: MouseEvent | TouchEvent,
			state: { readonly isValid: boolean | null; readonly toHandle: unknown; readonly toNode: unknown },
		) => {
			const begun = session.view.getState().connecting;
			stop();
			if (begun === undefined || begun.side === "in" || state.toHandle !== null || state.toNode !== null || state.isValid !== null) return;
			const at = "clientX" in event ? event : event.changedTouches[0];
			if (at === undefined) return;
			const screen = { x: at.clientX, y: at.clientY };
			session.view.setState({ popover: { kind: "quick-add", from: begun.from, at: screen, place: toFlow(screen) } });
		},
		isValidConnection: (ends: Ends) => {
			const { from, to } = portsOf(ends);
			return whyNot(drawingOf(session), from, to) === undefined;
		},
	};
}
