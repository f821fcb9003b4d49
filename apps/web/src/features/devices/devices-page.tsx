"use client";

import { BroadcastIcon } from "@phosphor-icons/react/dist/csr/Broadcast";
import { CpuIcon } from "@phosphor-icons/react/dist/csr/Cpu";
import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import { useQueryClient } from "@tanstack/react-query";
import { parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import { useDevices, useEndpoints } from "../../client/devices.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay, useTenantSlug } from "../../client/me.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { Page, Panel } from "../../ui/page.tsx";
import { Empty, Failure, SkeletonRows } from "../../ui/states.tsx";
import { ConnectSheet } from "./connect-sheet.tsx";
import { DeviceSheet } from "./device-sheet.tsx";
import { DeviceTable } from "./device-table.tsx";
import { EndpointTable } from "./endpoint-table.tsx";
import { DEVICES } from "./messages.ts";
import { NewDeviceDialog } from "./new-device-dialog.tsx";
import { StorageSheet } from "./storage-sheet.tsx";

const FILTERS = { q: parseAsString.withDefault(""), device: parseAsString, endpoint: parseAsString, storage: parseAsString };

export function DevicesPage() {
	const tenant = useTenantSlug();
	const cache = useQueryClient();
	const endpoints = useEndpoints(tenant);
	const devices = useDevices(tenant);
	const mayEdit = useMay("device:edit");
	const [{ q, device, endpoint, storage }, setFilter] = useQueryStates(FILTERS);
	const [isAdding, setIsAdding] = useState(false);
	const wanted = q.trim().toLowerCase();
	const shown = (devices.data ?? []).filter(({ name, id }) => name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted));

	const add = (
		<Button kind="primary" disabled={!mayEdit} title={mayEdit ? undefined : DEVICES.noEdit} onClick={() => setIsAdding(true)}>
			<PlusIcon size={16} aria-hidden="true" />
			New device
		</Button>
	);

	return (
		<Page title={DEVICES.title} lead={DEVICES.lead} actions={add}>
			<Panel
				title="Endpoints"
				isFlush
				aside={endpoints.data ? <span className="text-meta text-muted">{count(endpoints.data.length, "endpoint")}</span> : null}
			>
				{endpoints.isPending ? (
					<SkeletonRows rows={3} label={DEVICES.loading} />
				) : endpoints.error ? (
					<Failure title={DEVICES.endpointsFailed} error={endpoints.error} onRetry={() => endpoints.refetch()} />
				) : endpoints.data.length === 0 ? (
					<Empty
						icon={<BroadcastIcon size={28} aria-hidden="true" />}
						title={DEVICES.endpointsEmptyTitle}
						action={<LinkButton href={`/t/${tenant}/flows`}>Go to flows</LinkButton>}
					>
						{DEVICES.endpointsEmpty}
					</Empty>
				) : (
					<EndpointTable
						tenant={tenant}
						endpoints={endpoints.data}
						onConnect={({ id }) => setFilter({ endpoint: id }, { history: "push" })}
						onStorage={({ id }) => setFilter({ storage: id }, { history: "push" })}
					/>
				)}
			</Panel>
			<Panel
				title="Devices"
				isFlush
				aside={
					devices.data && devices.data.length > 0 ? (
						<input
							type="search"
							className="w-input max-w-64"
							placeholder="Search by name or id"
							aria-label="Search devices"
							value={q}
							onChange={(event) => setFilter({ q: event.target.value || null })}
						/>
					) : null
				}
			>
				{devices.isPending ? (
					<SkeletonRows rows={4} label={DEVICES.loading} />
				) : devices.error ? (
					<Failure title={DEVICES.devicesFailed} error={devices.error} onRetry={() => devices.refetch()} />
				) : devices.data.length === 0 ? (
					<Empty icon={<CpuIcon size={28} aria-hidden="true" />} title={DEVICES.devicesEmptyTitle} action={mayEdit ? add : undefined}>
						{DEVICES.devicesEmpty}
					</Empty>
				) : shown.length === 0 ? (
					<Empty title={DEVICES.filteredEmpty} action={<Button onClick={() => setFilter({ q: null })}>Clear search</Button>} />
				) : (
					<DeviceTable
						devices={shown}
						endpoints={endpoints.data ?? []}
						onOpen={({ id }) => setFilter({ device: id }, { history: "push" })}
					/>
				)}
			</Panel>
			{isAdding ? (
				<NewDeviceDialog
					tenant={tenant}
					onClose={() => setIsAdding(false)}
					onCreated={() => cache.invalidateQueries({ queryKey: KEYS.devices(tenant) })}
				/>
			) : null}
			<DeviceSheet tenant={tenant} id={device} onClose={() => setFilter({ device: null })} />
			<ConnectSheet
				tenant={tenant}
				endpoint={endpoints.data?.find(({ id }) => id === endpoint)}
				onClose={() => setFilter({ endpoint: null })}
			/>
			<StorageSheet
				tenant={tenant}
				endpoint={endpoints.data?.find(({ id }) => id === storage)}
				onClose={() => setFilter({ storage: null })}
			/>
		</Page>
	);
}
