"use client";

import { useState } from "react";
import type { IssuedCredential } from "../../client/contract.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyLine } from "../../ui/copy.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField } from "../../ui/field.tsx";
import { DEVICES } from "./messages.ts";

/** Shows a token for the only time, and closes when it was said to be kept. */
export function IssuedToken({ issued, onClose }: { readonly issued: IssuedCredential; onClose(): void }) {
	const [isKept, setIsKept] = useState(false);
	return (
		<Dialog
			title={`Token of ${issued.device.name}`}
			isOpen
			onClose={() => (isKept ? onClose() : undefined)}
			widthPx={560}
			actions={
				<Button kind="primary" disabled={!isKept} onClick={onClose}>
					Done
				</Button>
			}
		>
			<div className="flex flex-col gap-4">
				<Banner tone="warn">{DEVICES.tokenOnce}</Banner>
				<CopyLine label="Device id (MQTT user name)" text={issued.device.id} />
				<CopyLine label="Token (MQTT password, HTTP bearer)" text={issued.token} />
				<CheckField label="I have copied the token" checked={isKept} onChange={(event) => setIsKept(event.target.checked)} />
			</div>
		</Dialog>
	);
}
