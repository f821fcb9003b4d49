import * as z from "zod";

/**
 * Who looks at a job's records, in control Redis: the hash of this name has a field per node or edge id that is looked at,
 * whose value is when looking ends (milliseconds since 1970 UTC). Workers read it once a second and publish samples on the channel of the same name.
 */
export function tapKey(job: string): string {
	return `tap:${job}`;
}

/** At most this many rows a second and target are published. */
export const TAP_ROWS_PER_SECOND = 20;

/** One message on the channel: some of the rows that passed a node or an edge in a worker. */
export const tapSampleSchema = z.object({
	/** Node or edge id. */
	target: z.string(),
	/** How many passed since this worker's message before. */
	seen: z.number(),
	rows: z.array(
		z.object({
			/** Event time. */
			at: z.number(),
			key: z.string(),
			/** JSON text of the row, cut at 4,000 characters. */
			value: z.string(),
			sizeBytes: z.number(),
			/** For a node: before or after it. */
			side: z.enum(["in", "out"]).optional(),
		}),
	),
});

export type TapSample = z.infer<typeof tapSampleSchema>;
