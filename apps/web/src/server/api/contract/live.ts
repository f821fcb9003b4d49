import * as z from "zod";
import { timeSchema } from "./common.ts";
import { jobSchema } from "./flows.ts";
import { jobReportSchema } from "./job.ts";
import { flowMetricsSchema } from "./metrics.ts";

/**
 * What a tab listens to:
 * - `flow:<flowId>` numbers and state of a flow, once a second
 * - `job:<flowId>` what each task of its job does, once a second
 * - `flows` state and rate of every flow of the tenant, once a second
 * - `tap:<flowId>:node:<nodeId>`, `tap:<flowId>:edge:<edgeId>` samples of records, at most 20 rows a second (`data:read`)
 * - `endpoint:<endpointId>` records received, once a second
 */
const topicSchema = z
	.string()
	.regex(/^(flows|(flow|job):[\w-]+|endpoint:[\w-]+|tap:[\w-]+:(node|edge):[\w-]+)$/, "There is no such topic.");

/** `stream` is the id that the event `hello` told. Topics replace those before. */
export const changeTopicsSchema = z.strictObject({ stream: z.string().max(64), topics: z.array(topicSchema).max(20) });
/** Topics that were refused, each with its reason. */
export const topicsSchema = z.object({
	topics: z.array(z.string()),
	refused: z.array(z.object({ topic: z.string(), code: z.string(), message: z.string() })),
});

/** Event `flow`. */
const flowEventSchema = z.object({ flowId: z.string(), job: jobSchema.optional(), metrics: flowMetricsSchema });
/** Event `job`. */
const jobEventSchema = jobReportSchema.extend({ flowId: z.string() });
/** Event `flows`. */
const flowsEventSchema = z.object({
	at: timeSchema,
	flows: z.array(
		z.object({ id: z.string(), status: z.string(), recordsPerSecond: z.number().optional(), lagRecords: z.number().optional() }),
	),
});
/** Event `tap`. `seen` counts what passed since the event before; rows are a sample of it. */
const tapEventSchema = z.object({
	topic: z.string(),
	seen: z.number(),
	rows: z.array(
		z.object({
			id: z.string(),
			at: timeSchema,
			key: z.string(),
			sizeBytes: z.number(),
			/** JSON text of the record. */
			value: z.string(),
			side: z.enum(["in", "out"]).optional(),
		}),
	),
});
/** Event `endpoint`. */
const endpointEventSchema = z.object({ endpointId: z.string(), records: z.number(), lastRecordAt: timeSchema.optional() });
/** Event `ended`: a topic ends, e.g. a tap after 15 minutes or a right that was taken away. */
const endedEventSchema = z.object({ topic: z.string(), code: z.string(), message: z.string() });

export type LiveTopics = z.infer<typeof topicsSchema>;
export type FlowLiveEvent = z.infer<typeof flowEventSchema>;
export type JobLiveEvent = z.infer<typeof jobEventSchema>;
export type FlowsLiveEvent = z.infer<typeof flowsEventSchema>;
export type TapLiveEvent = z.infer<typeof tapEventSchema>;
export type EndpointLiveEvent = z.infer<typeof endpointEventSchema>;
export type EndedLiveEvent = z.infer<typeof endedEventSchema>;
