import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";
import { ConflictDialog } from "./autosave/conflict-dialog.tsx";
import { RestoreBanner } from "./autosave/restore-banner.tsx";
import { useAutosave } from "./autosave/use-autosave.ts";
import { DeployDialog } from "./deploy/deploy-dialog.tsx";
import { BottomPanel } from "./editor/bottom-panel.tsx";
import { Canvas } from "./editor/canvas.tsx";
import { SessionContext } from "./editor/context.ts";
import { DeleteDialog } from "./editor/delete-dialog.tsx";
import { HandedContext } from "./editor/handed.ts";
import { Header } from "./editor/header.tsx";
import { BackToContent, ConnectBanner, LiveChip, PortTipBox, RefusalTip } from "./editor/overlays.tsx";
import { OverviewMap } from "./editor/overview-map.tsx";
import { Popovers } from "./editor/popovers.tsx";
import { createSession, loadExpressions, runSession } from "./editor/session.ts";
import { ZoomControls } from "./editor/zoom-controls.tsx";
import { Inspector } from "./inspector/inspector.tsx";
import { useShortcuts } from "./keyboard/use-shortcuts.ts";
import { useLiveFeed } from "./live/use-live.ts";
import { Palette } from "./palette/palette.tsx";
import type { FlowEditorProps, LivePort } from "./ports.ts";
import { EmptyCanvas } from "./templates/empty-canvas.tsx";
import { TemplateGallery } from "./templates/gallery.tsx";
import { useDroppedFlow, usePastedFlow } from "./transfer/use-import.ts";
import { useRemembered } from "./ui/remembered.ts";
import { Splitter } from "./ui/splitter.tsx";
import { Toasts } from "./ui/toasts.tsx";

/** The whole editor: header, palette, canvas, inspector and bottom panel. Everything it needs from outside is handed in. */
export function FlowEditor(props: FlowEditorProps) {
	const onSaved = useRef(props.onSaved);
	onSaved.current = props.onSaved;
	const [session] = useState(() =>
		createSession({
			flowId: props.flowId,
			catalogue: props.catalogue,
			icons: props.icons,
			draft: props.draft,
			drafts: props.drafts,
			canEdit: props.permissions.edit && props.readOnlyReason === undefined,
			onSaved: (saved) => onSaved.current?.(saved),
		}),
	);
	useEffect(() => runSession(session), [session]);
	const { opensAt } = props;
	useEffect(() => {
		if (opensAt !== undefined) session.view.setState({ nodes: new Set([opensAt]) });
	}, [session, opensAt]);
	useEffect(() => void loadExpressions(session, props.parserWasm), [session, props.parserWasm]);
	return (
		<SessionContext value={session}>
			<HandedContext value={props}>
				<ReactFlowProvider>
					<Layout {...props} />
				</ReactFlowProvider>
			</HandedContext>
		</SessionContext>
	);
}

function Layout({ live, drafts, readOnlyReason, permissions }: FlowEditorProps) {
	const root = useRef<HTMLDivElement>(null);
	const [inspectorWidth, setInspectorWidth] = useRemembered("weir-inspector-width", 340);
	useShortcuts(root);
	useAutosave();
	usePastedFlow();
	const dropped = useDroppedFlow();
	const reason = useMemo(
		() =>
			readOnlyReason ??
			(permissions.edit ? undefined : "You can look at this flow but not change it. An owner or admin can give you the right to edit."),
		[readOnlyReason, permissions.edit],
	);
	return (
		<div
			className="weir-editor"
			ref={root}
			data-read-only={reason !== undefined || undefined}
			style={{ "--weir-inspector-width": `${inspectorWidth}px` } as React.CSSProperties}
		>
			<div className="weir-skips">
				<a href="#weir-palette">Skip to palette</a>
				<a href="#weir-canvas">Skip to canvas</a>
				<a href="#weir-inspector">Skip to inspector</a>
			</div>
			<Header />
			<Palette />
			<main className="weir-main" id="weir-canvas" tabIndex={-1}>
				{reason !== undefined && (
					<div className="weir-banner" role="note">
						{reason}
					</div>
				)}
				<RestoreBanner />
				<div className="weir-stage" data-drop={dropped.isOver || undefined} {...dropped.handlers}>
					<Canvas>
						<Feed live={live} />
						<OverviewMap />
						<ConnectBanner />
						<BackToContent />
						<LiveChip />
						<EmptyCanvas />
						<RefusalTip />
					</Canvas>
					<ZoomControls />
				</div>
				<BottomPanel />
			</main>
			<Inspector>
				<Splitter
					label="Width of the inspector"
					controls="weir-inspector"
					orientation="vertical"
					size={inspectorWidth}
					min={300}
					max={560}
					resize={setInspectorWidth}
				/>
			</Inspector>
			<PortTipBox />
			<Popovers />
			<TemplateGallery />
			<DeployDialog />
			<DeleteDialog />
			<ConflictDialog drafts={drafts} />
			<Toasts />
		</div>
	);
}

function Feed({ live }: { readonly live: LivePort | undefined }) {
	useLiveFeed(live);
	return null;
}
