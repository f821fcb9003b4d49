import * as z from "zod";
import { timeSchema } from "./common.ts";
import { jobSchema } from "./flows.ts";
import { stageSumSchema } from "./job.ts";

const nodeMetricsSchema = z.object({
	nodeId: z.string(),
	state: z.enum(["ok", "warn", "failing", "paused", "starting", "draft"]),
	/** Why it is not ok. */
	reason: z.string().optional(),
	inPerSecond: z.number().optional(),
	outPerSecond: z.number().optional(),
	/** Since the job began. */
	totals: z.object({
		in: z.number(),
		out: z.number(),
		filtered: z.number(),
		duplicate: z.number(),
		late: z.number(),
		aggregated: z.number(),
		/** Of the aggregated, what a full state gave up before its time. */
		expired: z.number(),
		dead: z.number(),
		delivered: z.number(),
	}),
	/** Memory that it holds between records, of a node that keeps state. Growth is absent until it means something. */
	held: z.object({ bytes: z.number(), growthPerSecond: z.number().optional() }).optional(),
});

const edgeMetricsSchema = z.object({
	edgeId: z.string(),
	total: z.number(),
	perSecond: z.number().optional(),
	/** How full the queue of this edge is, 0 to 1; only edges that are exchanges. */
	fill: z.number().optional(),
});

/** Where every record went; `difference` is 0 when the sum balances. */
const ledgerSchema = z.object({
	in: z.number(),
	carried: z.number(),
	retried: z.number(),
	made: z.number(),
	copied: z.number(),
	delivered: z.number(),
	aggregated: z.number(),
	filtered: z.number(),
	duplicate: z.number(),
	late: z.number(),
	deadLetter: z.number(),
	unconnected: z.number(),
	inFlight: z.number(),
	waiting: z.number(),
	difference: z.number(),
});

/** Everything known of a flow at one moment; also what the live stream sends once a second under the topic `flow:<id>`. */
export const flowMetricsSchema = z.object({
	at: timeSchema,
	inPerSecond: z.number().optional(),
	outPerSecond: z.number().optional(),
	deadPerSecond: z.number().optional(),
	lagRecords: z.number().optional(),
	watermarkDelayMs: z.number().optional(),
	p50Ms: z.number().optional(),
	p95Ms: z.number().optional(),
	p99Ms: z.number().optional(),
	deadLetters: z.number(),
	/** Memory of all states. `fill`: of what the job may hold in one worker, in the fullest; `fullInMs`: when that is full, if it goes on so. */
	state: z
		.object({
			bytes: z.number(),
			fill: z.number().optional(),
			limitBytes: z.number().optional(),
			fullInMs: z.number().optional(),
		})
		.optional(),
	nodes: z.array(nodeMetricsSchema),
	edges: z.array(edgeMetricsSchema),
	ledger: ledgerSchema.optional(),
});

export const overviewSchema = z.object({
	job: jobSchema.optional(),
	metrics: flowMetricsSchema,
	stages: z.array(stageSumSchema),
	workers: z.number(),
});

export const historyQuery = z.object({ from: z.coerce.number(), to: z.coerce.number() });
/** One point a minute (or more, when the range is long). Absent = nothing was measured then. */
export const historySchema = z.object({
	stepMs: z.number(),
	points: z.array(
		z.object({
			at: timeSchema,
			inPerSecond: z.number().optional(),
			outPerSecond: z.number().optional(),
			deadPerSecond: z.number().optional(),
			latePerSecond: z.number().optional(),
			lagRecords: z.number().optional(),
			watermarkDelayMs: z.number().optional(),
			p50Ms: z.number().optional(),
			p95Ms: z.number().optional(),
			p99Ms: z.number().optional(),
		}),
	),
	deploys: z.array(z.object({ at: timeSchema, version: z.number() })),
});

export type FlowMetrics = z.infer<typeof flowMetricsSchema>;
export type NodeMetrics = z.infer<typeof nodeMetricsSchema>;
export type EdgeMetrics = z.infer<typeof edgeMetricsSchema>;
export type Overview = z.infer<typeof overviewSchema>;
export type History = z.infer<typeof historySchema>;
export type LedgerSums = z.infer<typeof ledgerSchema>;
