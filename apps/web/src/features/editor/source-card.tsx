"use client";

import { PlugsConnectedIcon } from "@phosphor-icons/react/dist/csr/PlugsConnected";
import { useState } from "react";
import { useFlowEndpoints } from "../../client/devices.ts";
import { Button } from "../../ui/button.tsx";
import { CopyLine } from "../../ui/copy.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { ConnectSheet } from "../devices/connect-sheet.tsx";
import { Waiting } from "../devices/waiting.tsx";

/** Above a source's form: where devices post to, whether they do, and the way to connect one. */
export function SourceCard({ tenant, flowId, nodeId }: { readonly tenant: string; readonly flowId: string; readonly nodeId: string }) {
	const endpoints = useFlowEndpoints(tenant, flowId);
	const [isConnecting, setIsConnecting] = useState(false);
	const endpoint = endpoints.data?.find((each) => each.nodeId === nodeId);

	if (endpoints.isPending) return <Skeleton className="h-36 w-full" />;
	if (!endpoint) {
		return (
			<p className="rounded-control bg-sunken px-3 py-2 text-muted">
				The address appears here as soon as the draft with this source is saved without an error in its fields.
			</p>
		);
	}
	return (
		<section aria-label="Connect" className="flex flex-col gap-3">
			<Waiting tenant={tenant} endpoint={endpoint} />
			<CopyLine
				label={endpoint.protocol === "http" ? "Address" : "Topic"}
				text={endpoint.protocol === "http" ? endpoint.url : (endpoint.topic ?? "")}
			/>
			<Button className="w-full" onClick={() => setIsConnecting(true)}>
				<PlugsConnectedIcon size={16} aria-hidden="true" />
				Connect a device…
			</Button>
			<ConnectSheet tenant={tenant} endpoint={isConnecting ? endpoint : undefined} onClose={() => setIsConnecting(false)} />
		</section>
	);
}
