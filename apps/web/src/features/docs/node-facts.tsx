import "server-only";
import { type NodeDefinition, outputPorts, type Port } from "@weir/node-kit";
import { catalogue } from "@weir/nodes/definitions";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { KindTile } from "../flows/kind-icons.tsx";
import { settingsOf } from "./settings.ts";

const GUARANTEES: Readonly<Record<NodeDefinition["delivery"]["guarantee"], string>> = {
	"at-most-once": "At most once",
	"at-least-once": "At least once",
	"effectively-once": "Effectively once",
};

function Ports({ title, ports }: { readonly title: string; readonly ports: readonly Port[] }) {
	if (ports.length === 0) return null;
	return (
		<>
			<h2 id={title.toLowerCase()}>{title}</h2>
			<ul>
				{ports.map(({ name, summary }) => (
					<li key={name}>
						<code>{name}</code> {summary}
					</li>
				))}
			</ul>
		</>
	);
}

/** What stands at the top of a node's page, from its definition. */
export function NodeHead({ kind }: { readonly kind: string }) {
	const definition = catalogue.get(kind);
	if (!definition) return null;
	return (
		<header className="mb-4 flex items-start gap-3">
			<KindTile kind={kind} sizePx={36} />
			<div>
				<h1 className="mb-0!">{definition.title}</h1>
				<p className="m-0! text-muted">{definition.summary}</p>
			</div>
		</header>
	);
}

/** Ports, settings and promise of a node type, from its definition: they cannot disagree with the product. */
export function NodeFacts({ kind }: { readonly kind: string }) {
	const definition = catalogue.get(kind);
	if (!definition) return null;
	const settings = settingsOf(definition);
	return (
		<section>
			<Ports title="Inputs" ports={definition.inputs} />
			<Ports title="Outputs" ports={outputPorts(definition, definition.config.parse({}))} />
			{settings.length > 0 ? (
				<>
					<h2 id="settings">Settings</h2>
					<ScrollRegion label="Settings" className="w-doc-table">
						<table>
							<thead>
								<tr>
									<th scope="col">Setting</th>
									<th scope="col">Meaning</th>
									<th scope="col">At first</th>
								</tr>
							</thead>
							<tbody>
								{settings.map(({ path, title, help, initial }) => (
									<tr key={path}>
										<td>
											{title}
											<br />
											<code>{path}</code>
										</td>
										<td>{help}</td>
										<td>{initial}</td>
									</tr>
								))}
							</tbody>
						</table>
					</ScrollRegion>
				</>
			) : null}
			<h2 id="delivery-promise">Delivery</h2>
			<p>
				<strong>{GUARANTEES[definition.delivery.guarantee]}.</strong> {definition.delivery.needs}
			</p>
		</section>
	);
}
