import { type NodeDefinition, outputPorts } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import { useAnalysis, useDocument, useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { openTap } from "../editor/tapping.ts";

/** What the records look like before and after the node, and the way to see some. */
export function DataTab({ nodeId, definition }: { readonly nodeId: string; readonly definition: NodeDefinition | undefined }) {
	const session = useSession();
	const { taps } = useHanded();
	const inputs = useAnalysis((state) => state.resolution.inputPorts.get(nodeId));
	const config = useDocument(({ flow }) => flow.nodes.find((node) => node.id === nodeId)?.config);
	const ports = definition === undefined ? [] : outputPorts(definition, config);
	const outputs = useAnalysis((state) => state.resolution.outputs.get(nodeId));
	return (
		<div className="weir-form">
			{taps !== undefined && (
				<button type="button" className="weir-button" onClick={() => openTap(session, { kind: "node", id: nodeId })}>
					Look at the records
				</button>
			)}
			{definition?.inputs.map((port, _i, all) => (
				<SchemaTable key={port.name} title={all.length > 1 ? `Comes in at ${port.name}` : "Comes in"} schema={inputs?.[port.name]} />
			))}
			{ports.map((port) => (
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
