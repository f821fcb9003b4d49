"use client";

import type { Flow } from "@weir/flow";
import type { FlowMetrics } from "../../client/contract.ts";
import { Panel } from "../../ui/page.tsx";
import { GoldenNumbers } from "./golden-numbers.tsx";
import { Ledger } from "./ledger.tsx";
import { NodeTable } from "./node-table.tsx";
import { useFlowMetrics } from "./use-flow-live.ts";

interface LiveProps {
	readonly tenant: string;
	readonly flowId: string;
	readonly fetched: FlowMetrics;
}

/* Each part listens by itself, so that a second's news draws these parts again and not the whole page. */

export function LiveNumbers({ tenant, flowId, fetched }: LiveProps) {
	return <GoldenNumbers metrics={useFlowMetrics(tenant, flowId, fetched)} />;
}

interface LiveNodesProps extends LiveProps {
	readonly flow: Flow;
	readonly selectedId: string | null;
	onSelect(nodeId: string | null): void;
}

export function LiveNodes({ tenant, flowId, fetched, flow, selectedId, onSelect }: LiveNodesProps) {
	return (
		<Panel title="Nodes" isFlush aside={<span className="text-meta text-muted">Totals since this job began</span>}>
			<NodeTable flow={flow} metrics={useFlowMetrics(tenant, flowId, fetched)} selectedId={selectedId} onSelect={onSelect} />
		</Panel>
	);
}

export function LiveLedger({ tenant, flowId, fetched }: LiveProps) {
	const { ledger } = useFlowMetrics(tenant, flowId, fetched);
	return (
		<Panel title="Where every record went">
			{ledger ? <Ledger ledger={ledger} /> : <p className="text-muted">Nothing was counted yet.</p>}
		</Panel>
	);
}
