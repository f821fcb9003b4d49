"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { ApiError } from "../../client/api-error.ts";
import { connectionApi, useConnection, useConnectionKinds } from "../../client/connections.ts";
import type { Connection, ConnectionDetail, ConnectionKind } from "../../client/contract.ts";
import { fieldFaults } from "../../client/field-faults.ts";
import { KEYS } from "../../client/keys.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure, Skeleton } from "../../ui/states.tsx";
import { ConnectionFields } from "./connection-fields.tsx";
import { missingFields, startValues, toConfig } from "./form-values.ts";
import { KindChoice } from "./kind-choice.tsx";
import { KindIcon } from "./kind-icon.tsx";
import { LiveTest } from "./live-test.tsx";

interface ConnectionDialogProps {
	readonly tenant: string;
	/** Kind of the new one, when it is known; a person chooses otherwise. */
	readonly type?: string | undefined;
	/** The connection to edit; absent: a new one. */
	readonly edited?: Connection | undefined;
	onClose(): void;
	onSaved(connection: Connection): void;
}

/** Makes a connection, or changes one: a form drawn from the kind's schema, saved and tested at once. */
export function ConnectionDialog({ tenant, type, edited, onClose, onSaved }: ConnectionDialogProps) {
	const kinds = useConnectionKinds(tenant);
	const stored = useConnection(tenant, edited?.id);
	const [chosen, setChosen] = useState(edited?.type ?? type);
	const kind = kinds.data?.find((each) => each.type === chosen);
	const error = kinds.error ?? stored.error;

	if (error || !kinds.data || (edited !== undefined && !stored.data)) {
		return (
			<Dialog title={edited === undefined ? "New connection" : `Edit “${edited.name}”`} isOpen onClose={onClose}>
				{error ? (
					<Failure title="The form could not be loaded." error={error} onRetry={() => void (kinds.error ? kinds : stored).refetch()} />
				) : (
					<div className="flex flex-col gap-3" role="status" aria-label="Loading the form">
						<Skeleton className="h-8 w-full" />
						<Skeleton className="h-8 w-full" />
						<Skeleton className="h-8 w-2/3" />
					</div>
				)}
			</Dialog>
		);
	}
	if (kind === undefined) {
		return (
			<Dialog title="New connection" description="What do you want to reach?" isOpen onClose={onClose} widthPx={560}>
				<KindChoice kinds={kinds.data} onChoose={setChosen} />
			</Dialog>
		);
	}
	return (
		<FormDialog
			key={kind.type}
			tenant={tenant}
			kind={kind}
			stored={stored.data}
			onBack={edited === undefined && type === undefined ? () => setChosen(undefined) : undefined}
			onClose={onClose}
			onSaved={onSaved}
		/>
	);
}

interface FormDialogProps extends Pick<ConnectionDialogProps, "tenant" | "onClose" | "onSaved"> {
	readonly kind: ConnectionKind;
	readonly stored: ConnectionDetail | undefined;
	/** Back to the choice of kinds. */
	readonly onBack: (() => void) | undefined;
}

function FormDialog({ tenant, kind, stored, onBack, onClose, onSaved }: FormDialogProps) {
	const formId = useId();
	const cache = useQueryClient();
	const [values, setValues] = useState(() => startValues(kind, stored));
	const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
	const [problem, setProblem] = useState<string>();
	const [isBusy, setIsBusy] = useState(false);
	const [saved, setSaved] = useState<Connection>();

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = event.currentTarget;
		const missing = missingFields(kind, values);
		setFaults(missing);
		const [first] = Object.keys(missing);
		if (first !== undefined) {
			form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
			return;
		}
		setIsBusy(true);
		setProblem(undefined);
		try {
			const config = toConfig(kind, values);
			const name = values.name.trim();
			const connection =
				stored === undefined
					? await connectionApi.create(tenant, { type: kind.type, name, config, secrets: typedOnly(values.secrets) })
					: await connectionApi.change(tenant, stored.id, { name, config, secrets: values.secrets });
			void cache.removeQueries({ queryKey: KEYS.connection(tenant, connection.id) });
			onSaved(connection);
			setSaved(connection);
		} catch (error) {
			const fields = fieldFaults(error);
			setFaults(fields);
			if (Object.keys(fields).length === 0) setProblem(error instanceof ApiError ? error.message : String(error));
		} finally {
			setIsBusy(false);
		}
	}

	if (saved) {
		return (
			<Dialog
				title={`“${saved.name}” is saved`}
				isOpen
				onClose={onClose}
				widthPx={560}
				actions={
					<Button kind="primary" onClick={onClose}>
						Done
					</Button>
				}
			>
				<LiveTest tenant={tenant} connection={saved.id} onTested={() => onSaved(saved)} />
			</Dialog>
		);
	}
	return (
		<Dialog
			title={stored === undefined ? `New ${kind.title} connection` : `Edit “${stored.name}”`}
			description={
				<span className="flex items-center gap-2">
					<KindIcon svg={kind.icon} size={16} />
					{kind.summary}
				</span>
			}
			isOpen
			onClose={onClose}
			widthPx={560}
			actions={
				<>
					{onBack === undefined ? null : (
						<Button kind="ghost" className="mr-auto" onClick={onBack}>
							Back
						</Button>
					)}
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="primary" type="submit" form={formId} isBusy={isBusy}>
						{isBusy ? "Saving…" : "Save and test"}
					</Button>
				</>
			}
		>
			<form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
				{problem ? <Banner tone="error">{problem}</Banner> : null}
				<TextField
					label="Name"
					name="name"
					autoFocus
					autoComplete="off"
					placeholder="Warehouse"
					error={faults.name}
					value={values.name}
					onChange={(event) => setValues({ ...values, name: event.target.value })}
				/>
				<ConnectionFields kind={kind} values={values} faults={faults} stored={stored} onChange={setValues} />
			</form>
		</Dialog>
	);
}

function typedOnly(secrets: Readonly<Record<string, string | null>>): Record<string, string> {
	return Object.fromEntries(Object.entries(secrets).flatMap(([field, value]) => (value === null ? [] : [[field, value]])));
}
