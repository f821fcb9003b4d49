"use client";

import "uplot/dist/uPlot.min.css";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type uPlot from "uplot";
import { exactTime } from "../ui/format.ts";
import { ScrollRegion } from "../ui/scroll-region.tsx";
import { useColours } from "./colours.ts";

export interface Series {
	readonly label: string;
	/** One per time; null is a gap and stays one. */
	readonly values: readonly (number | null)[];
}

export interface Marker {
	readonly at: number;
	readonly label: string;
}

interface TimeSeriesProps {
	readonly title: string;
	/** Milliseconds since 1970 UTC, ascending. */
	readonly times: readonly number[];
	readonly series: readonly Series[];
	format(value: number): string;
	/** Charts with the same word share one cursor. */
	readonly syncKey?: string;
	readonly markers?: readonly Marker[];
	readonly heightPx?: number;
}

function lastKnown(values: readonly (number | null)[]): number | undefined {
	return values.findLast((value) => value !== null) ?? undefined;
}

/** A chart over time. Its figures stand in the legend, and as a table for who cannot see or point. */
export default function TimeSeries({ title, times, series, format, syncKey, markers = [], heightPx = 160 }: TimeSeriesProps) {
	const hostRef = useRef<HTMLDivElement>(null);
	const plotRef = useRef<uPlot>(undefined);
	const colours = useColours();
	const [hovered, setHovered] = useState<number>();
	const [isTable, setIsTable] = useState(false);
	const tableId = useId();
	const data = useMemo<uPlot.AlignedData>(
		() => [times.map((time) => time / 1000), ...series.map(({ values }) => [...values])],
		[times, series],
	);
	const latest = useRef({ data, format, markers });
	latest.current = { data, format, markers };
	const labels = series.map(({ label }) => label).join("|");

	useEffect(() => {
		const host = hostRef.current;
		if (!host || isTable) return;
		let isGone = false;
		let observer: ResizeObserver | undefined;

		void import("uplot").then(({ default: Plot }) => {
			if (isGone) return;
			const axis = {
				stroke: colours.muted,
				grid: { stroke: colours.hairline, width: 1 },
				ticks: { show: false },
				font: "11px Inter Variable, sans-serif",
			};
			const plot = new Plot(
				{
					width: host.clientWidth,
					height: heightPx,
					padding: [8, 28, 0, 0],
					legend: { show: false },
					cursor: {
						y: false,
						points: { size: 6 },
						...(syncKey ? { sync: { key: syncKey } } : {}),
						drag: { x: false, y: false },
					},
					// A single minute has no stretch of its own; the chart would make one of years up around it.
					scales: {
						x: { range: (_plot, min, max) => (max > min ? [min, max] : [min - 60, max + 60]) },
						y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.15 : 1] },
					},
					axes: [
						{
							...axis,
							size: 24,
							space: 84,
							gap: 4,
							values: [
								[86400, "{DD} {MMM}", null, null, null, null, null, null, 1],
								[3600, "{HH}:{mm}", null, null, null, null, null, null, 1],
								[60, "{HH}:{mm}", null, null, null, null, null, null, 1],
								[1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
							],
						},
						{ ...axis, size: 48, gap: 6, values: (_plot, ticks) => ticks.map((tick) => latest.current.format(tick)) },
					],
					series: [
						{},
						...labels.split("|").map((label, index) => ({
							label,
							stroke: colours.series[index % colours.series.length] ?? colours.muted,
							width: 1.5,
							spanGaps: false,
							points: { show: false },
						})),
					],
					hooks: {
						setCursor: [(self) => setHovered(self.cursor.idx ?? undefined)],
						draw: [
							(self) => {
								const { ctx, bbox } = self;
								for (const { at } of latest.current.markers) {
									const x = self.valToPos(at / 1000, "x", true);
									if (x < bbox.left || x > bbox.left + bbox.width) continue;
									ctx.save();
									ctx.strokeStyle = colours.muted;
									ctx.setLineDash([4, 4]);
									ctx.beginPath();
									ctx.moveTo(x, bbox.top);
									ctx.lineTo(x, bbox.top + bbox.height);
									ctx.stroke();
									ctx.restore();
								}
							},
						],
					},
				},
				latest.current.data,
				host,
			);
			plotRef.current = plot;
			observer = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: heightPx }));
			observer.observe(host);
		});

		return () => {
			isGone = true;
			observer?.disconnect();
			plotRef.current?.destroy();
			plotRef.current = undefined;
		};
	}, [colours, heightPx, isTable, labels, syncKey]);

	useEffect(() => plotRef.current?.setData(data), [data]);

	const shownAt = hovered === undefined ? undefined : times[hovered];
	return (
		<figure className="flex min-w-0 flex-col gap-2">
			<figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
				<span className="font-semibold">{title}</span>
				<span className="flex flex-wrap items-center gap-x-3 text-meta text-muted tabular-nums">
					{shownAt === undefined ? null : <span>{new Date(shownAt).toLocaleTimeString("en-GB")}</span>}
					{series.map(({ label, values }, index) => {
						const value = hovered === undefined ? lastKnown(values) : (values[hovered] ?? undefined);
						return (
							<span key={label} className="inline-flex items-center gap-1.5">
								<span
									className="h-0.5 w-3 rounded-chip"
									style={{ background: colours.series[index % colours.series.length] }}
									aria-hidden="true"
								/>
								{label} <span className="font-medium text-text">{value === undefined ? "—" : format(value)}</span>
							</span>
						);
					})}
					<button
						type="button"
						className="min-h-6 rounded-input px-1 font-medium text-accent-text"
						aria-expanded={isTable}
						aria-controls={tableId}
						onClick={() => setIsTable(!isTable)}
					>
						{isTable ? "Chart" : "Table"}
						<span className="sr-only"> of {title}</span>
					</button>
				</span>
			</figcaption>
			{isTable ? (
				<ScrollRegion id={tableId} className="overflow-y-auto" style={{ height: heightPx }} label={`${title} as a table`}>
					<table className="w-table">
						<thead>
							<tr>
								<th scope="col">Time</th>
								{series.map(({ label }) => (
									<th key={label} scope="col" data-number="">
										{label}
									</th>
								))}
							</tr>
						</thead>
						<tbody>
							{times.map((time, row) => (
								<tr key={time}>
									<td>{exactTime(time)}</td>
									{series.map(({ label, values }) => (
										<td key={label} data-number="">
											{values[row] === null || values[row] === undefined ? "—" : format(values[row])}
										</td>
									))}
								</tr>
							))}
						</tbody>
					</table>
				</ScrollRegion>
			) : (
				<div id={tableId} ref={hostRef} style={{ height: heightPx }} aria-hidden="true" />
			)}
		</figure>
	);
}
