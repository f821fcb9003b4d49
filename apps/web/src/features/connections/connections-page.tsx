"use client";

import { PlugsIcon } from "@phosphor-icons/react/dist/csr/Plugs";
import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { connectionApi, useConnectionKinds, useConnections } from "../../client/connections.ts";
import type { Connection } from "../../client/contract.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay, useTenantSlug } from "../../client/me.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, SkeletonRows } from "../../ui/states.tsx";
import { BrowseDialog } from "./browse-dialog.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { ConnectionTable } from "./connection-table.tsx";
import { CONNECTIONS } from "./messages.ts";

export function ConnectionsPage() {
	const tenant = useTenantSlug();
	const cache = useQueryClient();
	const connections = useConnections(tenant);
	const kinds = useConnectionKinds(tenant);
	const mayEdit = useMay("connection:edit");
	const [isAdding, setIsAdding] = useState(false);
	const [editing, setEditing] = useState<Connection>();
	const [browsing, setBrowsing] = useState<Connection>();
	const [removing, setRemoving] = useState<Connection>();
	const refresh = () => cache.invalidateQueries({ queryKey: KEYS.connections(tenant) });

	const add = (
		<Button kind="primary" disabled={!mayEdit} title={mayEdit ? undefined : CONNECTIONS.noEdit} onClick={() => setIsAdding(true)}>
			<PlusIcon size={16} aria-hidden="true" />
			New connection
		</Button>
	);

	return (
		<Page title={CONNECTIONS.title} lead={CONNECTIONS.lead} actions={add} isRefreshing={connections.isFetching && !connections.isPending}>
			<div className="w-card overflow-x-auto">
				{connections.isPending ? (
					<SkeletonRows rows={3} label={CONNECTIONS.loading} />
				) : connections.error ? (
					<Failure title={CONNECTIONS.failed} error={connections.error} onRetry={() => connections.refetch()} />
				) : connections.data.length === 0 ? (
					<Empty icon={<PlugsIcon size={28} aria-hidden="true" />} title={CONNECTIONS.emptyTitle} action={mayEdit ? add : undefined}>
						{CONNECTIONS.empty}
					</Empty>
				) : (
					<ConnectionTable
						tenant={tenant}
						connections={connections.data}
						kinds={kinds.data ?? []}
						mayEdit={mayEdit}
						onTested={refresh}
						onEdit={setEditing}
						onBrowse={setBrowsing}
						onRemove={setRemoving}
					/>
				)}
			</div>
			{mayEdit ? null : <p className="text-meta text-muted">{CONNECTIONS.noEdit}</p>}
			{isAdding ? <ConnectionDialog tenant={tenant} onClose={() => setIsAdding(false)} onSaved={refresh} /> : null}
			{editing ? (
				<ConnectionDialog key={editing.id} tenant={tenant} edited={editing} onClose={() => setEditing(undefined)} onSaved={refresh} />
			) : null}
			{browsing ? <BrowseDialog tenant={tenant} connection={browsing} onClose={() => setBrowsing(undefined)} /> : null}
			{removing ? (
				<ConfirmDialog
					title={`Delete “${removing.name}”?`}
					confirm="Delete connection"
					onClose={() => setRemoving(undefined)}
					onConfirm={async () => {
						await connectionApi.remove(tenant, removing.id);
						await refresh();
					}}
				>
					Its sealed secrets are destroyed. The system itself and what is in it stay as they are.
				</ConfirmDialog>
			) : null}
		</Page>
	);
}
