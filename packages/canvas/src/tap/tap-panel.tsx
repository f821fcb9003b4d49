import { PauseIcon } from "@phosphor-icons/react/dist/csr/Pause";
import { PlayIcon } from "@phosphor-icons/react/dist/csr/Play";
import { useEffect, useState } from "react";
import { nameOfNode } from "../editor/actions.ts";
import { useDocument, useSession, useView } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { TapRows, type TapShape } from "./tap-rows.tsx";
import { EMPTY_TAP, filterRows, samplingText, type TapView, takeFrame } from "./tap-store.ts";

const SHAPES: readonly TapShape[] = ["json", "table", "raw", "changes"];

/** Records as they pass a node or edge, newest first. The subscription lives as long as the panel is open and the tab can be seen. */
export function TapPanel() {
	const session = useSession();
	const { taps, permissions, deadLettersHref } = useHanded();
	const target = useView((view) => view.tapped);
	const title = useDocument(({ flow }) => {
		if (target === undefined) return "";
		const edge = flow.edges.find((candidate) => candidate.id === target.id);
		if (target.kind === "edge")
			return edge === undefined ? "" : `${nameOfNode(session, edge.from.node)} → ${nameOfNode(session, edge.to.node)}`;
		return nameOfNode(session, target.id);
	});
	/** Records that pass an edge may be set aside by the node they go to. */
	const node = useDocument(({ flow }) =>
		target?.kind === "edge" ? flow.edges.find((candidate) => candidate.id === target.id)?.to.node : target?.id,
	);
	const [view, setView] = useState<TapView>(EMPTY_TAP);
	const [paused, setPaused] = useState(false);
	const [text, setText] = useState("");
	const [shape, setShape] = useState<TapShape>("raw");
	const [visible, setVisible] = useState(() => document.visibilityState === "visible");
	useEffect(() => {
		const look = () => setVisible(document.visibilityState === "visible");
		document.addEventListener("visibilitychange", look);
		return () => document.removeEventListener("visibilitychange", look);
	}, []);
	const kind = target?.kind;
	const id = target?.id;
	useEffect(() => {
		setView(EMPTY_TAP);
		if (taps === undefined || kind === undefined || id === undefined || !visible) return;
		return taps.open({ kind, id }, (frame) => {
			setView((before) => takeFrame(before, frame));
			session.lastSeen.getState().take({ kind, id }, frame.rows, session.documents.getState().flow);
		});
	}, [taps, kind, id, visible, session]);
	const [held, setHeld] = useState<TapView>(EMPTY_TAP);
	const shown = paused ? held : view;
	const sampling = samplingText(shown);
	const rows = filterRows(shown.rows, text);
	if (taps === undefined && !permissions.readData)
		return (
			<p className="weir-empty-line" data-testid="no-payloads">
				No access to payloads. An owner or admin can give you the right to read data.
			</p>
		);
	if (taps === undefined) return <p className="weir-muted weir-empty-line">Deploy the flow to look at its records.</p>;
	if (target === undefined)
		return <p className="weir-muted weir-empty-line">Select a node or an edge and press T to look at its records.</p>;
	return (
		<div className="weir-tap">
			<div className="weir-tap-head">
				<span className="weir-panel-title">Live data</span>
				<span className="weir-status-chip" title={title}>
					<span className="weir-tap-target" data-testid="tap-target">
						{title}
					</span>
				</span>
				{sampling !== undefined && (
					<span className="weir-status-chip" data-tone="warn" data-testid="sampling">
						{sampling}
					</span>
				)}
				{deadLettersHref !== undefined && node !== undefined && (
					<a className="weir-link" href={deadLettersHref(node)}>
						Find in dead letters
					</a>
				)}
				<span className="weir-spacer" />
				<input
					className="weir-input compact"
					aria-label="Filter records"
					placeholder="Filter"
					value={text}
					onChange={(event) => setText(event.target.value)}
				/>
				<select
					className="weir-input compact"
					aria-label="Show as"
					value={shape}
					onChange={(event) => setShape(SHAPES.find((one) => one === event.target.value) ?? "raw")}
				>
					<option value="raw">Raw</option>
					<option value="json">JSON</option>
					<option value="table">Table</option>
					<option value="changes">Changes</option>
				</select>
				<button type="button" className="weir-button ghost" onClick={() => setView(EMPTY_TAP)}>
					Clear
				</button>
				<button
					type="button"
					className="weir-button ghost"
					aria-pressed={paused}
					onClick={() => {
						setHeld(view);
						setPaused(!paused);
					}}
				>
					{paused ? <PlayIcon size={16} aria-hidden="true" /> : <PauseIcon size={16} aria-hidden="true" />}
					{paused ? "Resume" : "Pause"}
				</button>
			</div>
			<TapRows
				rows={rows}
				shape={shape}
				nodeId={target.kind === "node" ? target.id : undefined}
				canRead={permissions.readData}
				isFiltered={text.trim() !== ""}
				seen={shown.seen}
			/>
		</div>
	);
}
