"use client";

import Link from "next/link";
import { useState } from "react";
import type { Endpoint } from "../../client/contract.ts";
import { useLive } from "../../client/live.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { CopyButton } from "../../ui/copy.tsx";
import { fullNumber, UNKNOWN } from "../../ui/format.ts";
import { Time } from "../../ui/time.tsx";
import { CLASS_TITLES } from "./storage-words.ts";

interface EndpointTableProps {
	readonly tenant: string;
	readonly endpoints: readonly Endpoint[];
	onConnect(endpoint: Endpoint): void;
	onStorage(endpoint: Endpoint): void;
}

export function EndpointTable({ tenant, endpoints, onConnect, onStorage }: EndpointTableProps) {
	return (
		<table className="w-table">
			<thead>
				<tr>
					<th scope="col">Address</th>
					<th scope="col" className="hidden lg:table-cell">
						Protocol
					</th>
					<th scope="col">Feeds</th>
					<th scope="col" className="hidden xl:table-cell">
						Durability
					</th>
					<th scope="col" data-number="">
						Records
					</th>
					<th scope="col">Last record</th>
					<th scope="col">
						<span className="sr-only">Actions</span>
					</th>
				</tr>
			</thead>
			<tbody>
				{endpoints.map((endpoint) => (
					<EndpointRow key={endpoint.id} tenant={tenant} endpoint={endpoint} onConnect={onConnect} onStorage={onStorage} />
				))}
			</tbody>
		</table>
	);
}

function EndpointRow({ tenant, endpoint, onConnect, onStorage }: Omit<EndpointTableProps, "endpoints"> & { readonly endpoint: Endpoint }) {
	const [live, setLive] = useState<{ readonly records: number; readonly lastRecordAt?: number | undefined }>();
	useLive(tenant, `endpoint:${endpoint.id}`, (event) => {
		if (event.kind === "endpoint") setLive(event.data);
	});
	const address = endpoint.protocol === "http" ? endpoint.url : (endpoint.topic ?? "");
	return (
		<tr>
			<td className="max-w-60 lg:max-w-120">
				<span className="flex items-center gap-1">
					<span
						className="min-w-0 truncate font-mono text-meta"
						title={endpoint.protocol === "http" ? `POST ${endpoint.url}` : `${address} at ${endpoint.url}`}
					>
						{endpoint.protocol === "http" ? <span className="text-muted">POST </span> : null}
						{address}
					</span>
					<CopyButton text={address} label={endpoint.protocol === "http" ? "Copy address" : "Copy topic"} />
				</span>
			</td>
			<td className="hidden lg:table-cell">
				<Chip tone="plain">
					{endpoint.protocol === "http" ? "HTTP" : "MQTT"} · {endpoint.format === "senml" ? "SenML" : "JSON"}
				</Chip>
			</td>
			<td className="whitespace-nowrap">
				<Link href={`/t/${tenant}/flows/${endpoint.flowId}`} className="rounded-input text-accent-text underline underline-offset-2">
					{endpoint.flowName}
				</Link>
				<span className="text-muted"> · {endpoint.nodeLabel}</span>
			</td>
			<td
				className="hidden whitespace-nowrap text-muted xl:table-cell"
				title={endpoint.durability === undefined ? "The log does not answer" : "Where a record is when the device is answered"}
			>
				{endpoint.durability === undefined ? UNKNOWN : CLASS_TITLES[endpoint.durability]}
			</td>
			<td data-number="">{fullNumber(live?.records ?? endpoint.records)}</td>
			<td>
				<Time at={live?.lastRecordAt ?? endpoint.lastRecordAt} />
			</td>
			<td>
				<div className="flex justify-end gap-1">
					<Button size="compact" kind="ghost" onClick={() => onStorage(endpoint)} aria-label={`Storage of ${endpoint.nodeLabel}`}>
						Storage
					</Button>
					<Button size="compact" onClick={() => onConnect(endpoint)} aria-label={`Connect to ${endpoint.nodeLabel}`}>
						Connect
					</Button>
				</div>
			</td>
		</tr>
	);
}
