import { flowSchema, nodeIdSchema } from "@weir/flow";
import * as z from "zod";
import { idParams, problemSchema, refusalSchema, timeSchema } from "./common.ts";
import { planSchema } from "./plan.ts";

export const failureSchema = z.object({ code: z.string(), message: z.string(), node: z.string().optional() });

export const jobSchema = z.object({
	id: z.string(),
	version: z.number(),
	wanted: z.enum(["running", "drained", "stopped"]),
	state: z.enum(["created", "scheduling", "running", "rescaling", "recovering", "stopping", "stopped", "failed", "finished"]),
	/** Stopped by a person who means to go on. */
	paused: z.boolean(),
	/** Computed, never a state. */
	health: z.enum(["ok", "lagging", "degraded"]),
	/** Why it failed, or why a part of it pauses. */
	failure: failureSchema.optional(),
	createdAt: timeSchema,
});

/** What the chip says of a flow: one word, computed by the server. */
const flowStatusSchema = z.enum(["draft", "starting", "live", "degraded", "paused", "draining", "stopped", "finished", "failed"]);

export const flowSummarySchema = z.object({
	id: z.string(),
	name: z.string(),
	template: z.string().optional(),
	status: flowStatusSchema,
	/** Version that is deployed. */
	liveVersion: z.number().optional(),
	/** The draft's content differs from the deployed version. */
	hasUndeployedChanges: z.boolean(),
	job: jobSchema.optional(),
	/** Records read from the doors per second, now; absent = unknown, never 0 instead. */
	recordsPerSecond: z.number().optional(),
	/** One number per hour of the last 24, oldest first. */
	records24h: z.array(z.number()),
	deadLetters24h: z.number(),
	lagRecords: z.number().optional(),
	nodeKinds: z.array(z.string()),
	createdAt: timeSchema,
	updatedAt: timeSchema,
	deployedAt: timeSchema.optional(),
	deployedBy: z.string().optional(),
});

const draftSchema = z.object({ rev: z.number(), layoutRev: z.number(), flow: flowSchema, savedAt: timeSchema });

export const flowDetailSchema = flowSummarySchema.extend({
	draft: draftSchema,
	simulation: z.object({ startedAt: timeSchema, endsAt: timeSchema }).optional(),
});

export const newFlowSchema = z.strictObject({
	name: z.string().trim().min(1, "Give the flow a name.").max(80),
	/** Id of a template; its drawing becomes the draft. */
	template: z.string().optional(),
	/** A drawing to start from: a copy of another flow. */
	flow: flowSchema.optional(),
});

export const renameFlowSchema = z.strictObject({ name: z.string().trim().min(1, "Give the flow a name.").max(80) });

export const saveDraftSchema = z.strictObject({ baseRev: z.int(), baseLayoutRev: z.int(), flow: flowSchema });
export const savedDraftSchema = z.object({ rev: z.number(), layoutRev: z.number(), savedAt: timeSchema });
/** 409: somebody else saved in between. */
export const draftConflictSchema = draftSchema.extend(refusalSchema.shape);

export const versionSchema = z.object({
	number: z.number(),
	note: z.string(),
	contentHash: z.string(),
	createdAt: timeSchema,
	createdBy: z.string().optional(),
	isLive: z.boolean(),
});
export const versionDetailSchema = versionSchema.extend({ flow: flowSchema });
export const versionParams = idParams.extend({ n: z.coerce.number().int().min(1).max(2_147_483_647) });

/** A value as the form shows it; code is set in letters of one width. */
const valueTextSchema = z.object({ text: z.string(), isCode: z.boolean() });

/** What a deploy of the saved draft would do. */
export const deployPreviewSchema = z.object({
	rev: z.number(),
	problems: z.array(problemSchema),
	changes: z.array(
		z.object({
			kind: z.enum(["added", "removed", "changed", "moved"]),
			/** The node or line, as people call it. */
			what: z.string(),
			nodeId: z.string().optional(),
			/** Of a changed node: its settings in the words of the form. */
			fields: z.array(z.object({ label: z.string(), before: valueTextSchema.optional(), after: valueTextSchema.optional() })).optional(),
		}),
	),
	/** How it will run; empty while a problem is in the way. */
	plan: planSchema,
	nodes: z.array(
		z.object({
			nodeId: z.string(),
			label: z.string(),
			state: z.enum(["new", "kept", "migrated", "reset"]),
			note: z.string().optional(),
			/** It could go on with what it holds: name it in `fresh` of the deploy to have it begin empty. */
			mayStartFresh: z.boolean(),
		}),
	),
	/** What becomes of records that are on their way. */
	inFlight: z.string().optional(),
	/** Partitions behind each regrouping of records: as asked for, else as they run, else as is usual. */
	partitions: z.number(),
});

/** So many tasks run each stage that gets its records regrouped by key. */
const partitionsSchema = z.int().min(1, "There has to be a partition.").max(64, "More than 64 partitions are not offered.");

export const deployPreviewQuery = z.object({ partitions: z.coerce.number().pipe(partitionsSchema).optional() });

export const deploySchema = z.strictObject({
	rev: z.int(),
	note: z.string().max(500).default(""),
	/** Nodes that begin empty although they could go on with what they hold. */
	fresh: z.array(nodeIdSchema).max(500).default([]),
	/** Partitions behind each regrouping of records; absent: as they run, else as is usual. Nodes keep what they hold by key. */
	partitions: partitionsSchema.optional(),
});
export const deployedSchema = z.object({
	version: z.number(),
	jobId: z.string(),
	/** False: this content was live already, nothing changed. */
	changed: z.boolean(),
});

const flowActionSchema = z.enum(["pause", "resume", "drain", "stop"]);
export const actionParams = idParams.extend({ action: flowActionSchema });

export const eventSchema = z.object({
	id: z.string(),
	at: timeSchema,
	kind: z.string(),
	text: z.string(),
	detail: z.record(z.string(), z.unknown()),
});
export const eventsQuery = z.object({ before: z.string().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

export const templateSchema = z.object({
	id: z.string(),
	title: z.string(),
	summary: z.string(),
	/** What it needs, one sentence. */
	needs: z.string(),
	flow: flowSchema,
});

export type Job = z.infer<typeof jobSchema>;
export type FlowStatus = z.infer<typeof flowStatusSchema>;
export type FlowSummary = z.infer<typeof flowSummarySchema>;
export type FlowDetail = z.infer<typeof flowDetailSchema>;
export type Draft = z.infer<typeof draftSchema>;
export type SavedDraft = z.infer<typeof savedDraftSchema>;
export type VersionDetail = z.infer<typeof versionDetailSchema>;
export type DeployPreview = z.infer<typeof deployPreviewSchema>;
export type Deployed = z.infer<typeof deployedSchema>;
export type FlowAction = z.infer<typeof flowActionSchema>;
export type FlowEvent = z.infer<typeof eventSchema>;
export type Template = z.infer<typeof templateSchema>;
