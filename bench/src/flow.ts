/** The reference flow: dedup by (deviceId, seq) within 60 s → temperature > 20 → 10 s windows by device with 2 s for late records. */
export const FLOW = {
	dedup: { keys: ["deviceId", "seq"], horizonMs: 60_000 },
	filter: { condition: "temperature > 20" },
	window: {
		sizeMs: 10_000,
		groupBy: ["deviceId"],
		aggregates: [
			{ function: "avg" as const, field: "temperature", as: "average" },
			{ function: "max" as const, field: "temperature", as: "greatest" },
			{ function: "count" as const, field: "", as: "records" },
		],
		allowedLatenessMs: 2_000,
	},
} as const;

/** What a run gave: all runs must give the same. */
export interface FlowResult {
	readonly rows: number;
	/** Order of the rows counts: each value is weighed with its row's number. */
	readonly checksum: number;
}

/** Adds result rows up. */
export class Checksum implements FlowResult {
	rows = 0;
	checksum = 0;

	add(windowStart: number, average: number, greatest: number, records: number): void {
		this.rows += 1;
		this.checksum += (average + greatest * 3 + records * 5 + (windowStart % 3_600_000) / 1_000) * (1 + (this.rows % 7));
	}
}
