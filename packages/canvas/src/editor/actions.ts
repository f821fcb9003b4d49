import type { Problem, ProblemFix } from "@weir/errors";
import { edgesFrom, edgesTo, type Flow, type FlowEdge, nameOf } from "@weir/flow";
import { type NodeDefinition, outputPorts } from "@weir/node-kit";
import { reach } from "../connect/highlight.ts";
import { type Drawing, fitsAfter, type PortRef, whyNot } from "../connect/rules.ts";
import {
	addEdge,
	addNode,
	moveNodes,
	removeEdges,
	removeNodes,
	renameNode,
	renameOutput,
	setField,
	uniqueLabel,
} from "../document/commands.ts";
import { newId } from "../document/ids.ts";
import { COLUMN_PITCH, freePlace, GRID, NODE_HEIGHT, NODE_WIDTH, type Point } from "../document/place.ts";
import { plural } from "../format.ts";
import { startConfig } from "../inspector/fields.ts";
import { rememberUse } from "../palette/memory.ts";
import { announce, selectNodes, toast } from "../view/store.ts";
import type { Session } from "./session.ts";

/** What the drawing's rules need, as it is at this moment. */
export function drawingOf(session: Session): Drawing {
	return {
		flow: session.documents.getState().flow,
		catalogue: session.catalogue,
		resolution: session.analysis.getState().resolution,
	};
}

/** What people call a node. */
export function nameOfNode(session: Session, nodeId: string): string {
	const node = session.documents.getState().flow.nodes.find((candidate) => candidate.id === nodeId);
	if (node === undefined) return "a node that is gone";
	const definition = session.catalogue.get(node.kind);
	return definition === undefined ? node.label || node.kind : nameOf(node, definition);
}

function freshNode(flow: Flow, definition: NodeDefinition, position: Point) {
	return {
		id: newId("n"),
		kind: definition.kind,
		version: definition.version,
		label: uniqueLabel(
			flow.nodes.map((node) => node.label),
			definition.title,
		),
		config: startConfig(definition.config),
		position: freePlace(flow, position),
	};
}

/**
 * Adds a node: behind the one selected node and connected when it has a free output that fits, else in the middle of the view.
 * `at` puts it there, unconnected.
 */
export function addKind(session: Session, kind: string, at?: Point): void {
	const definition = session.catalogue.get(kind);
	if (definition === undefined || !session.canEdit) return;
	const { flow } = session.documents.getState();
	const feeder = at === undefined ? freeOutput(session, definition) : undefined;
	const before = flow.nodes.find((node) => node.id === feeder?.node);
	const centre = session.canvas.current?.centre() ?? { x: 0, y: 0 };
	const wanted =
		before !== undefined
			? { x: before.position.x + COLUMN_PITCH, y: before.position.y }
			: (at ?? { x: centre.x - NODE_WIDTH / 2, y: centre.y - NODE_HEIGHT / 2 });
	put(session, definition, wanted, feeder);
}

/** Adds a node and the edge that feeds it, as one step. */
export function addKindAfter(session: Session, kind: string, from: PortRef, at?: Point): void {
	const definition = session.catalogue.get(kind);
	if (definition === undefined || !session.canEdit) return;
	const before = session.documents.getState().flow.nodes.find((node) => node.id === from.node);
	const beside = before === undefined ? { x: 0, y: 0 } : { x: before.position.x + COLUMN_PITCH, y: before.position.y };
	put(session, definition, at === undefined ? beside : { x: at.x, y: at.y - NODE_HEIGHT / 2 }, from);
}

function put(session: Session, definition: NodeDefinition, wanted: Point, feeder: PortRef | undefined): void {
	const { flow, change } = session.documents.getState();
	const node = freshNode(flow, definition, wanted);
	const [input] = definition.inputs;
	const edge = feeder !== undefined && input !== undefined ? edgeBetween(feeder, { node: node.id, port: input.name }) : undefined;
	change((now) => (edge === undefined ? addNode(now, node) : addEdge(addNode(now, node), edge)), { label: `add ${node.label}` });
	rememberUse(definition.kind);
	selectNodes(session.view, [node.id]);
	session.canvas.current?.show(node.id);
	announce(
		session.view,
		edge === undefined ? `Added ${node.label}.` : `Added ${node.label}, fed by ${nameOfNode(session, edge.from.node)}.`,
	);
}

/** The first main output of the one selected node that nothing is connected to yet. */
function freeOutput(session: Session, next: NodeDefinition): PortRef | undefined {
	if (!fitsAfter(next)) return undefined;
	const { flow } = session.documents.getState();
	const [selected, ...more] = session.view.getState().nodes;
	const node = flow.nodes.find((candidate) => candidate.id === selected);
	if (node === undefined || more.length > 0) return undefined;
	const definition = session.catalogue.get(node.kind);
	const port = (definition === undefined ? [] : outputPorts(definition, node.config)).find(
		(output) => output.side !== true && !edgesFrom(flow, node.id).some((edge) => edge.from.port === output.name),
	);
	return port === undefined ? undefined : { node: node.id, port: port.name };
}

