/** Puts an empty point where measurements are missing, so that a chart shows a gap and not a line across it. */
export function withGaps<Point extends { readonly at: number }>(
	measured: readonly Point[],
	stepMs: number,
): { readonly times: readonly number[]; readonly points: readonly (Point | undefined)[] } {
	const times: number[] = [];
	const points: (Point | undefined)[] = [];
	for (const point of measured) {
		const last = times.at(-1);
		if (last !== undefined && point.at - last > stepMs * 1.5) {
			times.push(last + stepMs);
			points.push(undefined);
		}
		times.push(point.at);
		points.push(point);
	}
	return { times, points };
}
