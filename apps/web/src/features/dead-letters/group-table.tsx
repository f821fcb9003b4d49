import { Sparkline } from "../../charts/sparkline.tsx";
import type { DeadLetterGroup } from "../../client/contract.ts";
import { fullNumber } from "../../ui/format.ts";
import { Time } from "../../ui/time.tsx";

interface GroupTableProps {
	readonly groups: readonly DeadLetterGroup[];
	readonly open: DeadLetterGroup | undefined;
	onOpen(group: DeadLetterGroup): void;
}

/** One row per flow, node and reason. */
export function GroupTable({ groups, open, onOpen }: GroupTableProps) {
	return (
		<table className="w-table">
			<thead>
				<tr>
					<th scope="col">Flow</th>
					<th scope="col">Node</th>
					<th scope="col">Reason</th>
					<th scope="col" data-number="">
						Records
					</th>
					<th scope="col">Last 24 h</th>
					<th scope="col">First</th>
					<th scope="col">Last</th>
				</tr>
			</thead>
			<tbody>
				{groups.map((group) => (
					<tr
						key={`${group.flowId}/${group.node}/${group.code}/${group.replay}`}
						data-link=""
						className={group === open ? "bg-accent-soft" : undefined}
					>
						<td className="font-medium whitespace-nowrap">
							{group.flowName}
							{group.replay === undefined ? null : <span className="block text-label font-normal text-muted">Replay {group.replay}</span>}
						</td>
						<td className="whitespace-nowrap">{group.nodeLabel}</td>
						<td className="max-w-120">
							<button
								type="button"
								className="block w-full rounded-input py-1 text-left"
								aria-expanded={group === open}
								onClick={() => onOpen(group)}
							>
								<span className="block truncate text-accent-text">{group.reason}</span>
								<span className="block font-mono text-label text-muted">{group.code}</span>
							</button>
						</td>
						<td data-number="">
							{fullNumber(group.count)}
							{group.retrying > 0 ? (
								<span className="block text-label text-muted" role="status">
									{fullNumber(group.retrying)} being tried again
								</span>
							) : null}
						</td>
						<td>
							<Sparkline
								values={group.trend}
								tone="error"
								label={`${fullNumber(group.trend.reduce((sum, each) => sum + each, 0))} in the last 24 hours`}
							/>
						</td>
						<td>
							<Time at={group.firstAt} />
						</td>
						<td>
							<Time at={group.lastAt} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
