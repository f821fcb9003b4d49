"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";

interface RenameDialogProps {
	readonly name: string;
	onClose(): void;
	onRename(name: string): Promise<boolean>;
}

export function RenameDialog({ name, onClose, onRename }: RenameDialogProps) {
	const formId = useId();
	const [error, setError] = useState<string>();
	const [isBusy, setIsBusy] = useState(false);

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const next = String(new FormData(event.currentTarget).get("name") ?? "").trim();
		if (!next) return setError("Give the flow a name.");
		setIsBusy(true);
		if (await onRename(next)) onClose();
		else setIsBusy(false);
	}

	return (
		<Dialog
			title="Rename flow"
			isOpen
			onClose={onClose}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="primary" type="submit" form={formId} isBusy={isBusy}>
						Rename
					</Button>
				</>
			}
		>
			<form id={formId} onSubmit={submit} noValidate>
				<TextField
					label="Name"
					name="name"
					defaultValue={name}
					maxLength={80}
					autoFocus
					autoComplete="off"
					error={error}
					onFocus={(event) => event.target.select()}
				/>
			</form>
		</Dialog>
	);
}
