import type { Flow } from "@weir/flow";
import { useSession, useView } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import type { FlowTemplate } from "../ports.ts";
import { Dialog } from "../ui/dialog.tsx";
import { selectNodes } from "../view/store.ts";

/** Ready flows with a picture and what they need. */
export function TemplateGallery() {
	const session = useSession();
	const open = useView((view) => view.templatesOpen);
	const { templates = [], onTryTemplate } = useHanded();
	if (!open) return null;
	const close = () => session.view.setState({ templatesOpen: false });
	const use = (template: FlowTemplate) => {
		session.documents.getState().change(() => template.flow, { label: `start from ${template.title}` });
		selectNodes(session.view, []);
		close();
		requestAnimationFrame(() => requestAnimationFrame(() => session.canvas.current?.fit()));
	};
	return (
		<Dialog title="Start from a template" onClose={close} width="wide">
			<ul className="weir-templates">
				{templates.map((template) => (
					<li key={template.id} data-template={template.id}>
						<TemplatePicture flow={template.flow} />
						<h3>{template.title}</h3>
						<p>{template.summary}</p>
						<p className="weir-muted">{template.needs}</p>
						<div className="weir-dialog-actions">
							{onTryTemplate !== undefined && (
								<button
									type="button"
									className="weir-button primary"
									onClick={() => {
										use(template);
										onTryTemplate(template);
									}}
								>
									Try with simulated data
								</button>
							)}
							<button type="button" className="weir-button" onClick={() => use(template)}>
								Use it
							</button>
						</div>
					</li>
				))}
			</ul>
		</Dialog>
	);
}

/** A flow in small: its cards as coloured blocks and its edges as lines. */
function TemplatePicture({ flow }: { readonly flow: Flow }) {
	const { catalogue } = useSession();
	const xs = flow.nodes.map((node) => node.position.x);
	const ys = flow.nodes.map((node) => node.position.y);
	const left = Math.min(...xs) - 40;
	const top = Math.min(...ys) - 40;
	const width = Math.max(...xs) - left + 280;
	const height = Math.max(...ys) - top + 116;
	const placeOf = (id: string) => flow.nodes.find((node) => node.id === id)?.position ?? { x: 0, y: 0 };
	return (
		<svg className="weir-picture" viewBox={`${left} ${top} ${width} ${height}`} aria-hidden="true">
			{flow.edges.map((edge) => {
				const from = placeOf(edge.from.node);
				const to = placeOf(edge.to.node);
				return (
					<path
						key={edge.id}
						d={`M${from.x + 240} ${from.y + 38} C${from.x + 310} ${from.y + 38} ${to.x - 70} ${to.y + 38} ${to.x} ${to.y + 38}`}
					/>
				);
			})}
			{flow.nodes.map((node) => (
				<rect
					key={node.id}
					x={node.position.x}
					y={node.position.y}
					width={240}
					height={76}
					rx={14}
					data-category={catalogue.get(node.kind)?.category ?? "control"}
				/>
			))}
		</svg>
	);
}
