import { reach } from "../connect/highlight.ts";
import { askAndDelete, connectToPopover, nudge, redo, selectPath, undo } from "../editor/actions.ts";
import type { Session } from "../editor/session.ts";
import { tapSelection } from "../editor/tapping.ts";
import { selectNodes } from "../view/store.ts";
import { type Direction, endOf, neighbour } from "./neighbours.ts";

export interface Shortcut {
	/** As tinykeys reads them. */
	readonly keys: readonly string[];
	readonly label: string;
	readonly group: "Canvas" | "Select" | "View" | "Run" | "Go";
	/** Does nothing for somebody who may not change the flow. */
	readonly edits?: true;
	/** Acts anywhere in the editor, not only while the canvas has the focus. */
	readonly anywhere?: true;
	/** Acts in text fields too. */
	readonly inFields?: true;
	run(session: Session): void;
}

/** Every key of the editor, once: handlers, tooltips and tests read this table. */
export const SHORTCUTS: readonly Shortcut[] = [
	{ keys: ["/"], label: "Search nodes", group: "Go", anywhere: true, run: focusPaletteSearch },
	{ keys: ["$mod+z"], label: "Undo", group: "Canvas", edits: true, anywhere: true, run: undo },
	{ keys: ["$mod+Shift+z", "Control+y"], label: "Redo", group: "Canvas", edits: true, anywhere: true, run: redo },
	{
		keys: ["$mod+s"],
		label: "Save now",
		group: "Canvas",
		edits: true,
		anywhere: true,
		inFields: true,
		run: ({ saver }) => void saver?.flush(),
	},
	{
		keys: ["$mod+Shift+d"],
		label: "Deploy",
		group: "Run",
		edits: true,
		anywhere: true,
		inFields: true,
		run: ({ view }) => view.setState({ deployOpen: true }),
	},
	{ keys: ["$mod+a"], label: "Select all", group: "Select", run: (session) => selectNodes(session.view, idsOf(session)) },
	{ keys: ["Escape"], label: "Select nothing, climb out", group: "Select", run: climbOut },
	{ keys: ["Shift+ArrowRight"], label: "Extend downstream", group: "Select", run: (session) => extend(session, "down") },
	{ keys: ["Shift+ArrowLeft"], label: "Extend upstream", group: "Select", run: (session) => extend(session, "up") },
	{ keys: ["Alt+KeyP"], label: "Select path", group: "Select", run: (session) => selectPath(session) },
	{ keys: ["ArrowRight"], label: "Next node", group: "Go", run: (session) => go(session, "right") },
	{ keys: ["ArrowLeft"], label: "Node before", group: "Go", run: (session) => go(session, "left") },
	{ keys: ["ArrowUp"], label: "Node above", group: "Go", run: (session) => go(session, "up") },
	{ keys: ["ArrowDown"], label: "Node below", group: "Go", run: (session) => go(session, "down") },
	{ keys: ["Home"], label: "First source", group: "Go", run: (session) => goTo(session, endOf(flowOf(session), "first")) },
	{ keys: ["End"], label: "Last sink", group: "Go", run: (session) => goTo(session, endOf(flowOf(session), "last")) },
	{ keys: ["Enter"], label: "Open the node", group: "Go", run: enter },
	{ keys: [" "], label: "Select the node", group: "Select", run: toggle },
	{ keys: ["c"], label: "Connect to…", group: "Canvas", edits: true, run: connectToPopover },
	{ keys: ["t"], label: "Look at the records", group: "Run", run: tapSelection },
	{
		keys: ["Delete", "Backspace"],
		label: "Delete and close the gap",
		group: "Canvas",
		edits: true,
		run: (session) => removeHere(session, true),
	},
	{
		keys: ["$mod+Delete", "$mod+Backspace"],
		label: "Delete, leave the gap",
		group: "Canvas",
		edits: true,
		run: (session) => removeHere(session, false),
	},
	{ keys: ["Alt+ArrowRight"], label: "Move right", group: "Canvas", edits: true, run: (session) => nudge(session, 1, 0) },
	{ keys: ["Alt+ArrowLeft"], label: "Move left", group: "Canvas", edits: true, run: (session) => nudge(session, -1, 0) },
	{ keys: ["Alt+ArrowUp"], label: "Move up", group: "Canvas", edits: true, run: (session) => nudge(session, 0, -1) },
	{ keys: ["Alt+ArrowDown"], label: "Move down", group: "Canvas", edits: true, run: (session) => nudge(session, 0, 1) },
	{ keys: ["Alt+Shift+ArrowRight"], label: "Move right, far", group: "Canvas", edits: true, run: (session) => nudge(session, 4, 0) },
	{ keys: ["Alt+Shift+ArrowLeft"], label: "Move left, far", group: "Canvas", edits: true, run: (session) => nudge(session, -4, 0) },
	{ keys: ["Alt+Shift+ArrowUp"], label: "Move up, far", group: "Canvas", edits: true, run: (session) => nudge(session, 0, -4) },
	{ keys: ["Alt+Shift+ArrowDown"], label: "Move down, far", group: "Canvas", edits: true, run: (session) => nudge(session, 0, 4) },
	{ keys: ["+", "Shift++", "=", "Shift+="], label: "Zoom in", group: "View", run: ({ canvas }) => canvas.current?.zoomBy(1.25) },
	{ keys: ["-"], label: "Zoom out", group: "View", run: ({ canvas }) => canvas.current?.zoomBy(0.8) },
	{ keys: ["0"], label: "Zoom to 100 %", group: "View", run: ({ canvas }) => canvas.current?.zoomTo(1) },
	{ keys: ["1"], label: "Fit the flow", group: "View", run: ({ canvas }) => canvas.current?.fit() },
	{
		keys: ["2"],
		label: "Fit the selection",
		group: "View",
		run: (session) => session.canvas.current?.fit([...session.view.getState().nodes]),
	},
	{ keys: ["m"], label: "Minimap", group: "View", run: ({ view }) => view.setState({ minimap: !view.getState().minimap }) },
	{ keys: ["v"], label: "Pointer", group: "View", run: ({ view }) => view.setState({ tool: "pointer" }) },
	{ keys: ["h"], label: "Hand", group: "View", run: ({ view }) => view.setState({ tool: "hand" }) },
];

