import { growthText, roundSize } from "@weir/records";
import { useLive } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { fullNumber, rate, shortDuration } from "../format.ts";

/** The numbers of a node in full. */
export function MetricsTab({ nodeId }: { readonly nodeId: string }) {
	const { deadLettersHref } = useHanded();
	const live = useLive((state) => state.nodes[nodeId]);
	if (live === undefined)
		return <p className="weir-muted">This node is not running, so there are no numbers yet. Deploy the flow to see some.</p>;
	const { totals = {} } = live;
	const rows: readonly (readonly [string, string | undefined])[] = [
		["In", rate(live.inPerSecond)],
		["Out", rate(live.outPerSecond)],
		["Half are done within (p50)", live.p50Ms === undefined ? undefined : shortDuration(live.p50Ms)],
		["95 % are done within (p95)", live.p95Ms === undefined ? undefined : shortDuration(live.p95Ms)],
		["Records waiting", live.lagRecords === undefined ? undefined : fullNumber(live.lagRecords)],
		["Watermark behind", live.watermarkDelayMs === undefined ? undefined : shortDuration(live.watermarkDelayMs)],
		["Holds in memory", live.heldBytes === undefined ? undefined : roundSize(live.heldBytes)],
		["Lately", live.heldGrowth === undefined ? undefined : growthText(live.heldGrowth)],
		[
			"Of the flow's bound in a worker, with the other nodes",
			live.heldFill === undefined ? undefined : `${Math.round(live.heldFill * 100)} %`,
		],
		// What never happens at this kind of node would only be noise.
		...Object.entries(totals).map(
			([name, value]) => [totalName(name), value > 0 || name === "in" || name === "out" ? fullNumber(value) : undefined] as const,
		),
	];
	return (
		<>
			<dl className="weir-numbers">
				{rows.map(([name, value]) =>
					value === undefined ? null : (
						<div key={name}>
							<dt>{name}</dt>
							<dd>{value}</dd>
						</div>
					),
				)}
			</dl>
			{(totals.dead ?? 0) > 0 && deadLettersHref !== undefined && (
				<a className="weir-link" href={deadLettersHref(nodeId)}>
					See its dead letters
				</a>
			)}
		</>
	);
}

function totalName(name: string): string {
	const word = name === "dead" ? "Dead letters" : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
	return `${word}, in all`;
}
