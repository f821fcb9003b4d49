import type { Flow } from "@weir/flow";
import type { Overview } from "../../client/contract.ts";
import { Chip, type ChipTone } from "../../ui/chip.tsx";
import { exactTime, fullNumber } from "../../ui/format.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Time } from "../../ui/time.tsx";

const STATES = {
	waiting: ["paused", "Waiting"],
	running: ["ok", "Running"],
	done: ["plain", "Done"],
	failed: ["error", "Failed"],
} as const satisfies Record<string, readonly [ChipTone, string]>;

function Watermark({ value }: { readonly value: number | null | "end" | undefined }) {
	if (value === "end") return "at the end";
	if (value === undefined || value === null) return <span className="text-muted">—</span>;
	return (
		<span className="whitespace-nowrap" title={exactTime(value)}>
			{new Date(value).toISOString().slice(0, 19).replace("T", " ")} UTC
		</span>
	);
}

/** The stages with the reason for each cut, and their tasks with checkpoint and lag. */
export function TaskTable({ overview, flow }: { readonly overview: Overview; readonly flow: Flow }) {
	const labels = new Map(flow.nodes.map(({ id, label }) => [id, label]));
	const order = new Map(overview.stages.map(({ id }, index) => [id, index]));
	const tasks = [...overview.tasks].sort((a, b) => (order.get(a.stage) ?? 0) - (order.get(b.stage) ?? 0) || a.partition - b.partition);
	return (
		<>
			<ol className="flex flex-col gap-2 border-b border-hairline p-4">
				{overview.stages.map((stage, index) => (
					<li key={stage.id}>
						<span className="font-medium">
							Stage {index + 1}: {stage.nodes.map((id) => labels.get(id) ?? id).join(" → ")}
						</span>
						<span className="text-muted"> · {stage.partitions} partitions</span>
						{stage.because.map((because) => (
							<span key={because} className="block text-meta text-muted">
								{because}
							</span>
						))}
					</li>
				))}
			</ol>
			<ScrollRegion label="Tasks" className="max-h-100 overflow-y-auto">
				<table className="w-table">
					<thead className="sticky top-0 bg-surface">
						<tr>
							<th scope="col" data-number="">
								Stage
							</th>
							<th scope="col" data-number="">
								Partition
							</th>
							<th scope="col">State</th>
							<th scope="col">Worker</th>
							<th scope="col" data-number="">
								Generation
							</th>
							<th scope="col" data-number="">
								Lag
							</th>
							<th scope="col">Watermark</th>
							<th scope="col">Last commit</th>
						</tr>
					</thead>
					<tbody>
						{tasks.map((task) => {
							const [tone, word] = STATES[task.state];
							return (
								<tr key={`${task.stage}/${task.partition}`}>
									<td data-number="">{(order.get(task.stage) ?? 0) + 1}</td>
									<td data-number="">{task.partition}</td>
									<td>
										<Chip tone={tone}>{word}</Chip>
										{task.failure ? <span className="block max-w-90 py-0.5 text-meta text-error-text">{task.failure.message}</span> : null}
									</td>
									<td className="font-mono text-meta text-muted">{task.worker ?? "—"}</td>
									<td data-number="">{task.generation}</td>
									<td data-number="">{fullNumber(task.lagRecords)}</td>
									<td>
										<Watermark value={task.watermark} />
									</td>
									<td>
										<Time at={task.committedAt} />
									</td>
								</tr>
							);
						})}
					</tbody>
				</table>
			</ScrollRegion>
		</>
	);
}