const flowOf = (session: Session) => session.documents.getState().flow;
const idsOf = (session: Session) => flowOf(session).nodes.map((node) => node.id);

function focusPaletteSearch(): void {
	document.getElementById("weir-palette-search")?.focus();
}

function extend(session: Session, way: "up" | "down"): void {
	const { nodes, focused } = session.view.getState();
	const start = nodes.size > 0 ? [...nodes] : focused === undefined ? [] : [focused];
	session.view.setState({ nodes: new Set([...start, ...reach(flowOf(session), start, way)]) });
}

function go(session: Session, way: Direction): void {
	const { connecting, focused } = session.view.getState();
	if (connecting?.by === "click") session.canvas.current?.focusCandidate(way === "left" || way === "up" ? -1 : 1);
	else goTo(session, focused === undefined ? undefined : neighbour(flowOf(session), focused, way));
}

function goTo(session: Session, nodeId: string | undefined): void {
	if (nodeId === undefined) return;
	session.view.setState({ inside: undefined });
	session.canvas.current?.focusNode(nodeId);
}

/** Selects the node, so that its form is open, and lets Tab reach its ports. */
function enter(session: Session): void {
	const { focused } = session.view.getState();
	if (focused === undefined) return;
	selectNodes(session.view, [focused]);
	session.view.setState({ inside: focused, tab: "configure" });
}

function toggle(session: Session): void {
	const { focused, nodes } = session.view.getState();
	if (focused === undefined) return;
	const next = new Set(nodes);
	if (!next.delete(focused)) next.add(focused);
	session.view.setState({ nodes: next });
}

function removeHere(session: Session, bridge: boolean): void {
	const { nodes, edges, focused } = session.view.getState();
	if (nodes.size === 0 && edges.size === 0 && focused !== undefined) session.view.setState({ nodes: new Set([focused]) });
	askAndDelete(session, bridge);
}

/** One Escape, one step out: a line being drawn, the ports of a node, the selection. */
function climbOut(session: Session): void {
	const { connecting, inside, focused } = session.view.getState();
	if (connecting !== undefined) {
		session.canvas.current?.cancelConnecting();
		session.canvas.current?.focusNode(connecting.from.node);
	} else if (inside !== undefined) {
		session.view.setState({ inside: undefined });
		if (focused !== undefined) session.canvas.current?.focusNode(inside);
	} else session.view.setState({ nodes: new Set(), edges: new Set(), highlight: undefined });
}
