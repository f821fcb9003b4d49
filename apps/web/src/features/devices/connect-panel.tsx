"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useId, useState } from "react";
import type { Connected, Endpoint } from "../../client/contract.ts";
import { deviceApi, useDevices } from "../../client/devices.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay } from "../../client/me.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyBlock, CopyLine } from "../../ui/copy.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { DEVICES } from "./messages.ts";
import { SimulateButton } from "./simulate-button.tsx";
import { type SnippetTool, snippetsFor } from "./snippets.ts";
import { Waiting } from "./waiting.tsx";

const PLACEHOLDER = { device: "<device>", token: "<token>", example: '{"device":"pump-1","temperature":21.5}' };

interface ConnectPanelProps {
	readonly tenant: string;
	readonly endpoint: Endpoint;
}

/** Everything to post the first record: address, a device with its token, ready commands, and a light that turns green. */
export function ConnectPanel({ tenant, endpoint }: ConnectPanelProps) {
	const mayRotate = useMay("device:rotate");
	const [connected, setConnected] = useState<Connected>();
	const [tool, setTool] = useState<SnippetTool>();
	const isPlain = endpoint.url.startsWith("http:") || endpoint.url.startsWith("mqtt:");

	const snippets = snippetsFor({
		protocol: endpoint.protocol,
		url: endpoint.url,
		topic: connected?.topic ?? endpoint.topic ?? "",
		deviceId: connected?.device.id ?? PLACEHOLDER.device,
		token: connected?.token ?? PLACEHOLDER.token,
		example: connected?.example ?? PLACEHOLDER.example,
	});
	const current = tool ?? snippets[0]?.tool ?? "curl";

	return (
		<div className="flex flex-col gap-5">
			<Waiting tenant={tenant} endpoint={endpoint} />
			<div className="flex flex-col gap-3">
				<CopyLine label={endpoint.protocol === "http" ? "Address" : "Broker"} text={endpoint.url} />
				{endpoint.protocol === "mqtt" ? <CopyLine label="Topic" text={connected?.topic ?? endpoint.topic ?? ""} /> : null}
				{isPlain ? <p className="text-meta text-muted">{endpoint.protocol === "http" ? DEVICES.plainHttp : DEVICES.plainMqtt}</p> : null}
			</div>
			{connected ? (
				<div className="flex flex-col gap-3">
					<Banner tone="warn">{DEVICES.tokenOnce}</Banner>
					{endpoint.protocol === "mqtt" ? <CopyLine label="User name" text={connected.device.id} /> : null}
					<CopyLine label={endpoint.protocol === "mqtt" ? "Token (the password)" : "Token"} text={connected.token} />
				</div>
			) : mayRotate ? (
				<TokenForm tenant={tenant} endpoint={endpoint} onConnected={setConnected} />
			) : (
				<Banner tone="info">{DEVICES.noRotate} Ask an operator for one; then put it into the commands below.</Banner>
			)}
			<Tabs<SnippetTool>
				label="Ways to post a record"
				value={current}
				onChange={setTool}
				tabs={snippets.map(({ tool: value, label, text, needs }) => ({
					value,
					label,
					content: (
						<div className="flex flex-col gap-2">
							<CopyBlock label={`${label} command`} text={text} />
							{needs ? <p className="text-meta text-muted">{needs}</p> : null}
						</div>
					),
				}))}
			/>
			<div className="flex flex-wrap items-center justify-between gap-3 border-t border-hairline pt-4">
				<p className="min-w-0 flex-1 text-muted">No device at hand? Let pretended ones post.</p>
				<SimulateButton tenant={tenant} flowId={endpoint.flowId} />
			</div>
			<p className="text-meta text-muted">
				How long and how surely its records are kept is under{" "}
				<Link href={`/t/${tenant}/devices?storage=${endpoint.id}`} className="rounded-input text-accent-text underline underline-offset-2">
					Storage
				</Link>
				.
			</p>
		</div>
	);
}

function TokenForm({ tenant, endpoint, onConnected }: ConnectPanelProps & { onConnected(connected: Connected): void }) {
	const cache = useQueryClient();
	const devices = useDevices(tenant).data ?? [];
	const formId = useId();
	const [deviceId, setDeviceId] = useState("");
	const [name, setName] = useState("");
	const [error, setError] = useState<string>();
	const [isBusy, setIsBusy] = useState(false);

	async function connect() {
		setIsBusy(true);
		setError(undefined);
		try {
			const body = deviceId ? { deviceId } : name.trim() ? { name: name.trim() } : {};
			onConnected(await deviceApi.connect(tenant, endpoint.flowId, endpoint.id, body));
			await cache.invalidateQueries({ queryKey: KEYS.devices(tenant) });
		} catch (thrown) {
			setError(thrown instanceof Error ? thrown.message : String(thrown));
		} finally {
			setIsBusy(false);
		}
	}

	return (
		<form
			id={formId}
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				void connect();
			}}
		>
			{error ? <Banner tone="error">{error}</Banner> : null}
			<div className="grid grid-cols-2 gap-3">
				<SelectField label="Device" value={deviceId} onChange={(event) => setDeviceId(event.target.value)}>
					<option value="">A new device</option>
					{devices.map((device) => (
						<option key={device.id} value={device.id}>
							{device.name}
						</option>
					))}
				</SelectField>
				{deviceId ? null : (
					<TextField
						label="Its name"
						value={name}
						onChange={(event) => setName(event.target.value)}
						placeholder="Chosen for you"
						maxLength={80}
						autoComplete="off"
					/>
				)}
			</div>
			<div>
				<Button kind="primary" type="submit" isBusy={isBusy}>
					Get a token
				</Button>
			</div>
		</form>
	);
}
