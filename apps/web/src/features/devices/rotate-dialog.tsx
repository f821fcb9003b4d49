"use client";

import { useState } from "react";
import type { DeviceDetail, IssuedCredential } from "../../client/contract.ts";
import { deviceApi } from "../../client/devices.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";

interface RotateDialogProps {
	readonly tenant: string;
	readonly device: DeviceDetail;
	onClose(): void;
	onIssued(issued: IssuedCredential): void;
}

/** Issues a second token and says how long the first one still works. */
export function RotateDialog({ tenant, device, onClose, onIssued }: RotateDialogProps) {
	const [overlap, setOverlap] = useState("24");
	const [error, setError] = useState<string>();
	const [isBusy, setIsBusy] = useState(false);
	const live = device.credentials.filter(({ state }) => state === "live").length;

	async function issue() {
		setIsBusy(true);
		setError(undefined);
		try {
			onIssued(await deviceApi.issueCredential(tenant, device.id, live > 0 ? Number(overlap) : undefined));
		} catch (thrown) {
			setError(thrown instanceof Error ? thrown.message : String(thrown));
			setIsBusy(false);
		}
	}

	return (
		<Dialog
			title={`New token for ${device.name}`}
			isOpen
			onClose={onClose}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="primary" isBusy={isBusy} onClick={issue}>
						Issue token
					</Button>
				</>
			}
		>
			<div className="flex flex-col gap-4">
				{error ? <Banner tone="error">{error}</Banner> : null}
				{live > 0 ? (
					<SelectField
						label="The old token works for another"
						value={overlap}
						onChange={(event) => setOverlap(event.target.value)}
						help="In this time both work, so that the device can be changed over without a gap."
					>
						<option value="1">1 hour</option>
						<option value="24">24 hours</option>
						<option value="168">7 days</option>
						<option value="0">Not at all: it ends now</option>
					</SelectField>
				) : (
					<p className="text-muted">No token of this device is live; the new one works at once.</p>
				)}
			</div>
		</Dialog>
	);
}
