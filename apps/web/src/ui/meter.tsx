import { UNKNOWN } from "./format.ts";

interface MeterProps {
	/** What is measured: "State of the job in worker-1". */
	readonly label: string;
	/** 0 to 1; above it counts as full. */
	readonly fill: number | undefined;
}

/** How full something is: a bar and the figure; amber from 60 %, red from 80 %. */
export function Meter({ label, fill }: MeterProps) {
	if (fill === undefined) return <span className="text-muted">{UNKNOWN}</span>;
	const percent = Math.round(fill * 100);
	const colour = fill >= 0.8 ? "bg-error" : fill >= 0.6 ? "bg-warn" : "bg-accent";
	return (
		<span className="inline-flex items-center gap-2 whitespace-nowrap">
			<meter className="sr-only" aria-label={label} min={0} max={100} value={Math.min(100, percent)} />
			<span className="h-1.5 w-24 overflow-hidden rounded-chip bg-hairline" aria-hidden="true">
				<span className={`block h-full ${colour}`} style={{ width: `${Math.min(100, Math.max(percent, fill > 0 ? 2 : 0))}%` }} />
			</span>
			<span className="tabular-nums">{percent} %</span>
		</span>
	);
}
