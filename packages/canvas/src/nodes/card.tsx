import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { EMPTY_FLOW, type FlowNode, nameOf } from "@weir/flow";
import { outputPorts } from "@weir/node-kit";
import { roundSize } from "@weir/records";
import { type Node, type NodeProps, useUpdateNodeInternals } from "@xyflow/react";
import { memo, useEffect, useMemo, useRef } from "react";
import { useShallow } from "zustand/react/shallow";
import { useAnalysis, useDocument, useLive, useSession, useView } from "../editor/context.ts";
import { fullNumber, rate, shortDuration } from "../format.ts";
import { fillWord, heldText } from "../live/held.ts";
import type { LiveState, NodeLive } from "../ports.ts";
import { Tile } from "../ui/icon.tsx";
import { Sparkline } from "../ui/sparkline.tsx";
import { STATE_WORDS, StateIcon } from "../ui/state-icon.tsx";
import { PortDot } from "./port-dot.tsx";
import { cardHeight, portOffsets, portsInUse } from "./port-places.ts";
import { summaryOf } from "./summary.ts";

export type CardNode = Node<{ readonly node: FlowNode }, "card">;

/** A queue this full takes nothing more. */
const FULL = 0.99;

const NO_POINTS: readonly number[] = [];

/** The card of a node: what it is, how it is set, how it does. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
	const { node } = data;
	const { catalogue } = useSession();
	const definition = catalogue.get(node.kind);
	const name = definition === undefined ? node.label || node.kind : nameOf(node, definition);
	const summary = useMemo(() => summaryOf(node, definition), [node, definition]);
	const live = useLive((state) => state.nodes[id]);
	const problems = useAnalysis((state) => state.byNode.get(id)?.length ?? 0);
	const isBroken = useAnalysis((state) => state.byNode.get(id)?.some((problem) => problem.severity === "error") ?? false);
	const outgoing = useDocument(useShallow(({ flow }) => flow.edges.filter((edge) => edge.from.node === id).map((edge) => edge.id)));
	const heldBack = useLive((state) => outgoing.some((edge) => (state.edges[edge]?.fill ?? 0) >= FULL));
	const known = useDocument(({ flow }) => (definition === undefined ? flow : undefined));
	const { inputs, outputs } = useMemo(
		() =>
			definition === undefined
				? portsInUse(known ?? EMPTY_FLOW, id)
				: { inputs: definition.inputs, outputs: outputPorts(definition, node.config) },
		[definition, known, id, node.config],
	);
	const measurePorts = useUpdateNodeInternals();
	const portNames = outputs.map((port) => port.name).join(" ");
	const measured = useRef(portNames);
	// Ports that come and go with the config change no size, which is all that is watched for.
	useEffect(() => {
		if (measured.current === portNames) return;
		measured.current = portNames;
		measurePorts(id);
	}, [measurePorts, id, portNames]);
	const pulsing = useView((view) => view.hovered === id);
	const dimmed = useView((view) => view.connecting !== undefined && !view.connecting.nodes.has(id));
	const state: LiveState = live?.state ?? "draft";
	return (
		<div
			className="weir-card"
			data-state={state}
			data-selected={selected || undefined}
			data-invalid={isBroken || undefined}
			data-dimmed={dimmed || undefined}
			data-pulsing={pulsing || undefined}
			data-category={definition?.category ?? "control"}
			style={{ minHeight: cardHeight(inputs, outputs) }}
		>
			{inputs.map((port, i, all) => (
				<PortDot
					key={port.name}
					nodeId={id}
					nodeName={name}
					port={port}
					side="in"
					offset={portOffsets(all)[i] ?? 0}
					labelled={all.length > 1}
				/>
			))}
			<div className="weir-card-head">
				<Tile kind={node.kind} category={definition?.category} />
				<div className="weir-card-words">
					<div className="weir-card-title" title={name}>
						{name}
					</div>
					<div className="weir-card-subtitle" title={summary}>
						{summary}
					</div>
				</div>
				{problems > 0 && live?.state !== "failing" ? (
					<span className="weir-card-problems" role="img" aria-label={problems === 1 ? "1 problem" : `${problems} problems`}>
						<WarningIcon size={14} aria-hidden="true" />
						{problems}
					</span>
				) : (
					<StateIcon state={state} />
				)}
			</div>
			<CardFoot id={id} live={live} isSource={definition?.role === "source"} heldBack={heldBack} />
			{live?.reason !== undefined && (
				<div className="weir-card-reason" data-tone={state === "warn" ? "warn" : "error"} title={live.reason}>
					<WarningIcon size={13} aria-hidden="true" />
					<span>{live.reason}</span>
				</div>
			)}
			{outputs.map((port, i, all) => (
				<PortDot
					key={port.name}
					nodeId={id}
					nodeName={name}
					port={port}
					side="out"
					offset={portOffsets(all)[i] ?? 0}
					labelled={all.length > 1 && (port.side === true || all.filter((other) => other.side !== true).length > 1)}
				/>
			))}
			<span id={`weir-numbers-${id}`} className="weir-hidden">
				{spokenNumbers(live, state)}
			</span>
		</div>
	);
});

interface FootProps {
	readonly id: string;
	readonly live: NodeLive | undefined;
	readonly isSource: boolean;
	readonly heldBack: boolean;
}

function CardFoot({ id, live, isSource, heldBack }: FootProps) {
	const trail = useLive((state) => state.trail[id]) ?? NO_POINTS;
	const stale = useLive((state) => state.staleSeconds !== undefined);
	const figures = (
		<>
			<span>
				in <b>{rate(isSource ? undefined : live?.inPerSecond)}</b>
			</span>
			<span>
				out <b>{rate(live?.outPerSecond)}</b>
			</span>
		</>
	);
	return (
		<div className="weir-card-foot" data-stale={stale || undefined} title={footTitle(live)}>
			{figures}
			{heldBack ? (
				<span className="weir-held-back">paused upstream</span>
			) : (
				<>
					<HeldBadge live={live} />
					<Sparkline points={trail} />
				</>
			)}
		</div>
	);
}

/** What the node holds in memory; its colour and its word say when that comes near the bound. */
function HeldBadge({ live }: { readonly live: NodeLive | undefined }) {
	if (live?.heldBytes === undefined) return null;
	return (
		<span className="weir-held" data-fill={fillWord(live.heldFill)} data-testid="held">
			{roundSize(live.heldBytes)}
		</span>
	);
}

function footTitle(live: NodeLive | undefined): string {
	if (live === undefined) return "Not running: no numbers yet.";
	const totals = Object.entries(live.totals ?? {}).map(([name, value]) => `${name} ${fullNumber(value)}`);
	const times = [
		live.p50Ms === undefined ? "" : `p50 ${shortDuration(live.p50Ms)}`,
		live.p95Ms === undefined ? "" : `p95 ${shortDuration(live.p95Ms)}`,
		live.lagRecords === undefined ? "" : `lag ${fullNumber(live.lagRecords)} records`,
		live.watermarkDelayMs === undefined ? "" : `watermark ${shortDuration(live.watermarkDelayMs)} behind`,
		heldText(live) ?? "",
	];
	return [...totals, ...times].filter((part) => part !== "").join(" · ");
}

function spokenNumbers(live: NodeLive | undefined, state: LiveState): string {
	if (live === undefined) return STATE_WORDS.draft;
	return [
		STATE_WORDS[state],
		`${fullNumber(live.inPerSecond)} records per second in`,
		`${fullNumber(live.outPerSecond)} out`,
		heldText(live) ?? "",
		live.reason ?? "",
	]
		.filter((part) => part !== "")
		.join(", ");
}
