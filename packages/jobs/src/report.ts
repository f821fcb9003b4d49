import * as z from "zod";

/** What a worker says about a task after each commit: kept in control Redis, hash `live:<jobId>`, field `<stage>/<partition>`. */
export const taskReportSchema = z.object({
	tenant: z.string(),
	job: z.string(),
	stage: z.string(),
	partition: z.number(),
	generation: z.number(),
	/** Name of the worker process. */
	worker: z.string(),
	/** When it was written: milliseconds since 1970 UTC. */
	at: z.number(),
	/** Cumulative since the job began, as committed. */
	counters: z.record(z.string(), z.number()),
	/** Last entry committed, by `<stream>/<partition>`. */
	position: z.record(z.string(), z.string()),
	/** Records in the task's inputs that are not committed yet. */
	lagRecords: z.number(),
	/** Committed watermark; null = nothing known yet, "end" = the stream has ended. */
	watermark: z.union([z.number(), z.null(), z.literal("end")]),
	/** Bytes of memory that the state of each node takes, by node. */
	stateBytes: z.record(z.string(), z.number()).optional(),
	/** Bytes of it on the local disk of the worker, by node; nodes that have none there are left out. */
	spilledBytes: z.record(z.string(), z.number()).optional(),
	/** Bytes that are stored of the task's states. */
	storedBytes: z.number().optional(),
	/** The most memory that the states of the job may take in the worker that reports. */
	stateLimitBytes: z.number().optional(),
	/** When the task committed last; absent: not since the worker took it up. */
	committedAt: z.number().optional(),
	/** Nothing new came for a while: the task does not hold back the watermark of the stages behind it. */
	isIdle: z.boolean(),
	/** Drained to the end. */
	isDone: z.boolean(),
	/** Why the task pauses, when it does. */
	failure: z.object({ code: z.string(), message: z.string(), node: z.string().optional() }).optional(),
});

export type TaskReport = z.infer<typeof taskReportSchema>;

/** Text of a watermark for a report: JSON knows no infinity. */
export function reportedWatermark(watermark: number): TaskReport["watermark"] {
	if (watermark === Number.POSITIVE_INFINITY) return "end";
	return Number.isFinite(watermark) ? watermark : null;
}

/** Reads a report as stored; undefined when it is not one. */
export function parseTaskReport(text: string): TaskReport | undefined {
	try {
		const parsed = taskReportSchema.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : undefined;
	} catch {
		return undefined;
	}
}

/** Key of the hash of a job's reports, and the field of one task. */
export function liveKey(job: string): string {
	return `live:${job}`;
}

export function liveField(stage: string, partition: number): string {
	return `${stage}/${partition}`;
}
