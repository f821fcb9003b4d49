import { useLive } from "../editor/context.ts";
import { fullNumber, rate, shortDuration } from "../format.ts";

/** The numbers of a node in full. */
export function MetricsTab({ nodeId }: { readonly nodeId: string }) {
	const live = useLive((state) => state.nodes[nodeId]);
	if (live === undefined)
		return <p className="weir-muted">This node is not running, so there are no numbers yet. Deploy the flow to see some.</p>;
	const rows: readonly (readonly [string, string])[] = [
		["In", rate(live.inPerSecond)],
		["Out", rate(live.outPerSecond)],
		["Half are done within (p50)", shortDuration(live.p50Ms)],
		["95 % are done within (p95)", shortDuration(live.p95Ms)],
		["Records waiting", live.lagRecords === undefined ? "—" : fullNumber(live.lagRecords)],
		["Watermark behind", shortDuration(live.watermarkDelayMs)],
		...Object.entries(live.totals ?? {}).map(
			([name, value]) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}, in all`, fullNumber(value)] as const,
		),
	];
	return (
		<dl className="weir-numbers">
			{rows.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}
