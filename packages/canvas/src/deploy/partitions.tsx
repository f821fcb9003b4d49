import type { DeployPreview } from "../ports.ts";

const USUAL = [1, 2, 4, 8, 16, 32, 64];

interface PartitionsProps {
	readonly preview: DeployPreview;
	readonly disabled: boolean;
	onPartitions(partitions: number): void;
}

/** How many tasks share the work behind each regrouping; nothing where records are never regrouped. */
export function Partitions({ preview: { partitions, plan }, disabled, onPartitions }: PartitionsProps) {
	if (partitions === undefined || !plan.some(({ feeds }) => feeds.some(({ kind }) => kind === "stage"))) return null;
	const offered = USUAL.includes(partitions) ? USUAL : [...USUAL, partitions].sort((a, b) => a - b);
	return (
		<section>
			<label className="weir-label" htmlFor="weir-deploy-partitions">
				Partitions where records are regrouped
			</label>
			<select
				id="weir-deploy-partitions"
				className="weir-input"
				aria-describedby="weir-deploy-partitions-help"
				disabled={disabled}
				value={partitions}
				onChange={(event) => onPartitions(Number(event.target.value))}
			>
				{offered.map((number) => (
					<option key={number} value={number}>
						{number}
					</option>
				))}
			</select>
			<p id="weir-deploy-partitions-help" className="weir-muted">
				So many tasks share the work of each stage behind a regrouping. Nodes keep what they hold by key: it moves to the tasks that the
				keys go to.
			</p>
		</section>
	);
}
