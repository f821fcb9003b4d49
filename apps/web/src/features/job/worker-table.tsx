import type { JobDetail } from "../../client/contract.ts";
import { bytes, fullNumber } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Empty } from "../../ui/states.tsx";
import { JOB } from "./messages.ts";

/** How the tasks are spread over workers, and how near each is to the bound of what the job may hold there. */
export function WorkerTable({ workers }: { readonly workers: JobDetail["workers"] }) {
	if (workers.length === 0) return <Empty title={JOB.noWorkers} />;
	return (
		<ScrollRegion label="Workers and their tasks" className="overflow-x-auto">
			<table className="w-table">
				<thead>
					<tr>
						<th scope="col">Worker</th>
						<th scope="col" data-number="">
							Tasks
						</th>
						<th scope="col" data-number="">
							State in memory
						</th>
						<th scope="col">Of the bound</th>
					</tr>
				</thead>
				<tbody>
					{workers.map(({ name, tasks, stateBytes, stateLimitBytes }) => (
						<tr key={name}>
							<td className="font-mono text-meta whitespace-nowrap">{name}</td>
							<td data-number="">{fullNumber(tasks)}</td>
							<td data-number="">{bytes(stateBytes)}</td>
							<td title={stateLimitBytes === undefined ? undefined : `This job may hold ${bytes(stateLimitBytes)} in a worker`}>
								<Meter
									label={`State of the job in ${name}`}
									fill={stateLimitBytes === undefined ? undefined : stateBytes / stateLimitBytes}
								/>
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</ScrollRegion>
	);
}
