import * as z from "zod";
import { timeSchema } from "./common.ts";

export const deadLetterGroupSchema = z.object({
	flowId: z.string(),
	flowName: z.string(),
	node: z.string(),
	nodeLabel: z.string(),
	code: z.string(),
	/** Reason of the newest one. */
	reason: z.string(),
	count: z.number(),
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
	node: z.string(),
	code: z.string(),
	reason: z.string(),
	position: z.string().optional(),
	sizeBytes: z.number(),
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
	cursor: z.string().optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const deadLetterPageSchema = z.object({ records: z.array(deadLetterSchema), nextCursor: z.string().optional() });

export type DeadLetterGroup = z.infer<typeof deadLetterGroupSchema>;
export type DeadLetter = z.infer<typeof deadLetterSchema>;
export type DeadLetterDetail = z.infer<typeof deadLetterDetailSchema>;
export type DeadLetterPage = z.infer<typeof deadLetterPageSchema>;
