import type { Overview } from "../../client/contract.ts";
import { Chip } from "../../ui/chip.tsx";
import { bytes, fullNumber } from "../../ui/format.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Time } from "../../ui/time.tsx";

/** How each stage of the job does, all its tasks together; the job's own page has them one by one. */
export function StageSummary({ stages, nameOf }: { readonly stages: Overview["stages"]; nameOf(node: string): string }) {
	return (
		<ScrollRegion label="Stages of the job" className="overflow-x-auto">
			<table className="w-table">
				<thead>
					<tr>
						<th scope="col">Stage</th>
						<th scope="col">Tasks</th>
						<th scope="col" data-number="">
							Lag
						</th>
						<th scope="col" data-number="">
							Checkpoints
						</th>
						<th scope="col">Oldest commit</th>
					</tr>
				</thead>
				<tbody>
					{stages.map((stage, i) => (
						<tr key={stage.id}>
							<td>
								<span className="font-medium">Stage {i + 1}</span>
								<span className="block text-muted">{stage.nodes.map(nameOf).join(" → ")}</span>
							</td>
							<td>
								<Tasks tasks={stage.tasks} all={stage.partitions} />
							</td>
							<td data-number="">{fullNumber(stage.lagRecords)}</td>
							<td data-number="">{bytes(stage.storedBytes)}</td>
							<td>
								<Time at={stage.oldestCommitAt} />
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</ScrollRegion>
	);
}

function Tasks({ tasks, all }: { readonly tasks: Overview["stages"][number]["tasks"]; readonly all: number }) {
	if (tasks.failed > 0) return <Chip tone="error">{`${tasks.failed} of ${all} failed`}</Chip>;
	if (tasks.done === all) return <Chip tone="plain">{`${all} done`}</Chip>;
	return <Chip tone={tasks.running === all ? "ok" : "plain"}>{`${tasks.running} of ${all} running`}</Chip>;
}
