"use client";

import "@weir/canvas/styles.css";
import { FlowView } from "@weir/canvas";
import type { Flow } from "@weir/flow";
import { useMemo } from "react";
import { CATALOGUE, ICONS } from "../../client/catalogue.ts";
import { livePort } from "../editor/live-port.ts";

interface LiveCanvasProps {
	readonly tenant: string;
	readonly flowId: string;
	readonly flow: Flow;
	readonly name: string;
	readonly selectedNodeId: string | undefined;
	onSelectNode(nodeId: string | undefined): void;
}

/** The drawing as it runs, with live numbers; loaded with the page that shows it. */
export default function LiveCanvas({ tenant, flowId, flow, name, selectedNodeId, onSelectNode }: LiveCanvasProps) {
	const live = useMemo(() => livePort(tenant, flowId), [tenant, flowId]);
	return (
		<FlowView
			flow={flow}
			catalogue={CATALOGUE}
			icons={ICONS}
			live={live}
			label={`${name} as it runs`}
			selectedNodeId={selectedNodeId}
			onSelectNode={onSelectNode}
		/>
	);
}
