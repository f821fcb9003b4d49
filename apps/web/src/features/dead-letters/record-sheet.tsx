"use client";

import { useState } from "react";
import type { DeadLetterDetail } from "../../client/contract.ts";
import { useDeadLetter } from "../../client/dead-letters.ts";
import { Banner } from "../../ui/banner.tsx";
import { CopyBlock, CopyLine } from "../../ui/copy.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { bytes, exactTime } from "../../ui/format.ts";
import { Failure, SkeletonRows } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { hexDump } from "./hex-dump.ts";
import { DEAD_LETTERS } from "./messages.ts";
import { SettleActions } from "./settle-actions.tsx";

function prettyJson(text: string): string | undefined {
	try {
		return JSON.stringify(JSON.parse(text), undefined, 2);
	} catch {
		// Not JSON is exactly why many records are here.
		return undefined;
	}
}

type View = "json" | "text" | "bytes";

function RecordBody({ record }: { readonly record: DeadLetterDetail }) {
	const pretty = record.text === undefined ? undefined : prettyJson(record.text);
	const views = [
		...(pretty === undefined
			? []
			: [{ value: "json" as const, label: "JSON", content: <CopyBlock label="Record as JSON" text={pretty} /> }]),
		...(record.text === undefined
			? []
			: [{ value: "text" as const, label: "Text", content: <CopyBlock label="Record as text" text={record.text} /> }]),
		{ value: "bytes" as const, label: "Bytes", content: <CopyBlock label="Record as bytes" text={hexDump(record.base64)} /> },
	];
	const [view, setView] = useState<View>(views[0]?.value ?? "bytes");
	return <Tabs<View> label="Forms of the record" value={view} onChange={setView} tabs={views} />;
}

/** One record: why it is here, from where it came, and all its bytes. */
export function RecordSheet({ tenant, id, onClose }: { readonly tenant: string; readonly id: string | null; onClose(): void }) {
	const record = useDeadLetter(tenant, id);
	const data = record.data;
	return (
		<Dialog
			title="Dead letter"
			description={
				data
					? `${data.flowName} · ${data.nodeLabel} · version ${data.version}${data.replay === undefined ? "" : ` · replay ${data.replay}`}`
					: undefined
			}
			isOpen={id !== null}
			onClose={onClose}
			isSheet
			widthPx={640}
			actions={
				data?.state === "open" ? (
					<SettleActions tenant={tenant} choice={{ ids: [data.id] }} records={1} mayRetry={data.replay === undefined} onSettled={onClose} />
				) : undefined
			}
		>
			{record.error ? (
				<Failure title={DEAD_LETTERS.recordFailed} error={record.error} onRetry={() => record.refetch()} />
			) : data ? (
				<div className="flex flex-col gap-5">
					<Banner tone="error">
						{data.reason} <span className="font-mono text-meta">{data.code}</span>
					</Banner>
					<dl className="grid grid-cols-[120px_1fr] gap-x-4 gap-y-1.5">
						<dt className="text-muted">Set aside</dt>
						<dd>{exactTime(data.at)}</dd>
						<dt className="text-muted">State</dt>
						<dd>
							{DEAD_LETTERS.states[data.state]}
							{data.note === undefined ? null : <span className="text-muted"> {data.note}</span>}
						</dd>
						<dt className="text-muted">Position</dt>
						<dd className="font-mono text-meta break-all">{data.position ?? "—"}</dd>
						<dt className="text-muted">Size</dt>
						<dd>{bytes(data.sizeBytes)}</dd>
					</dl>
					<RecordBody key={data.id} record={data} />
					<CopyLine label="Id of this dead letter" text={data.id} />
				</div>
			) : (
				<SkeletonRows rows={4} label={DEAD_LETTERS.loading} />
			)}
		</Dialog>
	);
}
