import { EyeIcon } from "@phosphor-icons/react/dist/csr/Eye";
import type { FlowEdge } from "@weir/flow";
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { useAnalysis, useLive, useSession, useView } from "../editor/context.ts";
import { openTap } from "../editor/tapping.ts";
import { fullNumber, rate, shortDuration } from "../format.ts";
import { edgeWidth, type Pressure, pressureOf } from "../live/pressure.ts";
import type { EdgeLive } from "../ports.ts";

export type LineEdge = Edge<{ readonly edge: FlowEdge; readonly isSide: boolean }, "line">;

/** An edge: its width says how much flows, its colour how full its queue is; pressure is also told by dashes, a bar and a figure. */
export const FlowLine = memo(function FlowLine(props: EdgeProps<LineEdge>) {
	const { id, data, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected } = props;
	const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
	const live = useLive((state) => state.edges[id]);
	const stale = useLive((state) => state.staleSeconds !== undefined);
	const moving = useLive((state) => state.moving.has(id));
	const dimmed = useView((view) => view.highlight !== undefined && !view.highlight.has(id));
	const schema = useAnalysis((state) =>
		data === undefined
			? undefined
			: state.resolution.outputs
					.get(data.edge.from.node)
					?.[data.edge.from.port]?.fields.map((field) => field.name)
					.join(","),
	);
	const broken = useAnalysis((state) => state.byEdge.has(id));
	const pressure = pressureOf(live?.fill);
	const flowing = (live?.perSecond ?? 0) > 0;
	const width = pressure === "full" ? 4 : pressure === "warn" ? 3.5 : edgeWidth(live?.perSecond);
	return (
		<g
			className="weir-line"
			data-rate={live?.perSecond === undefined ? "" : Math.round(live.perSecond * 10) / 10}
			data-pressure={pressure}
			data-flowing={flowing || undefined}
			data-side={data?.isSide || undefined}
			data-selected={selected || undefined}
			data-dimmed={dimmed || undefined}
			data-stale={stale || undefined}
			data-broken={broken || undefined}
			data-edge-schema={schema}
			style={{ "--weir-line-width": `${width + (selected ? 1 : 0)}px` } as React.CSSProperties}
		>
			<BaseEdge path={path} interactionWidth={40} className="weir-line-path" />
			{moving && <path d={path} className="weir-line-motion" fill="none" />}
			<EdgeLabelRenderer>
				<LinePill id={id} x={labelX} y={labelY} live={live} pressure={pressure} dimmed={dimmed} stale={stale} />
			</EdgeLabelRenderer>
		</g>
	);
});

interface PillProps {
	readonly id: string;
	readonly x: number;
	readonly y: number;
	readonly live: EdgeLive | undefined;
	readonly pressure: Pressure;
	readonly dimmed: boolean;
	readonly stale: boolean;
}

function LinePill({ id, x, y, live, pressure, dimmed, stale }: PillProps) {
	const session = useSession();
	const hovered = useView((view) => view.hovered === id);
	if (live?.perSecond === undefined && !hovered) return null;
	const percent = Math.round((live?.fill ?? 0) * 100);
	return (
		<button
			type="button"
			tabIndex={-1}
			className="weir-pill nodrag nopan"
			data-pressure={pressure}
			data-dimmed={dimmed || undefined}
			data-stale={stale || undefined}
			style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -50%) scale(var(--weir-pill-own-scale))` }}
			title={pillTitle(live)}
			aria-label={`${rate(live?.perSecond)}${pressure === "none" ? "" : `, queue ${percent} % full`}. Look at the records`}
			onMouseEnter={() => session.view.setState({ hovered: id })}
			onMouseLeave={() => session.view.setState({ hovered: undefined })}
			onClick={() => openTap(session, { kind: "edge", id })}
		>
			<span>{rate(live?.perSecond)}</span>
			{pressure !== "none" && (
				<>
					<span className="weir-pill-bar" aria-hidden="true">
						<i style={{ width: `${percent}%` }} />
					</span>
					<span>{percent}%</span>
				</>
			)}
			{hovered && <EyeIcon size={12} aria-hidden="true" />}
		</button>
	);
}

function pillTitle(live: EdgeLive | undefined): string {
	return [
		live?.perSecond === undefined ? "Nothing is known of this edge yet" : `${fullNumber(live.perSecond)} records per second`,
		live?.total === undefined ? "" : `${fullNumber(live.total)} records in all`,
		live?.secondsToFull === undefined ? "" : `full in ${shortDuration(live.secondsToFull * 1_000)}`,
	]
		.filter((part) => part !== "")
		.join(" · ");
}
