"use client";

import { type FormEvent, useId, useState } from "react";
import type { IssuedCredential } from "../../client/contract.ts";
import { deviceApi } from "../../client/devices.ts";
import { fieldFaults } from "../../client/field-faults.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { IssuedToken } from "./issued-token.tsx";

/** Names a device and shows its token, once. */
export function NewDeviceDialog({ tenant, onClose, onCreated }: { readonly tenant: string; onClose(): void; onCreated(): void }) {
	const formId = useId();
	const [error, setError] = useState<string>();
	const [isBusy, setIsBusy] = useState(false);
	const [issued, setIssued] = useState<IssuedCredential>();

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
		if (!name) return setError("Give the device a name, such as Pump 1.");
		setIsBusy(true);
		try {
			setIssued(await deviceApi.create(tenant, name));
			onCreated();
		} catch (thrown) {
			setError(fieldFaults(thrown).name ?? (thrown instanceof Error ? thrown.message : String(thrown)));
		} finally {
			setIsBusy(false);
		}
	}

	if (issued) return <IssuedToken issued={issued} onClose={onClose} />;
	return (
		<Dialog
			title="New device"
			isOpen
			onClose={onClose}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="primary" type="submit" form={formId} isBusy={isBusy}>
						Create device
					</Button>
				</>
			}
		>
			<form id={formId} onSubmit={submit} noValidate>
				<TextField
					label="Name"
					name="name"
					autoFocus
					maxLength={80}
					autoComplete="off"
					placeholder="Pump 1"
					help="You see its token in the next step."
					error={error}
				/>
			</form>
		</Dialog>
	);
}
