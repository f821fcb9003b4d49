"use client";

import { useMemo } from "react";
import { withGaps } from "../../charts/gaps.ts";
import { TimeSeries } from "../../charts/lazy.tsx";
import type { History } from "../../client/contract.ts";
import { useHistory } from "../../client/flows.ts";
import { duration, rate, shortNumber } from "../../ui/format.ts";
import { Empty, Failure, Skeleton } from "../../ui/states.tsx";
import { OVERVIEW } from "./messages.ts";
import { RANGE_MS, type Range } from "./range.ts";

type Field = Exclude<keyof History["points"][number], "at">;

const CHARTS: readonly {
	readonly title: string;
	readonly format: (value: number) => string;
	readonly series: readonly (readonly [Field, string])[];
}[] = [
	{
		title: "Records a second",
		format: rate,
		series: [
			["inPerSecond", "In"],
			["outPerSecond", "Out"],
		],
	},
	{
		title: "Door to commit",
		format: duration,
		series: [
			["p50Ms", "p50"],
			["p95Ms", "p95"],
			["p99Ms", "p99"],
		],
	},
	{ title: "Lag", format: shortNumber, series: [["lagRecords", "Records behind"]] },
	{ title: "Watermark delay", format: duration, series: [["watermarkDelayMs", "Delay"]] },
	{
		title: "Set aside a second",
		format: rate,
		series: [
			["deadPerSecond", "Dead letters"],
			["latePerSecond", "Late"],
		],
	},
];

/** What was measured over time; all charts share one cursor, and deploys are marked. */
export function HistoryCharts({ tenant, flowId, range }: { readonly tenant: string; readonly flowId: string; readonly range: Range }) {
	const history = useHistory(tenant, flowId, RANGE_MS[range]);
	const data = history.data;
	const { times, points } = useMemo(() => withGaps(data?.points ?? [], data?.stepMs ?? 60_000), [data]);

	if (history.isPending) {
		return (
			<div className="grid gap-6 lg:grid-cols-2">
				<Skeleton className="h-47 w-full" />
				<Skeleton className="h-47 w-full" />
			</div>
		);
	}
	if (history.error) return <Failure title={OVERVIEW.historyFailed} error={history.error} onRetry={() => history.refetch()} />;
	if (!data || data.points.length === 0)
		return <Empty title={OVERVIEW.noHistory}>History is written once a minute while the flow runs.</Empty>;
	return (
		<div className="grid gap-x-8 gap-y-6 lg:grid-cols-2">
			{CHARTS.map(({ title, format, series }, index) => (
				<div key={title} className={index === 0 ? "min-w-0 lg:col-span-2" : "min-w-0"}>
					<TimeSeries
						title={title}
						times={times}
						format={format}
						syncKey={`overview-${flowId}`}
						markers={data.deploys.map(({ at, version }) => ({ at, label: `v${version}` }))}
						series={series.map(([field, label]) => ({ label, values: points.map((point) => point?.[field] ?? null) }))}
					/>
				</div>
			))}
		</div>
	);
}
