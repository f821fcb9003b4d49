"use client";

import { useQueryClient } from "@tanstack/react-query";
import { formatDuration } from "@weir/records";
import { type FormEvent, useId, useState } from "react";
import type { Endpoint, Storage, StorageChange } from "../../client/contract.ts";
import { deviceApi } from "../../client/devices.ts";
import { fieldFaults } from "../../client/field-faults.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay } from "../../client/me.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { ago, roundSize } from "../../ui/format.ts";
import { useNow } from "../../ui/time.tsx";
import { DurabilityChoice } from "./durability-choice.tsx";
import { DEVICES } from "./messages.ts";
import { capCost, changeOf, formOf, keepCost, losses, partitionChoices } from "./storage-words.ts";

interface StorageFormProps {
	readonly tenant: string;
	readonly endpoint: Endpoint;
	readonly storage: Storage;
}

/** What is kept, for how long and how surely, each with what it costs; asks before something is lost. */
export function StorageForm({ tenant, endpoint, storage }: StorageFormProps) {
	const cache = useQueryClient();
	const mayEdit = useMay("device:edit");
	const now = useNow();
	const formId = useId();
	const [form, setForm] = useState(() => formOf(storage));
	const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
	const [problem, setProblem] = useState<string>();
	const [isSaved, setIsSaved] = useState(false);
	const [isBusy, setIsBusy] = useState(false);
	const [asking, setAsking] = useState<{ readonly change: StorageChange; readonly lost: readonly string[] }>();
	const { change, faults } = changeOf(form, storage);
	const isChanged = Object.keys(change).length > 0;
	const isWrong = Object.keys(faults).length > 0;
	const keepMs = change.keepMs === undefined ? (storage.keepMs ?? storage.usualKeepMs) : (change.keepMs ?? storage.usualKeepMs);
	const maxBytes = change.maxBytes === undefined ? storage.maxBytes : (change.maxBytes ?? undefined);
	const type = (typed: Partial<typeof form>) => {
		setForm({ ...form, ...typed });
		setRefused({});
		setIsSaved(false);
	};

	async function save(wanted: StorageChange) {
		const saved = await deviceApi.changeStorage(tenant, endpoint.flowId, endpoint.id, wanted);
		cache.setQueryData(KEYS.storage(tenant, endpoint.id), saved);
		setForm(formOf(saved));
		setProblem(undefined);
		setIsSaved(true);
		void cache.invalidateQueries({ queryKey: KEYS.endpoints(tenant), exact: true });
	}

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		if (!isChanged || isWrong) return;
		const lost = losses(change, storage, now);
		if (lost.length > 0) {
			setAsking({ change, lost });
			return;
		}
		setIsBusy(true);
		try {
			await save(change);
		} catch (error) {
			const fields = fieldFaults(error);
			setRefused(fields);
			setProblem(Object.keys(fields).length > 0 ? undefined : error instanceof Error ? error.message : String(error));
		} finally {
			setIsBusy(false);
		}
	}

	return (
		<form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-6">
			{storage.log === undefined ? <Banner tone="warn">{DEVICES.storageAway}</Banner> : null}
			{mayEdit ? null : <Banner tone="info">{DEVICES.noStorage}</Banner>}
			{problem ? <Banner tone="error">{problem}</Banner> : null}
			<Held storage={storage} now={now} />
			<DurabilityChoice storage={storage} value={form.durability} isDisabled={!mayEdit} onChange={(durability) => type({ durability })} />
			<TextField
				label="Keep records for"
				value={form.keep}
				onChange={(event) => type({ keep: event.target.value })}
				placeholder={`${formatDuration(storage.usualKeepMs)}, as in the whole installation`}
				disabled={!mayEdit}
				autoComplete="off"
				error={faults.keepMs ?? refused.keepMs}
				help={`So long they can be read again, also when every flow has read them; what a running flow has not read stays longer. ${keepCost(keepMs, storage.held)}`}
			/>
			<TextField
				label="At most"
				value={form.max}
				onChange={(event) => type({ max: event.target.value })}
				placeholder="As much as the log has room for"
				disabled={!mayEdit}
				autoComplete="off"
				error={faults.maxBytes ?? refused.maxBytes}
				help={
					maxBytes === undefined
						? "No limit of its own. When the log itself is full, devices are refused until there is room."
						: capCost(maxBytes, storage.held)
				}
			/>
			<SelectField
				label="Partitions"
				value={form.partitions}
				onChange={(event) => type({ partitions: Number(event.target.value) })}
				disabled={!mayEdit || storage.log === undefined || storage.fixedPartitions !== undefined}
				help={storage.fixedPartitions ?? DEVICES.partitionsHelp}
			>
				{partitionChoices(storage.partitions).map((count) => (
					<option key={count} value={count}>
						{count}
					</option>
				))}
			</SelectField>
			<div className="flex items-center gap-3 border-t border-hairline pt-4">
				<Button kind="primary" type="submit" isBusy={isBusy} disabled={!mayEdit || !isChanged || isWrong}>
					Save
				</Button>
				<span role="status" className="text-muted">
					{isSaved && !isChanged ? "Saved." : ""}
				</span>
			</div>
			{asking ? (
				<ConfirmDialog
					title={asking.change.partitions === undefined ? "Keep less than today?" : "Change for good?"}
					confirm="Change storage"
					onConfirm={() => save(asking.change)}
					onClose={() => setAsking(undefined)}
				>
					<ul className="flex list-disc flex-col gap-2 pl-4">
						{asking.lost.map((loss) => (
							<li key={loss}>{loss}</li>
						))}
					</ul>
				</ConfirmDialog>
			) : null}
		</form>
	);
}

function Held({ storage, now }: { readonly storage: Storage; readonly now: number }) {
	const { held } = storage;
	return (
		<dl className="grid grid-cols-3 gap-4 rounded-control bg-sunken px-3 py-2">
			<div>
				<dt className="text-meta text-muted">Holds</dt>
				<dd className="font-medium">{held === undefined ? "—" : roundSize(held.bytes)}</dd>
			</div>
			<div>
				<dt className="text-meta text-muted">Oldest record</dt>
				<dd className="font-medium" suppressHydrationWarning>
					{held?.oldestAt === undefined ? "—" : ago(held.oldestAt, now)}
				</dd>
			</div>
			<div>
				<dt className="text-meta text-muted">A day, as lately</dt>
				<dd className="font-medium">{held?.bytesPerDay === undefined ? "—" : roundSize(held.bytesPerDay)}</dd>
			</div>
		</dl>
	);
}
