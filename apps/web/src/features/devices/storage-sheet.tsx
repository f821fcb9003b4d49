"use client";

import type { Endpoint } from "../../client/contract.ts";
import { useStorage } from "../../client/devices.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure, Skeleton } from "../../ui/states.tsx";
import { DEVICES } from "./messages.ts";
import { StorageForm } from "./storage-form.tsx";

/** How the stream behind an endpoint is kept, at the right edge beside the table. */
export function StorageSheet({
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
			title={endpoint ? `Storage of ${endpoint.nodeLabel}` : "Storage"}
			description={endpoint ? `${endpoint.flowName} · changes hold within seconds` : undefined}
			isOpen={endpoint !== undefined}
			onClose={onClose}
			isSheet
			widthPx={560}
		>
			{endpoint ? <Loaded key={endpoint.id} tenant={tenant} endpoint={endpoint} /> : null}
		</Dialog>
	);
}

function Loaded({ tenant, endpoint }: { readonly tenant: string; readonly endpoint: Endpoint }) {
	const storage = useStorage(tenant, endpoint);
	if (storage.isPending) {
		return (
			<div role="status" aria-label={DEVICES.loading} className="flex flex-col gap-5">
				<Skeleton className="h-16 w-full" />
				<Skeleton className="h-40 w-full" />
				<Skeleton className="h-24 w-full" />
			</div>
		);
	}
	if (storage.error) return <Failure title={DEVICES.storageFailed} error={storage.error} onRetry={() => storage.refetch()} />;
	return <StorageForm tenant={tenant} endpoint={endpoint} storage={storage.data} />;
}
