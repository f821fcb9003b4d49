"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Replay } from "../../client/contract.ts";
import { KEYS } from "../../client/keys.ts";
import { useMay } from "../../client/me.ts";
import { isUnderWay, replayApi, useReplays } from "../../client/replays.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { Chip, type ChipTone } from "../../ui/chip.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { duration, exactTime, fullNumber } from "../../ui/format.ts";
import { Panel } from "../../ui/page.tsx";
import { Failure } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { REPLAYS } from "./messages.ts";

/** Replays of a flow with how far each has come; nothing while there never was one. */
export function ReplaysPanel({ tenant, flowId }: { readonly tenant: string; readonly flowId: string }) {
	const cache = useQueryClient();
	const replays = useReplays(tenant, flowId);
	const mayOperate = useMay("flow:operate");
	const [stopping, setStopping] = useState<Replay>();
	if (replays.error && replays.data === undefined) {
		return (
			<Panel title="Replays">
				<Failure title={REPLAYS.failed} error={replays.error} onRetry={() => replays.refetch()} />
			</Panel>
		);
	}
	if (replays.data === undefined || replays.data.length === 0) return null;
	return (
		<Panel title="Replays" isFlush>
			<table className="w-table">
				<thead>
					<tr>
						<th scope="col">Replay</th>
						<th scope="col">Range</th>
						<th scope="col">State</th>
						<th scope="col">Read</th>
						<th scope="col" data-number="">
							Written
						</th>
						<th scope="col" data-number="">
							Dead letters
						</th>
						<th scope="col">Goes to</th>
						<th scope="col">Started</th>
						<th scope="col">
							<span className="sr-only">Actions</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{replays.data.map((replay) => (
						<tr key={replay.number}>
							<td className="whitespace-nowrap">
								<span className="font-medium">{replay.number}</span>
								<span className="block text-label text-muted">
									{replay.of === "draft" ? "draft, " : ""}v{replay.version}
								</span>
							</td>
							<td
								className="whitespace-nowrap"
								title={replay.to === undefined ? undefined : `${exactTime(replay.from)} to ${exactTime(replay.to)}`}
							>
								<time dateTime={new Date(replay.from).toISOString()} suppressHydrationWarning>
									{new Date(replay.from).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" })}
								</time>
								<span className="block text-label text-muted">
									{replay.to === undefined ? "until it takes over" : `for ${duration(replay.to - replay.from)}`}
								</span>
							</td>
							<td>
								<State replay={replay} />
							</td>
							<td>
								<Progress replay={replay} />
							</td>
							<td data-number="">{fullNumber(replay.written)}</td>
							<td data-number="">
								{replay.deadLetters ? (
									<LinkButton size="compact" kind="ghost" href={`/t/${tenant}/dead-letters?flow=${flowId}`}>
										{fullNumber(replay.deadLetters)}
									</LinkButton>
								) : (
									fullNumber(replay.deadLetters)
								)}
							</td>
							<td className="max-w-60">
								{replay.outputs.map(({ nodeId, label, target }) => (
									<span key={nodeId} className="block truncate font-mono text-meta" title={`${label}: ${target}`}>
										{target}
									</span>
								))}
							</td>
							<td>
								<Time at={replay.startedAt} />
								{replay.startedBy === undefined ? null : <span className="block text-label text-muted">by {replay.startedBy}</span>}
							</td>
							<td className="text-right">
								{isUnderWay(replay) && replay.wanted !== "stopped" && !replay.isTakingOver ? (
									<Button
										size="compact"
										disabled={!mayOperate}
										title={mayOperate ? undefined : REPLAYS.noOperate}
										aria-label={`Stop replay ${replay.number}`}
										onClick={() => setStopping(replay)}
									>
										Stop
									</Button>
								) : null}
							</td>
						</tr>
					))}
				</tbody>
			</table>
			{stopping === undefined ? null : (
				<ConfirmDialog
					title={`Stop replay ${stopping.number}?`}
					confirm="Stop replay"
					onClose={() => setStopping(undefined)}
					onConfirm={async () => {
						await replayApi.stop(tenant, flowId, stopping.number);
						await cache.invalidateQueries({ queryKey: KEYS.replays(tenant, flowId) });
					}}
				>
					It ends at its last commit and cannot go on. What it has written stays; open windows are not written.
				</ConfirmDialog>
			)}
		</Panel>
	);
}

function stateOf({ state, wanted, to, isTakingOver }: Replay): readonly [ChipTone, string] {
	if (state === "finished") return ["ok", "Done"];
	if (state === "failed") return ["error", "Failed"];
	if (state === "stopped") return ["paused", "Stopped"];
	if (wanted === "stopped") return ["busy", "Stopping"];
	if (isTakingOver) return ["busy", "Taking over"];
	return state === "running" ? ["busy", to === undefined ? "Catching up" : "Reading"] : ["busy", "Starting"];
}

function State({ replay }: { readonly replay: Replay }) {
	const [tone, word] = stateOf(replay);
	return (
		<>
			<Chip tone={tone}>{word}</Chip>
			{replay.failure ? <span className="block max-w-90 py-0.5 text-meta text-error-text">{replay.failure.message}</span> : null}
		</>
	);
}

function Progress({ replay }: { readonly replay: Replay }) {
	const { read, records, isCounted, number } = replay;
	const share = replay.state === "finished" ? 1 : records === 0 ? 0 : Math.min((read ?? 0) / records, isCounted ? 1 : 0.99);
	const text = `${fullNumber(read)} of ${isCounted ? "" : "about "}${fullNumber(records)}`;
	return (
		<div className="flex min-w-36 flex-col gap-1">
			<span className="whitespace-nowrap text-meta">{text}</span>
			<div
				role="progressbar"
				aria-label={`Replay ${number}`}
				aria-valuemin={0}
				aria-valuemax={100}
				aria-valuenow={Math.round(share * 100)}
				aria-valuetext={text}
				className="h-1.5 overflow-hidden rounded-chip bg-sunken"
			>
				<div className="h-full rounded-chip bg-accent" style={{ width: `${share * 100}%` }} />
			</div>
		</div>
	);
}
