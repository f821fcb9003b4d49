import { memo } from "react";

const WIDTH = 44;
const HEIGHT = 14;
const STEPS = 22;

/** The last five minutes in 44 × 14 px. Decorative: the numbers stand beside it. */
export const Sparkline = memo(function Sparkline({ points }: { readonly points: readonly number[] }) {
	if (points.length < 2) return <svg className="weir-spark" width={WIDTH} height={HEIGHT} aria-hidden="true" />;
	return (
		<svg
			className="weir-spark"
			width={WIDTH}
			height={HEIGHT}
			viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
			preserveAspectRatio="none"
			aria-hidden="true"
		>
			<path
				d={sparkPath(points)}
				fill="none"
				strokeWidth="1.5"
				strokeLinejoin="round"
				strokeLinecap="round"
				vectorEffect="non-scaling-stroke"
			/>
		</svg>
	);
});

/** A line through at most 22 means of the points, from the lowest at the bottom to the highest at the top. */
export function sparkPath(points: readonly number[]): string {
	const size = Math.max(1, Math.ceil(points.length / STEPS));
	const means: number[] = [];
	for (let i = 0; i < points.length; i += size) {
		const part = points.slice(i, i + size);
		means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
	}
	const top = Math.max(...means);
	const bottom = Math.min(...means);
	const span = Math.max(top - bottom, top * 0.2, 1e-9);
	const x = (i: number) => (means.length === 1 ? WIDTH : (i / (means.length - 1)) * (WIDTH - 2) + 1);
	const y = (value: number) => HEIGHT - 2 - ((value - bottom) / span) * (HEIGHT - 5);
	return means.map((value, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
}
