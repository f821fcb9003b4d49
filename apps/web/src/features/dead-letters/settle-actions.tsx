"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type DeadLetterChoice, deadLetterApi } from "../../client/dead-letters.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay } from "../../client/me.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { count } from "../../ui/format.ts";
import { useNotify } from "../../ui/toast.tsx";
import { DEAD_LETTERS } from "./messages.ts";

interface SettleActionsProps {
	readonly tenant: string;
	readonly choice: DeadLetterChoice;
	/** How many they are. */
	readonly records: number;
	/** What the buttons act on, where that is not plain: "all", "selected". */
	readonly which?: string;
	/** No: a replay set them aside, and nothing of it runs any more that could take them. */
	readonly mayRetry?: boolean;
	onSettled?(): void;
}

/** Gives dead letters back to the node that had refused them, or gives them up. */
export function SettleActions({ tenant, choice, records, which, mayRetry = true, onSettled }: SettleActionsProps) {
	const cache = useQueryClient();
	const notify = useNotify();
	const mayOperate = useMay("flow:operate");
	const [isBusy, setIsBusy] = useState(false);
	const [isAsking, setIsAsking] = useState(false);
	if (!mayOperate || records === 0) return null;

	async function settled(title: string, description?: string) {
		notify({ title, ...(description === undefined ? {} : { description }) });
		onSettled?.();
		await cache.invalidateQueries({ queryKey: KEYS.deadLetters(tenant) });
	}

	async function retry() {
		setIsBusy(true);
		try {
			const { retrying, refused, reason, hasMore } = await deadLetterApi.retry(tenant, choice);
			const more = [refused === 0 ? "" : `${count(refused, "record")} stayed: ${reason ?? ""}`, hasMore ? DEAD_LETTERS.hasMore : ""];
			await settled(`${count(retrying, "record")} on the way to the node again.`, more.filter(Boolean).join(" ") || undefined);
		} catch (error) {
			notify({ title: DEAD_LETTERS.retryFailed, description: error instanceof Error ? error.message : String(error), isError: true });
		} finally {
			setIsBusy(false);
		}
	}

	const suffix = which === undefined ? "" : ` ${which}`;
	return (
		<>
			{mayRetry ? (
				<Button size="compact" isBusy={isBusy} onClick={retry}>
					Retry{suffix}
				</Button>
			) : null}
			<Button size="compact" onClick={() => setIsAsking(true)}>
				Discard{suffix}…
			</Button>
			{isAsking ? (
				<DiscardDialog
					records={records}
					onClose={() => setIsAsking(false)}
					onDiscard={async (reason) => {
						const { discarded } = await deadLetterApi.discard(tenant, choice, reason);
						await settled(`${count(discarded, "record")} discarded.`);
					}}
				/>
			) : null}
		</>
	);
}

interface DiscardDialogProps {
	readonly records: number;
	onDiscard(reason: string): Promise<void>;
	onClose(): void;
}

function DiscardDialog({ records, onDiscard, onClose }: DiscardDialogProps) {
	const [reason, setReason] = useState("");
	const [isBusy, setIsBusy] = useState(false);
	const [error, setError] = useState<string>();

	async function discard() {
		setIsBusy(true);
		try {
			await onDiscard(reason.trim());
			onClose();
		} catch (thrown) {
			setError(thrown instanceof Error ? thrown.message : String(thrown));
			setIsBusy(false);
		}
	}

	return (
		<Dialog
			title={`Discard ${count(records, "record")}?`}
			isOpen
			onClose={onClose}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="danger" isBusy={isBusy} disabled={reason.trim() === ""} onClick={discard}>
						Discard
					</Button>
				</>
			}
		>
			<div className="flex flex-col gap-4">
				<p className="text-muted">{DEAD_LETTERS.discardLead}</p>
				<TextField
					label="Why"
					maxLength={500}
					value={reason}
					onChange={(event) => setReason(event.target.value)}
					placeholder={DEAD_LETTERS.discardExample}
					autoComplete="off"
				/>
				{error ? <Banner tone="error">{error}</Banner> : null}
			</div>
		</Dialog>
	);
}
