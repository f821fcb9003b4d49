"use client";

import Link from "next/link";
import { Sparkline } from "../../charts/sparkline.tsx";
import type { FlowSummary } from "../../client/contract.ts";
import { Chip } from "../../ui/chip.tsx";
import { fullNumber, rate, shortNumber } from "../../ui/format.ts";
import { Time } from "../../ui/time.tsx";
import { FlowRowMenu } from "./flow-row-menu.tsx";
import { KindIcons } from "./kind-icons.tsx";
import { StatusChip } from "./status.tsx";

interface FlowTableProps {
	readonly tenant: string;
	readonly flows: readonly FlowSummary[];
	onRename(flow: FlowSummary): void;
	onRemove(flow: FlowSummary): void;
}

const UNKNOWN_HELP = "Not measured now.";

export function FlowTable({ tenant, flows, onRename, onRemove }: FlowTableProps) {
	return (
		<table className="w-table">
			<thead>
				<tr>
					<th scope="col">Name</th>
					<th scope="col">State</th>
					<th scope="col" className="hidden 2xl:table-cell">
						Nodes
					</th>
					<th scope="col" data-number="">
						Records now
					</th>
					<th scope="col">Last 24 h</th>
					<th scope="col" data-number="">
						Dead letters
					</th>
					<th scope="col" data-number="">
						Lag
					</th>
					<th scope="col">Deployed</th>
					<th scope="col">
						<span className="sr-only">Actions</span>
					</th>
				</tr>
			</thead>
			<tbody>
				{flows.map((flow) => {
					const total = flow.records24h.reduce((sum, each) => sum + each, 0);
					const base = `/t/${tenant}/flows/${flow.id}`;
					return (
						<tr key={flow.id} data-link="">
							<td className="max-w-60 2xl:max-w-80">
								<Link
									href={base}
									className="block truncate rounded-input font-medium text-text underline-offset-2 hover:underline"
									title={flow.name}
								>
									{flow.name}
								</Link>
							</td>
							<td>
								<span className="flex items-center gap-1.5">
									{flow.liveVersion === undefined ? (
										<StatusChip status={flow.status} version={undefined} />
									) : (
										<Link href={`${base}/overview`} className="rounded-chip" aria-label={`Overview of ${flow.name}`}>
											<StatusChip status={flow.status} version={flow.liveVersion} />
										</Link>
									)}
									{flow.hasUndeployedChanges && flow.liveVersion !== undefined ? <Chip tone="plain">Changed</Chip> : null}
								</span>
							</td>
							<td className="hidden 2xl:table-cell">
								<KindIcons kinds={flow.nodeKinds} />
							</td>
							<td
								data-number=""
								title={flow.recordsPerSecond === undefined ? UNKNOWN_HELP : `${fullNumber(flow.recordsPerSecond)} records a second`}
							>
								{rate(flow.recordsPerSecond)}
							</td>
							<td>
								<Sparkline values={flow.records24h} label={`${fullNumber(total)} records in the last 24 hours`} />
							</td>
							<td data-number="">
								{flow.deadLetters24h > 0 ? (
									<Link
										href={`/t/${tenant}/dead-letters?flow=${flow.id}`}
										className="rounded-input text-error-text underline underline-offset-2"
									>
										{fullNumber(flow.deadLetters24h)}
									</Link>
								) : (
									"0"
								)}
							</td>
							<td data-number="" title={flow.lagRecords === undefined ? UNKNOWN_HELP : `${fullNumber(flow.lagRecords)} records behind`}>
								{shortNumber(flow.lagRecords)}
							</td>
							<td className="whitespace-nowrap">
								{flow.deployedAt === undefined ? (
									<span className="text-muted">Never</span>
								) : (
									<>
										<Time at={flow.deployedAt} />
										{flow.deployedBy ? <span className="block text-meta text-muted">by {flow.deployedBy}</span> : null}
									</>
								)}
							</td>
							<td>
								<div className="flex justify-end">
									<FlowRowMenu tenant={tenant} flow={flow} onRename={() => onRename(flow)} onRemove={() => onRemove(flow)} />
								</div>
							</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}
