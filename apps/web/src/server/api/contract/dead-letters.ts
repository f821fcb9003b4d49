import * as z from "zod";
import { timeSchema } from "./common.ts";

export const deadLetterGroupSchema = z.object({
	flowId: z.string(),
	flowName: z.string(),
	node: z.string(),
	nodeLabel: z.string(),
	code: z.string(),
	/** Number of the replay that set them aside; absent: the flow itself did. */
	replay: z.number().optional(),
	/** Reason of the newest one. */
	reason: z.string(),
	/** Open ones, and those that are being tried again. */
	count: z.number(),
	/** Of these, how many are being tried again. */
	retrying: z.number(),
	firstAt: timeSchema,
	lastAt: timeSchema,
	/** One number per hour of the last 24, oldest first. */
	trend: z.array(z.number()),
});
export const groupsQuery = z.object({ flow: z.string().optional() });

const deadLetterSchema = z.object({
	id: z.string(),
	flowId: z.string(),
	jobId: z.string(),
	/** Version that failed on it. */
	version: z.number(),
	/** Number of the replay that set it aside; absent: the flow itself did. */
	replay: z.number().optional(),
	node: z.string(),
	code: z.string(),
	reason: z.string(),
	position: z.string().optional(),
	sizeBytes: z.number(),
	state: z.enum(["open", "retrying", "retried", "discarded"]),
	/** Why it was discarded, or came back. */
	note: z.string().optional(),
	/** Start of the bytes as text. */
	preview: z.string(),
	at: timeSchema,
});
export const deadLetterDetailSchema = deadLetterSchema.extend({
	nodeLabel: z.string(),
	flowName: z.string(),
	/** The bytes as text where they are UTF-8. */
	text: z.string().optional(),
	base64: z.string(),
});
export const recordsQuery = z.object({
	flow: z.string().optional(),
	node: z.string().optional(),
	code: z.string().optional(),
	/** Those of this replay; absent, with a node: those of the flow itself. */
	replay: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
	cursor: z.string().optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const deadLetterPageSchema = z.object({ records: z.array(deadLetterSchema), nextCursor: z.string().optional() });

/** Which ones: by id, or all open ones that a filter finds. */
const choiceSchema = z.strictObject({
	ids: z.array(z.string().max(100)).min(1).max(1_000).optional(),
	flow: z.string().max(100).optional(),
	node: z.string().max(100).optional(),
	code: z.string().max(100).optional(),
	/** Those of this replay; absent: those of the flow itself. */
	replay: z.int().min(1).max(2_147_483_647).optional(),
});
export const retrySchema = choiceSchema.refine(isNarrow, { error: "Name ids or a flow." });
export const discardSchema = choiceSchema
	.extend({ reason: z.string().trim().min(1, "Say why they are given up.").max(500) })
	.refine(isNarrow, { error: "Name ids or a flow." });
export const retriedSchema = z.object({
	/** Handed to their nodes. What fails again comes back as a new dead letter. */
	retrying: z.number(),
	/** Stayed as they are, because nobody can take them again. */
	refused: z.number(),
	/** Why the first of them was refused. */
	reason: z.string().optional(),
	/** There are more: ask again. */
	hasMore: z.boolean(),
});
export const discardedSchema = z.object({ discarded: z.number() });

/** All dead letters of a tenant at once are nobody's intent. */
function isNarrow({ ids, flow }: { readonly ids?: unknown; readonly flow?: unknown }): boolean {
	return (ids === undefined) !== (flow === undefined);
}

export type Retried = z.infer<typeof retriedSchema>;
export type Discarded = z.infer<typeof discardedSchema>;
export type DeadLetterGroup = z.infer<typeof deadLetterGroupSchema>;
export type DeadLetter = z.infer<typeof deadLetterSchema>;
export type DeadLetterDetail = z.infer<typeof deadLetterDetailSchema>;
export type DeadLetterPage = z.infer<typeof deadLetterPageSchema>;
