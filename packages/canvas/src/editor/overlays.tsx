import { PauseIcon } from "@phosphor-icons/react/dist/csr/Pause";
import { PlayIcon } from "@phosphor-icons/react/dist/csr/Play";
import { outputPorts } from "@weir/node-kit";
import { Panel, useConnection, useReactFlow, useStore } from "@xyflow/react";
import { whyNot } from "../connect/rules.ts";
import { plural } from "../format.ts";
import { drawingOf, nameOfNode } from "./actions.ts";
import { useLive, useSession, useView } from "./context.ts";

/** Why the port under the pointer refuses the line, said before the drop. */
export function RefusalTip() {
	const session = useSession();
	const { flowToScreenPosition } = useReactFlow();
	const connection = useConnection();
	if (!connection.inProgress || connection.isValid !== false || connection.toHandle === null || connection.fromHandle === null) return null;
	const begins = { node: connection.fromHandle.nodeId, port: connection.fromHandle.id ?? "" };
	const ends = { node: connection.toHandle.nodeId, port: connection.toHandle.id ?? "" };
	const text =
		connection.fromHandle.type === connection.toHandle.type
			? `An ${connection.fromHandle.type === "source" ? "output needs an input" : "input needs an output"} at the other end.`
			: connection.fromHandle.type === "source"
				? whyNot(drawingOf(session), begins, ends)
				: whyNot(drawingOf(session), ends, begins);
	if (text === undefined) return null;
	const at = flowToScreenPosition(connection.to);
	return (
		<div className="weir-tip" data-tone="error" role="tooltip" data-testid="refusal" style={{ left: at.x + 14, top: at.y + 14 }}>
			{text}
		</div>
	);
}

const FIELDS_SHOWN = 8;

/** A port's name, what it is for, its fields, and how many edges it has. */
export function PortTipBox() {
	const session = useSession();
	const tip = useView((view) => (view.connecting === undefined ? view.portTip : undefined));
	if (tip === undefined) return null;
	const { flow, resolution } = drawingOf(session);
	const node = flow.nodes.find((candidate) => candidate.id === tip.node);
	const definition = node === undefined ? undefined : session.catalogue.get(node.kind);
	const port = (definition === undefined ? [] : tip.side === "in" ? definition.inputs : outputPorts(definition, node?.config)).find(
		(candidate) => candidate.name === tip.port,
	);
	const schema = tip.side === "in" ? resolution.inputPorts.get(tip.node)?.[tip.port] : resolution.outputs.get(tip.node)?.[tip.port];
	const edges = flow.edges.filter((edge) =>
		tip.side === "in" ? edge.to.node === tip.node && edge.to.port === tip.port : edge.from.node === tip.node && edge.from.port === tip.port,
	);
	const fields = schema?.fields ?? [];
	return (
		<div className="weir-tip" role="tooltip" style={{ left: tip.at.x + 8, top: tip.at.y + 8 }}>
			<b>
				{tip.side === "in" ? "Input" : "Output"} {tip.port}
			</b>
			{port !== undefined && <p>{port.summary}</p>}
			{fields.length > 0 && (
				<p className="weir-mono">
					{fields.slice(0, FIELDS_SHOWN).map((field) => (
						<span key={field.name} className="weir-tip-field">
							{field.name} <i>{field.type}</i>
						</span>
					))}
					{fields.length > FIELDS_SHOWN && <span>and {fields.length - FIELDS_SHOWN} more</span>}
				</p>
			)}
			<p>{plural(edges.length, "edge")}</p>
		</div>
	);
}

/** While an edge is drawn by click or key. */
export function ConnectBanner() {
	const session = useSession();
	const connecting = useView((view) => view.connecting);
	if (connecting?.by !== "click") return null;
	return (
		<Panel position="top-center" className="weir-connect-banner">
			Choose an {connecting.side === "out" ? "input" : "output"} for {nameOfNode(session, connecting.from.node)} — Esc to cancel
			<button type="button" className="weir-button small" onClick={() => session.canvas.current?.cancelConnecting()}>
				Cancel
			</button>
		</Panel>
	);
}

/** Leads back when nothing of the flow is in view. */
export function BackToContent() {
	const session = useSession();
	const isAway = useStore((state) => {
		if (state.nodeLookup.size === 0 || state.width === 0) return false;
		const [x, y, zoom] = state.transform;
		for (const node of state.nodeLookup.values()) {
			const left = node.internals.positionAbsolute.x * zoom + x;
			const top = node.internals.positionAbsolute.y * zoom + y;
			const width = (node.measured.width ?? 240) * zoom;
			const height = (node.measured.height ?? 76) * zoom;
			if (left < state.width && left + width > 0 && top < state.height && top + height > 0) return false;
		}
		return true;
	});
	if (!isAway) return null;
	return (
		<Panel position="top-center">
			<button type="button" className="weir-button" onClick={() => session.canvas.current?.fit()}>
				Back to content
			</button>
		</Panel>
	);
}

/** "stale 12 s", and the way to hold the numbers still. */
export function LiveChip() {
	const session = useSession();
	const at = useLive((state) => state.at);
	const stale = useLive((state) => state.staleSeconds);
	const paused = useLive((state) => state.paused);
	if (at === undefined) return null;
	return (
		<Panel position="top-right" className="weir-live-chip">
			{stale !== undefined && !paused && (
				<span className="weir-status-chip" data-tone="warn" data-testid="stale">
					stale {stale} s
				</span>
			)}
			<button
				type="button"
				className="weir-icon-button"
				aria-pressed={paused}
				aria-label="Pause the live numbers"
				title={paused ? "Let the numbers go on" : "Hold the numbers still"}
				onClick={() => session.live.getState().setPaused(!paused)}
			>
				{paused ? <PlayIcon size={16} aria-hidden="true" /> : <PauseIcon size={16} aria-hidden="true" />}
			</button>
		</Panel>
	);
}
