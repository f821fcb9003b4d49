export type Pressure = "none" | "warn" | "full";

/** From 60 % a queue is worth a look, from 85 % it is about to hold its sender. */
export function pressureOf(fill: number | undefined): Pressure {
	if (fill === undefined || fill < 0.6) return "none";
	return fill < 0.85 ? "warn" : "full";
}

/** Ten times the rate is 0.6 px wider, up to 4. */
export function edgeWidth(perSecond: number | undefined): number {
	if (perSecond === undefined || perSecond <= 0) return 1.5;
	return Math.min(4, 1.5 + 0.6 * Math.log10(Math.max(1, perSecond)));
}
