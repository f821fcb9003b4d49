import * as z from "zod";
import { timeSchema } from "./common.ts";
import { failureSchema, jobSchema } from "./flows.ts";
import { planSchema } from "./plan.ts";

const taskStateSchema = z.enum(["waiting", "running", "done", "failed"]);

/** The tasks of a stage together. */
export const stageSumSchema = z.object({
	id: z.string(),
	nodes: z.array(z.string()),
	partitions: z.number(),
	tasks: z.object({ waiting: z.number(), running: z.number(), done: z.number(), failed: z.number() }),
	lagRecords: z.number().optional(),
	/** The commit of the task whose last commit is longest ago. */
	oldestCommitAt: timeSchema.optional(),
	storedBytes: z.number().optional(),
});

const taskSchema = z.object({
	stage: z.string(),
	partition: z.number(),
	state: taskStateSchema,
	/** The worker that has it; of a task at rest, the one that had it last. */
	worker: z.string().optional(),
	/** Fencing number: what commits under a smaller one is refused. */
	generation: z.number(),
	/** How often it was taken up after a silence: its worker died, was too slow, or paused after a failure. */
	restarts: z.number(),
	heartbeatAt: timeSchema.optional(),
	lagRecords: z.number().optional(),
	watermark: z.union([z.number(), z.null(), z.literal("end")]).optional(),
	/** Last entry committed, by `<stream>/<partition>`. */
	position: z.record(z.string(), z.string()),
	committedAt: timeSchema.optional(),
	/** What is stored of its states. */
	storedBytes: z.number().optional(),
	/** Memory that the state of each node takes, by node. */
	stateBytes: z.record(z.string(), z.number()),
	/** What of it is on the local disk of the worker, by node. */
	spilledBytes: z.record(z.string(), z.number()).optional(),
	failure: failureSchema.optional(),
});

/** What a job's tasks do at one moment; also the event `job`, once a second under the topic `job:<flowId>`. */
export const jobReportSchema = z.object({
	at: timeSchema,
	job: jobSchema.optional(),
	tasks: z.array(taskSchema),
	workers: z.array(
		z.object({
			name: z.string(),
			tasks: z.number(),
			stateBytes: z.number(),
			/** The most that the states of this job may take in it. */
			stateLimitBytes: z.number().optional(),
		}),
	),
});

export const jobDetailSchema = jobReportSchema.extend({
	/** What keeps the streams. */
	log: z.enum(["redis", "kafka"]),
	plan: planSchema,
});

export type StageSum = z.infer<typeof stageSumSchema>;
export type JobTask = z.infer<typeof taskSchema>;
export type JobReport = z.infer<typeof jobReportSchema>;
export type JobDetail = z.infer<typeof jobDetailSchema>;
