import type { DeployPreview } from "../ports.ts";

const STATE_WORDS = { new: "starts empty", kept: "state kept", migrated: "state migrated", reset: "state is reset" } as const;
const MARKS = { added: "+", removed: "−", changed: "~", moved: "→" } as const;

/** What changes, what happens to each node's state and to records on their way, and why the flow is cut as it is. */
export function PreviewSections({ preview }: { readonly preview: DeployPreview }) {
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
								<span>
									<span className="weir-hidden">{change.kind}: </span>
									{change.what}
								</span>
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
							<li key={node.nodeId} data-state={node.state}>
								<span>{node.label}</span>
								<span className="weir-muted">{node.note ?? STATE_WORDS[node.state]}</span>
							</li>
						))}
					</ul>
				</section>
			)}
			{preview.inFlight !== undefined && <p className="weir-muted">{preview.inFlight}</p>}
			{preview.because.length > 0 && (
				<details>
					<summary>How it will run</summary>
					<ul>
						{preview.because.map((text) => (
							<li key={text}>{text}</li>
						))}
					</ul>
				</details>
			)}
		</>
	);
}
