import * as z from "zod";
import { idParams, problemSchema, timeSchema } from "./common.ts";
import { jobSchema } from "./flows.ts";

/** What a replay runs: the version that is deployed, or the draft as it is saved. */
const replayOfSchema = z.enum(["live", "draft"]);

const outputSchema = z.object({
	nodeId: z.string(),
	label: z.string(),
	/** Where the rows go: a table, a list. */
	target: z.string(),
});

/** How much lies in a range of time; the end is not part of it. */
const rangeSchema = z.object({
	from: timeSchema,
	to: timeSchema,
	/** Records received in it. */
	records: z.number(),
	/** False: counted in part, the rest is reckoned from it. */
	isCounted: z.boolean(),
	/** The log holds all that came from this time on; absent: nothing was ever forgotten. */
	heldFrom: timeSchema.optional(),
});

export const replayPreviewQuery = z.object({
	from: z.coerce.number(),
	/** Absent: it has no end, and its version takes over from the one that runs once it has caught up. Of a draft only. */
	to: z.coerce.number().optional(),
	of: replayOfSchema.default("live"),
});
export const replayPreviewSchema = rangeSchema.extend({
	of: replayOfSchema,
	/** Revision of the draft that was looked at. */
	rev: z.number(),
	outputs: z.array(outputSchema),
	/** Errors stop it. */
	problems: z.array(problemSchema),
	/** Why it cannot start; absent: it can. */
	refused: z.string().optional(),
});

export const newReplaySchema = z.strictObject({
	from: z.number(),
	/** Absent: its version takes over from the one that runs once it has caught up. Of a draft only. */
	to: z.number().optional(),
	of: replayOfSchema.default("live"),
	/** Of the draft, where it is the draft that is replayed. */
	rev: z.int().optional(),
});

export const replaySchema = z.object({
	number: z.number(),
	of: replayOfSchema,
	version: z.number(),
	from: timeSchema,
	/** Absent: its version takes over from the one that runs once it has caught up. */
	to: timeSchema.optional(),
	isTakingOver: z.boolean(),
	state: jobSchema.shape.state,
	wanted: jobSchema.shape.wanted,
	failure: jobSchema.shape.failure,
	outputs: z.array(outputSchema),
	/** Records in its range, and whether they were counted or reckoned. */
	records: z.number(),
	isCounted: z.boolean(),
	/** Records read so far; absent: nobody knows any more. */
	read: z.number().optional(),
	/** Rows written so far. */
	written: z.number().optional(),
	deadLetters: z.number().optional(),
	startedAt: timeSchema,
	startedBy: z.string().optional(),
	endedAt: timeSchema.optional(),
});
export const replayParams = idParams.extend({ n: z.coerce.number().int().min(1).max(2_147_483_647) });

export const rewindQuery = z.object({ from: z.coerce.number() });
/** What a rewind would do, said before it is done. */
export const rewindPreviewSchema = rangeSchema.extend({
	version: z.number(),
	/** What becomes of the rows that each sink has written already. */
	sinks: z.array(z.object({ nodeId: z.string(), label: z.string(), isHarmless: z.boolean(), sentence: z.string() })),
	/** Nodes that begin empty, and what they lose. */
	resets: z.array(z.object({ nodeId: z.string(), label: z.string(), holds: z.string() })),
	/** What else to know, a sentence each. */
	notes: z.array(z.string()),
	refused: z.string().optional(),
});
export const rewindSchema = z.strictObject({ from: z.number() });

export type ReplayPreview = z.infer<typeof replayPreviewSchema>;
export type Replay = z.infer<typeof replaySchema>;
export type RewindPreview = z.infer<typeof rewindPreviewSchema>;