function edgeBetween(from: PortRef, to: PortRef): FlowEdge {
	return { id: newId("e"), from: { node: from.node, port: from.port }, to: { node: to.node, port: to.port } };
}

/** Draws an edge, or says why not. */
export function connect(session: Session, from: PortRef, to: PortRef): boolean {
	if (!session.canEdit) return false;
	const reason = whyNot(drawingOf(session), from, to);
	if (reason !== undefined) {
		toast(session.view, reason, { tone: "error" });
		return false;
	}
	const names = `${nameOfNode(session, from.node)} to ${nameOfNode(session, to.node)}`;
	session.documents.getState().change((flow) => addEdge(flow, edgeBetween(from, to)), { label: `connect ${names}` });
	announce(session.view, `Connected ${names}.`);
	return true;
}

const DELETED_WITHOUT_ASKING = 5;

/** Removes what is selected; asks first when it is much, or when running state goes with it. */
export function askAndDelete(session: Session, bridge: boolean): void {
	const { nodes } = session.view.getState();
	const { flow } = session.documents.getState();
	const running = session.live.getState().nodes;
	const holdingState = flow.nodes
		.filter((node) => nodes.has(node.id) && running[node.id] !== undefined && session.catalogue.get(node.kind)?.category === "stateful")
		.map((node) => node.id);
	if (nodes.size <= DELETED_WITHOUT_ASKING && holdingState.length === 0) deleteSelection(session, bridge);
	else if (session.canEdit) session.view.setState({ deleting: { nodes: [...nodes], holdingState, bridge } });
}

/** Removes what is selected. A gap in a chain is closed unless `bridge` is false. */
export function deleteSelection(session: Session, bridge: boolean): void {
	const { nodes, edges } = session.view.getState();
	if (!session.canEdit || (nodes.size === 0 && edges.size === 0)) return;
	const { flow, change } = session.documents.getState();
	const what = describe(session, nodes, edges);
	const next = upstreamOf(flow, nodes);
	const close = (now: Flow, from: FlowEdge["from"], to: FlowEdge["to"]) => {
		const drawing = { ...drawingOf(session), flow: now };
		return whyNot(drawing, from, to) === undefined ? edgeBetween(from, to) : undefined;
	};
	change((now) => removeNodes(removeEdges(now, edges), nodes, bridge ? { bridge: close } : {}), { label: `delete ${what}` });
	session.view.setState({ nodes: new Set(), edges: new Set(), inside: undefined, ...(next === undefined ? {} : { focused: next }) });
	toast(session.view, `Deleted ${what}`, { action: { label: "Undo", run: () => undo(session) } });
	if (next === undefined) session.canvas.current?.focusPane();
	else session.canvas.current?.focusNode(next);
}

function describe(session: Session, nodes: ReadonlySet<string>, edges: ReadonlySet<string>): string {
	const [only] = nodes;
	if (nodes.size === 1 && only !== undefined) return nameOfNode(session, only);
	return nodes.size > 0 ? plural(nodes.size, "node") : plural(edges.size, "edge");
}

/** Where the keyboard goes when these nodes are gone: the nearest node before them. */
function upstreamOf(flow: Flow, gone: ReadonlySet<string>): string | undefined {
	const open = [...gone];
	const seen = new Set<string>();
	for (let id = open.shift(); id !== undefined; id = open.shift()) {
		for (const edge of edgesTo(flow, id)) {
			if (seen.has(edge.from.node)) continue;
			seen.add(edge.from.node);
			if (!gone.has(edge.from.node)) return edge.from.node;
			open.push(edge.from.node);
		}
	}
	return undefined;
}

export function undo(session: Session): void {
	if (!session.canEdit) return;
	const label = session.documents.getState().undo();
	toast(session.view, label === undefined ? "Nothing to undo" : `Undid: ${label}`);
}

export function redo(session: Session): void {
	if (!session.canEdit) return;
	const label = session.documents.getState().redo();
	toast(session.view, label === undefined ? "Nothing to redo" : `Redid: ${label}`);
}

export function editField(session: Session, nodeId: string, path: string, value: unknown): void {
	if (!session.canEdit) return;
	const label = `change ${path.split(".")[0]} of ${nameOfNode(session, nodeId)}`;
	const change = (flow: Flow) => withEdgesFollowing(session, flow, setField(flow, nodeId, path, value), nodeId);
	session.documents.getState().change(change, { label, key: `${nodeId} ${path}` });
}

