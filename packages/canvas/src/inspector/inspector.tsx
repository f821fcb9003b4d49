import type { FlowNode } from "@weir/flow";
import { nameOf } from "@weir/flow";
import type { NodeDefinition } from "@weir/node-kit";
import { type KeyboardEvent, useRef, useState } from "react";
import { rename } from "../editor/actions.ts";
import { useAnalysis, useDocument, useSession, useView } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { ProblemRows } from "../problems/problem-rows.tsx";
import { Tile } from "../ui/icon.tsx";
import type { InspectorTab } from "../view/store.ts";
import { DataTab } from "./data-tab.tsx";
import { MetricsTab } from "./metrics-tab.tsx";
import { OwnForm } from "./own-form.tsx";
import { SchemaForm } from "./schema-form.tsx";

const TABS: readonly (readonly [InspectorTab, string])[] = [
	["configure", "Configure"],
	["data", "Data"],
	["metrics", "Metrics"],
	["problems", "Problems"],
];

/** The right panel: everything about the one selected node. */
export function Inspector({ children }: { readonly children?: React.ReactNode }) {
	const session = useSession();
	const nodes = useView((view) => view.nodes);
	const [only, ...more] = nodes;
	const node = useDocument(({ flow }) => (more.length === 0 ? flow.nodes.find((candidate) => candidate.id === only) : undefined));
	const definition = node === undefined ? undefined : session.catalogue.get(node.kind);
	return (
		<aside className="weir-inspector" id="weir-inspector" aria-label="Inspector" tabIndex={-1} data-open={node !== undefined || undefined}>
			{children}
			{node === undefined ? <NothingSelected count={nodes.size} /> : <NodePanel key={node.id} node={node} definition={definition} />}
		</aside>
	);
}

function NothingSelected({ count }: { readonly count: number }) {
	return (
		<div className="weir-inspector-empty">
			<p className="weir-inspector-empty-title">{count > 1 ? `${count} nodes selected` : "No node selected"}</p>
			<p>
				{count > 1
					? "Drag them together, or press Delete to remove them."
					: "Select a node to see and change its settings. Press / to search for one to add."}
			</p>
		</div>
	);
}

function NodePanel({ node, definition }: { readonly node: FlowNode; readonly definition: NodeDefinition | undefined }) {
	const session = useSession();
	const tab = useView((view) => view.tab);
	const problems = useAnalysis((state) => state.byNode.get(node.id));
	const count = problems?.length ?? 0;
	return (
		<>
			<div className="weir-inspector-head">
				<Tile kind={node.kind} category={definition?.category} />
				<Title node={node} definition={definition} />
			</div>
			<div className="weir-tabs" role="tablist" aria-label="About this node">
				{TABS.map(([id, title]) => (
					<button
						key={id}
						type="button"
						role="tab"
						id={`weir-tab-${id}`}
						aria-selected={tab === id}
						aria-controls="weir-tab-panel"
						tabIndex={tab === id ? 0 : -1}
						onClick={() => session.view.setState({ tab: id })}
						onKeyDown={walkTabs}
					>
						{title}
						{id === "problems" && count > 0 && <span className="weir-count">{count}</span>}
					</button>
				))}
			</div>
			<div className="weir-inspector-body" role="tabpanel" id="weir-tab-panel" aria-labelledby={`weir-tab-${tab}`}>
				{tab === "configure" && <Configure node={node} definition={definition} />}
				{tab === "data" && <DataTab nodeId={node.id} definition={definition} />}
				{tab === "metrics" && <MetricsTab nodeId={node.id} />}
				{tab === "problems" && <ProblemRows problems={problems ?? []} emptyText="Nothing is wrong with this node." />}
			</div>
		</>
	);
}

function Configure({ node, definition }: { readonly node: FlowNode; readonly definition: NodeDefinition | undefined }) {
	const { editors, nodeExtras, docsHref } = useHanded();
	if (definition === undefined) {
		return <p className="weir-muted">This Weir has no node type “{node.kind}”. Its settings are kept as they are.</p>;
	}
	return (
		<>
			{nodeExtras?.(node, definition)}
			{editors?.[definition.kind] === undefined ? (
				<SchemaForm node={node} definition={definition} />
			) : (
				<OwnForm node={node} definition={definition} />
			)}
			{docsHref !== undefined && (
				<p className="weir-muted">
					<a href={docsHref(definition.kind)}>How {definition.title} works</a>
				</p>
			)}
		</>
	);
}

/** The node's name, to be changed in place. */
function Title({ node, definition }: { readonly node: FlowNode; readonly definition: NodeDefinition | undefined }) {
	const session = useSession();
	const shown = definition === undefined ? node.label || node.kind : nameOf(node, definition);
	const [typed, setTyped] = useState<string | undefined>(undefined);
	const input = useRef<HTMLInputElement>(null);
	return (
		<input
			ref={input}
			className="weir-title-input"
			aria-label="Name of the node"
			maxLength={80}
			disabled={!session.canEdit}
			value={typed ?? shown}
			onChange={(event) => setTyped(event.target.value)}
			onBlur={() => {
				if (typed !== undefined && typed.trim() !== shown) rename(session, node.id, typed);
				setTyped(undefined);
			}}
			onKeyDown={(event) => {
				if (event.key === "Enter") input.current?.blur();
				if (event.key === "Escape") setTyped(undefined);
			}}
		/>
	);
}

function walkTabs(event: KeyboardEvent<HTMLButtonElement>): void {
	const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
	if (step === 0) return;
	event.preventDefault();
	const tabs = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLElement>("[role=tab]") ?? [])];
	const next = tabs.at((tabs.indexOf(event.currentTarget) + step) % tabs.length);
	next?.click();
	next?.focus();
}
