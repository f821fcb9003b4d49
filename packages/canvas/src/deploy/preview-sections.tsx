import { nameOfNode } from "../editor/actions.ts";
import { useSession } from "../editor/context.ts";
import { plural } from "../format.ts";
import { PlanView } from "../plan/plan-view.tsx";
import type { DeployPreview } from "../ports.ts";
import { FieldChanges } from "./field-changes.tsx";
import { Partitions } from "./partitions.tsx";

const STATE_WORDS = { new: "New", kept: "Kept", migrated: "Kept", reset: "Reset" } as const;
const MARKS = { added: "+", removed: "−", changed: "~", moved: "→" } as const;

interface PreviewSectionsProps {
	readonly preview: DeployPreview;
	/** Nodes that are to begin empty although they could go on. */
	readonly fresh: ReadonlySet<string>;
	readonly disabled: boolean;
	onFresh(node: string, isFresh: boolean): void;
	/** Looks again at what a deploy over so many partitions would do. */
	onPartitions(partitions: number): void;
}

/** What changes, what happens to each node's state and to records on their way, and why the flow is cut as it is. */
export function PreviewSections({ preview, fresh, disabled, onFresh, onPartitions }: PreviewSectionsProps) {
	const session = useSession();
	const tasks = preview.plan.reduce((sum, stage) => sum + stage.partitions, 0);
	const changes = preview.changes.filter((change) => change.kind !== "moved");
	return (
		<>
			<section>
				<h3>Changes</h3>
				{changes.length === 0 ? (
					<p className="weir-muted">Nothing but the layout changes.</p>
				) : (
					<ul className="weir-changes">
						{changes.map((change) => (
							<li key={`${change.kind} ${change.what}`} data-kind={change.kind}>
								<b aria-hidden="true">{MARKS[change.kind]}</b>
								<div>
									<span className="weir-hidden">{change.kind}: </span>
									{change.what}
									{change.fields !== undefined && <FieldChanges fields={change.fields} />}
								</div>
							</li>
						))}
					</ul>
				)}
			</section>
			{preview.nodes.length > 0 && (
				<section>
					<h3>State</h3>
					<ul className="weir-states">
						{preview.nodes.map((node) => (
							<li key={node.nodeId} data-state={fresh.has(node.nodeId) ? "reset" : node.state}>
								<span>{node.label}</span>
								<div className="weir-muted">
									<b>{STATE_WORDS[fresh.has(node.nodeId) ? "reset" : node.state]}</b>
									{node.note !== undefined && ` · ${node.note}`}
									{node.mayStartFresh === true && (
										<label>
											<input
												type="checkbox"
												disabled={disabled}
												checked={fresh.has(node.nodeId)}
												onChange={(event) => onFresh(node.nodeId, event.target.checked)}
											/>
											Start fresh<span className="weir-hidden">: {node.label}</span>
										</label>
									)}
								</div>
							</li>
						))}
					</ul>
				</section>
			)}
			{preview.inFlight !== undefined && <p className="weir-muted">{preview.inFlight}</p>}
			<Partitions preview={preview} disabled={disabled} onPartitions={onPartitions} />
			{preview.plan.length > 0 && (
				<details>
					<summary>
						How it will run: {plural(preview.plan.length, "stage")}, {plural(tasks, "task")}
					</summary>
					<PlanView
						stages={preview.plan}
						catalogue={session.catalogue}
						icons={session.icons}
						nameOf={(node) => nameOfNode(session, node)}
					/>
				</details>
			)}
		</>
	);
}
