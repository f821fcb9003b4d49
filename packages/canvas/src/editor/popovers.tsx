import { outputPorts } from "@weir/node-kit";
import { useEffect, useMemo, useRef } from "react";
import { fitsAfter, inputsFor, outputsFor } from "../connect/rules.ts";
import { badgeOf, choiceOf } from "../palette/choices.tsx";
import { recentKinds } from "../palette/memory.ts";
import { Tile } from "../ui/icon.tsx";
import { type Choice, SearchList } from "../ui/search-list.tsx";
import type { Popover } from "../view/store.ts";
import { addKind, addKindAfter, connect, drawingOf, nameOfNode } from "./actions.ts";
import { useSession, useView } from "./context.ts";
import { useHanded } from "./handed.ts";
import { NodeMenu } from "./node-menu.tsx";

/** The list that opens at a place of the canvas: a next node, a node to connect to, a source or a sink. */
export function Popovers() {
	const session = useSession();
	const popover = useView((view) => view.popover);
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => {
		if (popover === undefined) return;
		const outside = (event: PointerEvent) => {
			if (event.target instanceof Node && box.current?.contains(event.target) === false) session.view.setState({ popover: undefined });
		};
		document.addEventListener("pointerdown", outside, true);
		return () => document.removeEventListener("pointerdown", outside, true);
	}, [popover, session]);
	if (popover === undefined) return null;
	return (
		<div
			ref={box}
			className={popover.kind === "menu" ? "weir-menu weir-context-menu" : "weir-popover"}
			data-testid={popover.kind}
			style={placeOf(popover)}
		>
			<PopoverList popover={popover} />
		</div>
	);
}

/** Where the pointer is, moved so that nothing is cut off. */
function placeOf({ at, kind }: Popover) {
	const [width, height] = kind === "menu" ? [220, 136] : [312, 360];
	return { left: Math.max(8, Math.min(at.x, window.innerWidth - width)), top: Math.max(56, Math.min(at.y, window.innerHeight - height)) };
}

function PopoverList({ popover }: { readonly popover: Popover }) {
	const session = useSession();
	const close = () => {
		session.view.setState({ popover: undefined });
		const back =
			popover.kind === "quick-add"
				? popover.from.node
				: popover.kind === "connect-to" || popover.kind === "menu"
					? popover.node
					: undefined;
		if (back !== undefined) session.canvas.current?.focusNode(back);
	};
	if (popover.kind === "quick-add") return <QuickAdd popover={popover} close={close} />;
	if (popover.kind === "menu") return <NodeMenu node={popover.node} at={popover.at} close={close} />;
	if (popover.kind === "connect-to") return <ConnectTo node={popover.node} close={close} />;
	return <AddRole role={popover.role} close={close} />;
}

function QuickAdd({ popover, close }: { readonly popover: Extract<Popover, { kind: "quick-add" }>; close(): void }) {
	const session = useSession();
	const { connections } = useHanded();
	const choices = useMemo(() => {
		const recent = recentKinds();
		const timesOf = (kind: string) => (recent.includes(kind) ? recent.indexOf(kind) : recent.length);
		return [...session.catalogue.values()]
			.filter((definition) => fitsAfter(definition) && definition.status !== "deprecated")
			.toSorted((a, b) => timesOf(a.kind) - timesOf(b.kind))
			.map((definition) => ({ ...choiceOf(definition, connections), badge: badgeOf(definition, connections) }));
	}, [session, connections]);
	return (
		<SearchList
			label={`Add a node after ${nameOfNode(session, popover.from.node)}`}
			placeholder="Add the next node"
			choices={choices}
			emptyText="No node that fits is called that."
			onClose={close}
			onChoose={(kind) => {
				session.view.setState({ popover: undefined });
				addKindAfter(session, kind, popover.from, popover.place);
				const [added] = session.view.getState().nodes;
				if (added !== undefined) session.canvas.current?.focusNode(added);
			}}
		/>
	);
}

/** Valid ends only, from the first free output of the node, or into its input when it has no output. */
function ConnectTo({ node, close }: { readonly node: string; close(): void }) {
	const session = useSession();
	const { ends, choices } = useMemo(() => {
		const drawing = drawingOf(session);
		const drawn = drawing.flow.nodes.find((candidate) => candidate.id === node);
		const definition = session.catalogue.get(drawn?.kind ?? "");
		const outputs = definition === undefined ? [] : outputPorts(definition, drawn?.config);
		const pairs = [
			...outputs.flatMap((port) =>
				inputsFor(drawing, { node, port: port.name }).map((to) => ({
					from: { node, port: port.name },
					to,
					other: to.node,
					via: port.name,
					isSide: port.side === true,
				})),
			),
			...(outputs.length === 0 ? (definition?.inputs ?? []) : []).flatMap((port) =>
				outputsFor(drawing, { node, port: port.name }).map((from) => ({
					from,
					to: { node, port: port.name },
					other: from.node,
					via: from.port,
					isSide: false,
				})),
			),
		].toSorted((a, b) => Number(a.isSide) - Number(b.isSide));
		const list: Choice[] = pairs.map((pair, i) => {
			const other = drawing.flow.nodes.find((candidate) => candidate.id === pair.other);
			return {
				id: String(i),
				text: nameOfNode(session, pair.other),
				detail: pair.isSide ? `from output ${pair.via}` : pair.other === pair.to.node ? `input ${pair.to.port}` : `output ${pair.via}`,
				icon: <Tile kind={other?.kind ?? ""} category={session.catalogue.get(other?.kind ?? "")?.category} />,
			};
		});
		return { ends: pairs, choices: list };
	}, [session, node]);
	return (
		<SearchList
			label={`Connect ${nameOfNode(session, node)} to`}
			placeholder="Connect to…"
			choices={choices}
			emptyText="No node can take it. Add one first."
			onClose={close}
			onChoose={(id) => {
				const chosen = ends[Number(id)];
				session.view.setState({ popover: undefined });
				if (chosen !== undefined) connect(session, chosen.from, chosen.to);
				session.canvas.current?.focusNode(node);
			}}
		/>
	);
}

function AddRole({ role, close }: { readonly role: "source" | "sink"; close(): void }) {
	const session = useSession();
	const { connections } = useHanded();
	const choices = [...session.catalogue.values()]
		.filter((definition) => definition.role === role)
		.map((definition) => choiceOf(definition, connections));
	return (
		<SearchList
			label={`Add a ${role}`}
			placeholder={`Add a ${role}`}
			choices={choices}
			emptyText={`No ${role} is called that.`}
			onClose={close}
			onChoose={(kind) => {
				session.view.setState({ popover: undefined });
				addKind(session, kind);
				const [added] = session.view.getState().nodes;
				if (added !== undefined) session.canvas.current?.focusNode(added);
			}}
		/>
	);
}
