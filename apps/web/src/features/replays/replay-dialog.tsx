"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowDetail, Replay, ReplayPreview } from "../../client/contract.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay } from "../../client/me.ts";
import { replayApi, useReplayPreview } from "../../client/replays.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, SelectField } from "../../ui/field.tsx";
import { count, fullNumber } from "../../ui/format.ts";
import { useNotify } from "../../ui/toast.tsx";
import { fromLocalText, toLocalText } from "./local-time.ts";
import { REPLAYS } from "./messages.ts";
import { SpanButtons, TimeField } from "./time-fields.tsx";

interface ReplayDialogProps {
	readonly tenant: string;
	readonly flow: Pick<FlowDetail, "id" | "name" | "liveVersion">;
	onClose(): void;
}

const HOUR_MS = 3_600_000;

/** Chooses a range and what reads it again, and says what that will be before it begins. */
export function ReplayDialog({ tenant, flow, onClose }: ReplayDialogProps) {
	const cache = useQueryClient();
	const notify = useNotify();
	const mayDeploy = useMay("flow:deploy");
	const [from, setFrom] = useState(() => toLocalText(Date.now() - HOUR_MS));
	const [to, setTo] = useState(() => toLocalText(Date.now()));
	const [of, setOf] = useState<Replay["of"]>(flow.liveVersion === undefined ? "draft" : "live");
	const [takesOver, setTakesOver] = useState(false);
	const [isBusy, setIsBusy] = useState(false);
	const [error, setError] = useState<string>();
	const fromMs = fromLocalText(from);
	const toMs = fromLocalText(to);
	const isBackfill = takesOver && of === "draft" && flow.liveVersion !== undefined;
	const range =
		fromMs === undefined || (toMs === undefined && !isBackfill)
			? undefined
			: { from: fromMs, of, ...(isBackfill || toMs === undefined ? {} : { to: toMs }) };
	const preview = useReplayPreview(tenant, flow.id, range);
	const look = range === undefined || preview.isError ? undefined : preview.data;
	const isReady = look !== undefined && !preview.isPlaceholderData && look.refused === undefined && look.problems.length === 0;

	function pick(ms: number) {
		const now = Date.now();
		setFrom(toLocalText(now - ms));
		setTo(toLocalText(now));
	}

	async function start() {
		if (range === undefined || look === undefined) return;
		setIsBusy(true);
		setError(undefined);
		try {
			const replay = await replayApi.start(tenant, flow.id, { ...range, ...(of === "draft" ? { rev: look.rev } : {}) });
			notify({ title: `Replay ${replay.number} has started.`, description: "The flow's overview shows how far it is." });
			await cache.invalidateQueries({ queryKey: KEYS.replays(tenant, flow.id) });
			onClose();
		} catch (thrown) {
			setError(thrown instanceof Error ? thrown.message : String(thrown));
			setIsBusy(false);
		}
	}

	return (
		<Dialog
			title={`Replay “${flow.name}”`}
			description={REPLAYS.lead}
			isOpen
			onClose={onClose}
			widthPx={560}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="primary" isBusy={isBusy} disabled={!isReady} onClick={start}>
						{isReady
							? `${isBackfill ? "Backfill" : "Replay"} ${look.isCounted ? "" : "about "}${count(look.records, "record")}`
							: isBackfill
								? "Backfill"
								: "Replay"}
					</Button>
				</>
			}
		>
			<div className="flex flex-col gap-4">
				<div className="flex flex-col gap-2">
					<div className="grid gap-4 sm:grid-cols-2">
						<TimeField label="From" text={from} onChange={setFrom} />
						{isBackfill ? null : <TimeField label="To" text={to} help="Not part of it; at most now." onChange={setTo} />}
					</div>
					<SpanButtons onPick={pick} />
				</div>
				<SelectField
					label="Run with"
					value={of}
					onChange={(event) => setOf(event.target.value === "draft" ? "draft" : "live")}
					help={
						mayDeploy
							? "The draft runs as it is saved, before anybody deploys it. It is kept as a version, so that you know later what ran."
							: REPLAYS.noDraft
					}
				>
					{flow.liveVersion === undefined ? null : <option value="live">The live version, v{flow.liveVersion}</option>}
					<option value="draft" disabled={!mayDeploy}>
						The draft
					</option>
				</SelectField>
				{of === "draft" && flow.liveVersion !== undefined ? (
					<CheckField
						label="Take over from the live version once it has caught up"
						help={REPLAYS.backfillHelp}
						checked={takesOver}
						onChange={(event) => setTakesOver(event.target.checked)}
					/>
				) : null}
				{range === undefined ? (
					<p className="text-muted">{REPLAYS.half}</p>
				) : preview.isError ? (
					<Banner tone="error">{preview.error.message}</Banner>
				) : look === undefined ? (
					<p className="text-muted" role="status">
						{REPLAYS.looking}
					</p>
				) : (
					<Effect look={look} isStale={preview.isPlaceholderData} />
				)}
				{error ? <Banner tone="error">{error}</Banner> : null}
			</div>
		</Dialog>
	);
}

function Effect({ look, isStale }: { readonly look: ReplayPreview; readonly isStale: boolean }) {
	return (
		<div className={`flex flex-col gap-3 ${isStale ? "opacity-60" : ""}`} aria-busy={isStale}>
			{look.refused === undefined ? null : <Banner tone="error">{look.refused}</Banner>}
			{look.problems.map((problem) => (
				<Banner key={`${problem.code}/${problem.nodeId}/${problem.path}`} tone="error">
					{problem.message}
				</Banner>
			))}
			<dl className="grid grid-cols-[96px_1fr] gap-x-4 gap-y-1.5 rounded-control bg-sunken px-3 py-2.5">
				{look.problems.length > 0 ? null : (
					<>
						<dt className="text-muted">Records</dt>
						<dd>
							{look.isCounted ? "" : "about "}
							{fullNumber(look.records)}
						</dd>
					</>
				)}
				{look.outputs.map(({ nodeId, label, target }) => (
					<div key={nodeId} className="contents">
						<dt className="truncate text-muted" title={label}>
							{label}
						</dt>
						<dd className="min-w-0 break-all">
							writes to <span className="font-mono text-meta">{target}</span>
						</dd>
					</div>
				))}
			</dl>
		</div>
	);
}
