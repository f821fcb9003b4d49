import type { NodeDefinition } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import { useAnalysis, useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { openTap } from "../editor/tapping.ts";

/** What the records look like before and after the node, and the way to see some. */
export function DataTab({ nodeId, definition }: { readonly nodeId: string; readonly definition: NodeDefinition | undefined }) {
	const session = useSession();
	const { taps } = useHanded();
	const input = useAnalysis((state) => state.resolution.inputs.get(nodeId));
	const outputs = useAnalysis((state) => state.resolution.outputs.get(nodeId));
	return (
		<div className="weir-form">
			{taps !== undefined && (
				<button type="button" className="weir-button" onClick={() => openTap(session, { kind: "node", id: nodeId })}>
					Look at the records
				</button>
			)}
			{definition !== undefined && definition.inputs.length > 0 && <SchemaTable title="Comes in" schema={input} />}
			{definition?.outputs.map((port) => (
				<SchemaTable key={port.name} title={port.name} schema={outputs?.[port.name]} summary={port.summary} />
			))}
		</div>
	);
}

function SchemaTable({
	title,
	schema,
	summary,
}: {
	readonly title: string;
	readonly schema: RecordSchema | undefined;
	readonly summary?: string;
}) {
	return (
		<section className="weir-schema">
			<h4>{title}</h4>
			{summary !== undefined && <p className="weir-help">{summary}</p>}
			{schema === undefined || schema.fields.length === 0 ? (
				<p className="weir-muted">Not known yet.</p>
			) : (
				<table>
					<tbody>
						{schema.fields.map((field) => (
							<tr key={field.name}>
								<th scope="row" className="weir-mono">
									{field.name}
								</th>
								<td>{field.type}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}
