"use client";

import { type ReactNode, useState } from "react";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";

interface ConfirmDialogProps {
	readonly title: string;
	readonly children: ReactNode;
	/** A verb: what the button does. */
	readonly confirm: string;
	/** For what cannot be undone: the name that must be typed first. */
	readonly typedName?: string | undefined;
	onConfirm(): Promise<void>;
	onClose(): void;
}

/** Asks before something that cannot be undone. Mount it while the question stands. */
export function ConfirmDialog({ title, children, confirm, typedName, onConfirm, onClose }: ConfirmDialogProps) {
	const [typed, setTyped] = useState("");
	const [isBusy, setIsBusy] = useState(false);
	const [error, setError] = useState<string>();
	const isAllowed = typedName === undefined || typed.trim() === typedName;

	async function run() {
		setIsBusy(true);
		setError(undefined);
		try {
			await onConfirm();
			onClose();
		} catch (thrown) {
			setError(thrown instanceof Error ? thrown.message : String(thrown));
			setIsBusy(false);
		}
	}

	return (
		<Dialog
			title={title}
			isOpen
			onClose={onClose}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="danger" isBusy={isBusy} disabled={!isAllowed} onClick={run}>
						{confirm}
					</Button>
				</>
			}
		>
			<div className="flex flex-col gap-4">
				<div className="text-muted">{children}</div>
				{typedName === undefined ? null : (
					<TextField
						label={`Type “${typedName}” to confirm`}
						value={typed}
						onChange={(event) => setTyped(event.target.value)}
						autoComplete="off"
					/>
				)}
				{error ? <Banner tone="error">{error}</Banner> : null}
			</div>
		</Dialog>
	);
}
