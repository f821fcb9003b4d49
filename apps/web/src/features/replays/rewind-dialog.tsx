"use client";

import { useState } from "react";
import type { FlowDetail, RewindPreview } from "../../client/contract.ts";
import { useFlowMutation } from "../../client/flows.ts";
import { replayApi, useRewindPreview } from "../../client/replays.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField } from "../../ui/field.tsx";
import { count, fullNumber } from "../../ui/format.ts";
import { useNotify } from "../../ui/toast.tsx";
import { fromLocalText, toLocalText } from "./local-time.ts";
import { REPLAYS } from "./messages.ts";
import { SpanButtons, TimeField } from "./time-fields.tsx";

interface RewindDialogProps {
	readonly tenant: string;
	readonly flow: Pick<FlowDetail, "id" | "name">;
	onClose(): void;
}

const HOUR_MS = 3_600_000;

/** Takes the flow back to a time, once what that does was read. */
export function RewindDialog({ tenant, flow, onClose }: RewindDialogProps) {
	const notify = useNotify();
	const [from, setFrom] = useState(() => toLocalText(Date.now() - HOUR_MS));
	const [isRead, setIsRead] = useState(false);
	const fromMs = fromLocalText(from);
	const preview = useRewindPreview(tenant, flow.id, fromMs);
	const rewind = useFlowMutation(tenant, (ms: number) => replayApi.rewind(tenant, flow.id, ms));
	const look = fromMs === undefined || preview.isError ? undefined : preview.data;
	const isReady = look !== undefined && !preview.isPlaceholderData && look.refused === undefined;

	function choose(text: string) {
		setFrom(text);
		setIsRead(false);
	}

	async function start() {
		if (fromMs === undefined) return;
		try {
			await rewind.mutateAsync(fromMs);
		} catch {
			return; // The mutation keeps the error, and the dialog shows it.
		}
		notify({ title: "The flow goes back.", description: "It reads again from the chosen time on; its lag shows how far it is." });
		onClose();
	}

	return (
		<Dialog
			title={`Rewind “${flow.name}”`}
			description={REPLAYS.rewindLead}
			isOpen
			onClose={onClose}
			widthPx={560}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="danger" isBusy={rewind.isPending} disabled={!isReady || !isRead} onClick={start}>
						{isReady ? `Read ${look.isCounted ? "" : "about "}${count(look.records, "record")} again` : "Rewind"}
					</Button>
				</>
			}
		>
			<div className="flex flex-col gap-4">
				<div className="flex flex-col gap-2">
					<TimeField label="Back to" text={from} onChange={choose} />
					<SpanButtons onPick={(ms) => choose(toLocalText(Date.now() - ms))} />
				</div>
				{fromMs === undefined ? (
					<p className="text-muted">{REPLAYS.half}</p>
				) : preview.isError ? (
					<Banner tone="error">{preview.error.message}</Banner>
				) : look === undefined ? (
					<p className="text-muted" role="status">
						{REPLAYS.looking}
					</p>
				) : look.refused !== undefined ? (
					<Banner tone="error">{look.refused}</Banner>
				) : (
					<>
						<Consequences look={look} isStale={preview.isPlaceholderData} />
						<CheckField
							label="I have read what this does"
							checked={isRead}
							disabled={!isReady}
							onChange={(event) => setIsRead(event.target.checked)}
						/>
					</>
				)}
				{rewind.isError ? <Banner tone="error">{rewind.error.message}</Banner> : null}
			</div>
		</Dialog>
	);
}

function Consequences({ look, isStale }: { readonly look: RewindPreview; readonly isStale: boolean }) {
	return (
		<div className={`flex flex-col gap-3 ${isStale ? "opacity-60" : ""}`} aria-busy={isStale}>
			<p>
				<span className="font-medium">
					{look.isCounted ? "" : "About "}
					{fullNumber(look.records)} {look.records === 1 ? "record" : "records"}
				</span>{" "}
				are read again, by version {look.version}.
			</p>
			{look.sinks.map(({ nodeId, label, isHarmless, sentence }) => (
				<Banner key={nodeId} tone={isHarmless ? "ok" : "warn"}>
					<span className="font-medium">{label}.</span> {sentence}
				</Banner>
			))}
			{look.resets.length === 0 ? null : (
				<p className="text-muted">
					These begin empty:{" "}
					{look.resets.map(({ nodeId, label, holds }, index) => (
						<span key={nodeId}>
							{index === 0 ? "" : "; "}
							<span className="text-text">{label}</span> ({holds})
						</span>
					))}
					.
				</p>
			)}
			{look.notes.map((note) => (
				<p key={note} className="text-muted">
					{note}
				</p>
			))}
		</div>
	);
}
