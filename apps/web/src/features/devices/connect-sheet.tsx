"use client";

import type { Endpoint } from "../../client/contract.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ConnectPanel } from "./connect-panel.tsx";

/** The Connect panel at the right edge, beside the canvas or the table. */
export function ConnectSheet({
	tenant,
	endpoint,
	onClose,
}: {
	readonly tenant: string;
	readonly endpoint: Endpoint | undefined;
	onClose(): void;
}) {
	return (
		<Dialog
			title={endpoint ? `Connect to ${endpoint.nodeLabel}` : "Connect"}
			description={
				endpoint
					? `${endpoint.flowName} · ${endpoint.protocol === "http" ? "HTTP" : "MQTT"} · ${endpoint.format === "senml" ? "SenML" : "JSON"}`
					: undefined
			}
			isOpen={endpoint !== undefined}
			onClose={onClose}
			isSheet
			widthPx={600}
		>
			{endpoint ? <ConnectPanel key={endpoint.id} tenant={tenant} endpoint={endpoint} /> : null}
		</Dialog>
	);
}
