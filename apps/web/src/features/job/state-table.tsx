import { growthText } from "@weir/records";
import type { FlowMetrics, JobDetail } from "../../client/contract.ts";
import { bytes, UNKNOWN } from "../../ui/format.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Empty } from "../../ui/states.tsx";
import { KindTile } from "../flows/kind-icons.tsx";
import { JOB } from "./messages.ts";

interface StateTableProps {
	readonly detail: JobDetail;
	readonly metrics: FlowMetrics | undefined;
	nameOf(node: string): string;
}

/** What each node that keeps state holds in memory, over all tasks. */
export function StateTable({ detail, metrics, nameOf }: StateTableProps) {
	const nodes = detail.plan.flatMap((stage) => stage.nodes.filter((node) => node.keepsState));
	if (nodes.length === 0) return <Empty title={JOB.noState} />;
	const sizeOf = (id: string) => detail.tasks.flatMap((task) => task.stateBytes[id] ?? []).reduce((sum, size) => sum + size, 0);
	const onDiskOf = (id: string) => detail.tasks.reduce((sum, task) => sum + (task.spilledBytes?.[id] ?? 0), 0);
	const all = nodes.reduce((sum, { id }) => sum + sizeOf(id), 0);
	return (
		<ScrollRegion label="What each node holds" className="overflow-x-auto">
			<table className="w-table">
				<thead>
					<tr>
						<th scope="col">Node</th>
						<th scope="col" data-number="">
							In memory
						</th>
						<th scope="col" data-number="">
							Share
						</th>
						<th scope="col">Lately</th>
					</tr>
				</thead>
				<tbody>
					{nodes.map(({ id, kind }) => {
						const growth = metrics?.nodes.find(({ nodeId }) => nodeId === id)?.held?.growthPerSecond;
						return (
							<tr key={id}>
								<td>
									<span className="flex items-center gap-2">
										<KindTile kind={kind} sizePx={20} />
										<span className="font-medium whitespace-nowrap">{nameOf(id)}</span>
									</span>
								</td>
								<td data-number="">
									{bytes(sizeOf(id))}
									{onDiskOf(id) === 0 ? null : <span className="block text-muted">and {bytes(onDiskOf(id))} on local disk</span>}
								</td>
								<td data-number="">{all === 0 ? UNKNOWN : `${Math.round((sizeOf(id) / all) * 100)} %`}</td>
								<td className="text-muted">{growth === undefined ? UNKNOWN : growthText(growth)}</td>
							</tr>
						);
					})}
				</tbody>
			</table>
		</ScrollRegion>
	);
}
