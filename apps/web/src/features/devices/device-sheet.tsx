"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Credential, IssuedCredential } from "../../client/contract.ts";
import { deviceApi, useDevice } from "../../client/devices.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay } from "../../client/me.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { CopyLine } from "../../ui/copy.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { exactTime } from "../../ui/format.ts";
import { Failure, SkeletonRows } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { IssuedToken } from "./issued-token.tsx";
import { DEVICES } from "./messages.ts";
import { RotateDialog } from "./rotate-dialog.tsx";

const STATES = { live: "ok", waiting: "busy", expired: "draft", revoked: "error" } as const;
const WORDS = { live: "Live", waiting: "Not yet valid", expired: "Expired", revoked: "Revoked" } as const;

/** One device: when it was seen, and its tokens, which may be replaced and revoked. */
export function DeviceSheet({ tenant, id, onClose }: { readonly tenant: string; readonly id: string | null; onClose(): void }) {
	const cache = useQueryClient();
	const device = useDevice(tenant, id);
	const mayRotate = useMay("device:rotate");
	const [revoking, setRevoking] = useState<Credential>();
	const [isRotating, setIsRotating] = useState(false);
	const [issued, setIssued] = useState<IssuedCredential>();
	const data = device.data;
	const refresh = () => cache.invalidateQueries({ queryKey: KEYS.devices(tenant) });

	return (
		<Dialog title={data?.name ?? "Device"} isOpen={id !== null} onClose={onClose} isSheet widthPx={560}>
			{device.error ? (
				<Failure title={DEVICES.deviceFailed} error={device.error} onRetry={() => device.refetch()} />
			) : data ? (
				<div className="flex flex-col gap-5">
					<CopyLine label="Device id" text={data.id} />
					<dl className="grid grid-cols-[120px_1fr] gap-x-4 gap-y-1.5">
						<dt className="text-muted">Last seen</dt>
						<dd>
							<Time at={data.lastSeenAt} />
						</dd>
						<dt className="text-muted">Created</dt>
						<dd>{exactTime(data.createdAt)}</dd>
					</dl>
					<section aria-label="Tokens" className="flex flex-col gap-2">
						<div className="flex items-center justify-between">
							<h3 className="font-semibold">Tokens</h3>
							<Button
								size="compact"
								disabled={!mayRotate}
								title={mayRotate ? undefined : DEVICES.noRotate}
								onClick={() => setIsRotating(true)}
							>
								New token
							</Button>
						</div>
						<ul className="w-card divide-y divide-hairline">
							{data.credentials.map((credential) => (
								<li key={credential.id} className="flex items-center gap-3 px-3 py-2">
									<span className="font-mono text-meta">…{credential.hint}</span>
									<Chip tone={STATES[credential.state]}>{WORDS[credential.state]}</Chip>
									<span className="min-w-0 flex-1 text-meta text-muted">
										issued <Time at={credential.createdAt} />
										{credential.state === "live" && credential.expiresAt ? `, ends ${exactTime(credential.expiresAt)}` : ""}
									</span>
									{credential.state === "live" || credential.state === "waiting" ? (
										<Button kind="danger" size="compact" disabled={!mayRotate} onClick={() => setRevoking(credential)}>
											Revoke
										</Button>
									) : null}
								</li>
							))}
						</ul>
					</section>
				</div>
			) : (
				<SkeletonRows rows={3} label={DEVICES.loading} />
			)}
			{isRotating && data ? (
				<RotateDialog
					tenant={tenant}
					device={data}
					onClose={() => setIsRotating(false)}
					onIssued={(next) => {
						setIsRotating(false);
						setIssued(next);
						void refresh();
					}}
				/>
			) : null}
			{issued ? <IssuedToken issued={issued} onClose={() => setIssued(undefined)} /> : null}
			{revoking && data ? (
				<ConfirmDialog
					title="Revoke this token?"
					confirm="Revoke token"
					onClose={() => setRevoking(undefined)}
					onConfirm={async () => {
						await deviceApi.revokeCredential(tenant, data.id, revoking.id);
						await refresh();
					}}
				>
					Whoever uses the token ending in <span className="font-mono">{revoking.hint}</span> is refused within 5 seconds, open connections
					included. This cannot be undone.
				</ConfirmDialog>
			) : null}
		</Dialog>
	);
}
