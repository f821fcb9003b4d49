interface SparklineProps {
	readonly values: readonly number[];
	/** What it shows, in words and figures. */
	readonly label: string;
	readonly tone?: "accent" | "error";
	readonly width?: number;
	readonly height?: number;
}

/** A line as small as a word. */
export function Sparkline({ values, label, tone = "accent", width = 88, height = 20 }: SparklineProps) {
	const top = Math.max(...values, 0);
	if (values.length < 2 || top === 0) {
		return (
			<svg width={width} height={height} role="img" aria-label={label}>
				<line x1="0" x2={width} y1={height - 1.5} y2={height - 1.5} stroke="var(--weir-hairline)" strokeWidth="1.5" />
			</svg>
		);
	}
	const step = width / (values.length - 1);
	const points = values.map((value, index) => `${(index * step).toFixed(1)},${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`);
	return (
		<svg width={width} height={height} role="img" aria-label={label}>
			<polyline
				points={points.join(" ")}
				fill="none"
				stroke={`var(--weir-${tone})`}
				strokeWidth="1.5"
				strokeLinejoin="round"
				strokeLinecap="round"
			/>
		</svg>
	);
}