/** Where a change of the config gave one output another name, its edges go along. */
function withEdgesFollowing(session: Session, before: Flow, after: Flow, nodeId: string): Flow {
	const was = outputNames(session, before, nodeId);
	const now = outputNames(session, after, nodeId);
	const others = was.flatMap((name, i) => (name === now[i] ? [] : [i]));
	const [at, ...more] = others;
	if (at === undefined || more.length > 0 || was.length !== now.length) return after;
	return renameOutput(after, nodeId, was[at] ?? "", now[at] ?? "");
}

function outputNames(session: Session, flow: Flow, nodeId: string): readonly string[] {
	const node = flow.nodes.find((candidate) => candidate.id === nodeId);
	const definition = session.catalogue.get(node?.kind ?? "");
	return definition?.outputsOf === undefined ? [] : outputPorts(definition, node?.config).map((port) => port.name);
}

export function rename(session: Session, nodeId: string, label: string): void {
	if (!session.canEdit || label.trim() === "") return;
	const before = nameOfNode(session, nodeId);
	session.documents.getState().change((flow) => renameNode(flow, nodeId, label), { label: `rename ${before}`, key: `${nodeId} label` });
}

/** Moves the selection by whole grid steps: the way without dragging. */
export function nudge(session: Session, dx: number, dy: number): void {
	const { nodes, focused } = session.view.getState();
	const moved = nodes.size > 0 ? nodes : new Set(focused === undefined ? [] : [focused]);
	if (!session.canEdit || moved.size === 0) return;
	session.documents
		.getState()
		.change(
			(flow) =>
				moveNodes(
					flow,
					new Map(
						flow.nodes
							.filter((node) => moved.has(node.id))
							.map((node) => [node.id, { x: node.position.x + dx * GRID, y: node.position.y + dy * GRID }]),
					),
				),
			{ label: `move ${describe(session, moved, new Set())}`, key: `nudge ${[...moved].join(" ")}` },
		);
	announce(
		session.view,
		`Moved ${describe(session, moved, new Set())} ${dx === 0 ? (dy < 0 ? "up" : "down") : dx < 0 ? "left" : "right"}.`,
	);
}

/** Opens a node's form at a field and puts the keyboard there. */
export function goToField(session: Session, nodeId: string, path: string | undefined): void {
	selectNodes(session.view, [nodeId]);
	session.canvas.current?.show(nodeId);
	const touched = path === undefined ? session.view.getState().touched : new Set([...session.view.getState().touched, `${nodeId} ${path}`]);
	session.view.setState({ tab: "configure", wantedField: path, touched });
	if (path === undefined) session.canvas.current?.focusNode(nodeId);
}

/** Presses the button of a problem. */
export function carryOut(session: Session, { fix, nodeId }: Problem): void {
	if (fix === undefined) return;
	const { change } = session.documents.getState();
	switch (fix.action) {
		case "remove-edge":
			if (session.canEdit) change((flow) => removeEdges(flow, new Set([fix.edgeId])), { label: "remove edge" });
			return;
		case "remove-node":
			if (session.canEdit)
				change((flow) => removeNodes(flow, new Set([fix.nodeId])), { label: `delete ${nameOfNode(session, fix.nodeId)}` });
			return;
		case "add-node":
			session.view.setState({ popover: { kind: "add-role", role: fix.role, at: { x: 280, y: 120 } } });
			return;
		case "set-field":
			editField(session, fix.nodeId || (nodeId ?? ""), fix.path, fix.value);
			return;
		case "focus-field":
			goToField(session, fix.nodeId || (nodeId ?? ""), fix.path);
			return;
	}
}

/** Words on the button of a fix. */
export function fixLabel(fix: ProblemFix): string {
	switch (fix.action) {
		case "remove-edge":
			return "Remove edge";
		case "remove-node":
			return "Remove node";
		case "add-node":
			return `Add a ${fix.role}`;
		case "set-field":
			return fix.label;
		case "focus-field":
			return "Go to field";
	}
}

/** Opens "Connect to…" at the node that has the focus. */
export function connectToPopover(session: Session): void {
	const { focused } = session.view.getState();
	if (focused === undefined || !session.canEdit) return;
	const box = session.canvas.current?.boxOf(focused);
	session.view.setState({ popover: { kind: "connect-to", node: focused, at: { x: (box?.right ?? 300) + 8, y: box?.top ?? 120 } } });
}

/** Selects everything that records of the selection come by or go to. */
export function selectPath(session: Session, from?: string): void {
	const { nodes, focused } = session.view.getState();
	const { flow } = session.documents.getState();
	const start = from !== undefined && !nodes.has(from) ? [from] : nodes.size > 0 ? [...nodes] : focused === undefined ? [] : [focused];
	if (start.length === 0) return;
	const path = new Set([...start, ...reach(flow, start, "up"), ...reach(flow, start, "down")]);
	selectNodes(session.view, path);
	announce(session.view, `Selected ${plural(path.size, "node")}.`);
}
