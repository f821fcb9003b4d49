"use client";

import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { useEffect, useRef, useState } from "react";
import type { DeadLetterGroup } from "../../client/contract.ts";
import { useDeadLetterRecords } from "../../client/dead-letters.ts";
import { useMay } from "../../client/me.ts";
import { Button } from "../../ui/button.tsx";
import { bytes } from "../../ui/format.ts";
import { Panel } from "../../ui/page.tsx";
import { Empty, Failure, SkeletonRows } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { DEAD_LETTERS } from "./messages.ts";
import { SettleActions } from "./settle-actions.tsx";

interface RecordTableProps {
	readonly tenant: string;
	readonly group: DeadLetterGroup;
	onOpen(recordId: string): void;
	onClose(): void;
}

/** The records of one group, newest first. */
export function RecordTable({ tenant, group, onOpen, onClose }: RecordTableProps) {
	const records = useDeadLetterRecords(
		tenant,
		{ flow: group.flowId, node: group.node, code: group.code, replay: group.replay ?? null },
		true,
	);
	const rows = records.data?.pages.flatMap((page) => page.records) ?? [];
	const mayOperate = useMay("flow:operate");
	const [selected, setSelected] = useState<readonly string[]>([]);
	const panelRef = useRef<HTMLDivElement>(null);
	const groupKey = `${group.flowId}/${group.node}/${group.code}/${group.replay}`;
	// biome-ignore lint/correctness/useExhaustiveDependencies: brought into view when another group is opened
	useEffect(() => {
		panelRef.current?.scrollIntoView({ block: "nearest" });
		setSelected([]);
	}, [groupKey]);
	const { refetch } = records;
	// biome-ignore lint/correctness/useExhaustiveDependencies: some of them were tried again or given up
	useEffect(() => {
		void refetch();
	}, [group.count, group.retrying, refetch]);

	return (
		<div ref={panelRef}>
			<Panel
				title={`${group.nodeLabel}: ${group.code}`}
				isFlush
				aside={
					<div className="flex items-center gap-2">
						{selected.length > 0 ? (
							<SettleActions
								tenant={tenant}
								choice={{ ids: selected }}
								mayRetry={group.replay === undefined}
								records={selected.length}
								which={`${selected.length} selected`}
								onSettled={() => setSelected([])}
							/>
						) : (
							<SettleActions
								tenant={tenant}
								choice={{
									flow: group.flowId,
									node: group.node,
									code: group.code,
									...(group.replay === undefined ? {} : { replay: group.replay }),
								}}
								mayRetry={group.replay === undefined}
								records={group.count - group.retrying}
								which="all"
							/>
						)}
						<Button kind="ghost" size="compact" iconOnly aria-label="Close the records" onClick={onClose}>
							<XIcon size={16} aria-hidden="true" />
						</Button>
					</div>
				}
			>
				{records.isPending ? (
					<SkeletonRows label={DEAD_LETTERS.loading} />
				) : records.error ? (
					<Failure title={DEAD_LETTERS.recordsFailed} error={records.error} onRetry={() => records.refetch()} />
				) : rows.length === 0 ? (
					<Empty title={DEAD_LETTERS.filteredEmpty} />
				) : (
					<table className="w-table">
						<thead>
							<tr>
								{mayOperate ? (
									<th scope="col">
										<span className="sr-only">Select</span>
									</th>
								) : null}
								<th scope="col">Time</th>
								<th scope="col">Record</th>
								<th scope="col">Reason</th>
								<th scope="col" data-number="">
									Size
								</th>
								<th scope="col" data-number="">
									Version
								</th>
								<th scope="col">Position</th>
							</tr>
						</thead>
						<tbody>
							{rows.map((record) => (
								<tr key={record.id} data-link="">
									{mayOperate ? (
										<td>
											<input
												type="checkbox"
												aria-label={`Select the record at ${record.position ?? record.id}`}
												disabled={record.state !== "open"}
												checked={selected.includes(record.id)}
												onChange={(event) =>
													setSelected(event.target.checked ? [...selected, record.id] : selected.filter((id) => id !== record.id))
												}
											/>
										</td>
									) : null}
									<td>
										<Time at={record.at} />
									</td>
									<td className="max-w-100">
										<button
											type="button"
											className="block w-full truncate rounded-input text-left font-mono text-meta text-accent-text"
											onClick={() => onOpen(record.id)}
										>
											{record.preview || "(empty)"}
										</button>
									</td>
									<td className="max-w-100 truncate" title={record.reason}>
										{record.state === "retrying" ? <span className="text-muted">Being tried again. </span> : null}
										{record.reason}
									</td>
									<td data-number="">{bytes(record.sizeBytes)}</td>
									<td data-number="">v{record.version}</td>
									<td className="max-w-40 truncate font-mono text-meta text-muted" title={record.position}>
										{record.position ?? "—"}
									</td>
								</tr>
							))}
						</tbody>
					</table>
				)}
				{records.hasNextPage ? (
					<div className="flex justify-center border-t border-hairline p-2">
						<Button size="compact" isBusy={records.isFetchingNextPage} onClick={() => records.fetchNextPage()}>
							Show older records
						</Button>
					</div>
				) : null}
			</Panel>
		</div>
	);
}
