import type { FlowMetrics } from "../../client/contract.ts";
import { duration, fullNumber, rate, shortNumber } from "../../ui/format.ts";

interface Figure {
	readonly label: string;
	readonly value: string;
	readonly help: string;
	readonly tone?: "error" | "warn";
}

function figuresOf(metrics: FlowMetrics): readonly Figure[] {
	return [
		{ label: "In", value: rate(metrics.inPerSecond), help: "Records read from the doors, a second" },
		{ label: "Out", value: rate(metrics.outPerSecond), help: "Records delivered by the sinks, a second" },
		{ label: "p50", value: duration(metrics.p50Ms), help: "Half of the records took less than this from the door to the commit" },
		{ label: "p95", value: duration(metrics.p95Ms), help: "95 of 100 records took less than this from the door to the commit" },
		{ label: "p99", value: duration(metrics.p99Ms), help: "99 of 100 records took less than this from the door to the commit" },
		{
			label: "Lag",
			value: shortNumber(metrics.lagRecords),
			help: `${fullNumber(metrics.lagRecords)} records are in the log and not yet worked on`,
		},
		{ label: "Watermark delay", value: duration(metrics.watermarkDelayMs), help: "How far event time is behind the clock" },
		{
			label: "Dead letters",
			value: shortNumber(metrics.deadLetters),
			help: `${fullNumber(metrics.deadLetters)} records set aside`,
			...(metrics.deadLetters > 0 ? { tone: "error" as const } : {}),
		},
	];
}

/** The figures one looks at first. */
export function GoldenNumbers({ metrics }: { readonly metrics: FlowMetrics }) {
	return (
		<dl className="w-card grid grid-cols-2 overflow-hidden sm:grid-cols-4 xl:grid-cols-8" aria-label="Key figures">
			{figuresOf(metrics).map(({ label, value, help, tone }) => (
				<div key={label} className="-mb-px -ml-px border-b border-l border-hairline px-3 py-3" title={help}>
					<dt className="truncate text-meta text-muted">{label}</dt>
					<dd className={`text-title font-semibold whitespace-nowrap tabular-nums ${tone === "error" ? "text-error-text" : ""}`}>
						{value}
					</dd>
				</div>
			))}
		</dl>
	);
}
