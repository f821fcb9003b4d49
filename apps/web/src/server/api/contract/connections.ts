import * as z from "zod";
import { timeSchema } from "./common.ts";

/** One field of the form of a kind. */
const connectionFieldSchema = z.object({
	name: z.string(),
	title: z.string(),
	help: z.string().optional(),
	placeholder: z.string().optional(),
	control: z.enum(["text", "long", "number", "switch", "select", "key-value"]),
	/** Write-only: it is sent under `secrets` and never answered. */
	isSecret: z.boolean(),
	isAdvanced: z.boolean(),
	isRequired: z.boolean(),
	/** Its value when nothing is set. */
	initial: z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.string())]).optional(),
	options: z.array(z.string()),
	/** It is of use only while another field has one of these values. */
	showIf: z.object({ field: z.string(), is: z.array(z.union([z.string(), z.number(), z.boolean()])) }).optional(),
});

/** A kind of outside system. */
export const connectionKindSchema = z.object({
	type: z.string(),
	title: z.string(),
	summary: z.string(),
	/** SVG drawn in `currentColor`. */
	icon: z.string(),
	/** Markdown. */
	docs: z.string(),
	fields: z.array(connectionFieldSchema),
});

export const connectionSchema = z.object({
	id: z.string(),
	type: z.string(),
	name: z.string(),
	/** Where it leads, without secrets. */
	target: z.string(),
	/** Made and kept by Weir itself. */
	managed: z.boolean(),
	state: z.enum(["ok", "failing", "unknown"]),
	message: z.string().optional(),
	checkedAt: timeSchema.optional(),
	/** How long the last check took. */
	checkMs: z.number().optional(),
	/** End of the certificate that the other side showed. */
	certificateExpiresAt: timeSchema.optional(),
	/** Flows whose draft or live version uses it. */
	usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
	createdAt: timeSchema,
});

const configSchema = z.record(z.string(), z.unknown());

/** What may be changed, with which secrets are set. */
export const connectionDetailSchema = connectionSchema.extend({
	config: configSchema,
	secrets: z.record(z.string(), z.object({ version: z.number(), changedAt: timeSchema.optional() })),
});

const nameSchema = z.string().trim().min(1, "Give the connection a name.").max(80);
const secretSchema = z.string().max(100_000);

export const newConnectionSchema = z.strictObject({
	type: z.string().max(40),
	name: nameSchema,
	/** As the kind's form says, without its secrets. */
	config: configSchema,
	/** Write-only, by field: no answer ever holds them. An empty text counts as not typed. */
	secrets: z.record(z.string(), secretSchema).default({}),
});

/** What is not named stays as it is; a secret of null is taken away. */
export const connectionChangeSchema = z.strictObject({
	name: nameSchema.optional(),
	config: configSchema.optional(),
	secrets: z.record(z.string(), secretSchema.nullable()).optional(),
});

const connectionStepSchema = z.object({
	step: z.string(),
	ok: z.boolean(),
	/** Whole sentence; of a step that failed, with what to do. */
	message: z.string(),
	certificate: z.object({ subject: z.string(), issuer: z.string(), expiresAt: timeSchema }).optional(),
});

/** All steps up to the first that failed. */
export const connectionTestSchema = z.object({ ok: z.boolean(), steps: z.array(connectionStepSchema) });

export const browseQuery = z.object({
	/** Names from the top down, as JSON: `["public"]`. */
	path: z
		.string()
		.max(4_000)
		.default("[]")
		.transform((text, context) => {
			const path = z.array(z.string().max(1_000)).max(16).safeParse(parsed(text));
			if (path.success) return path.data;
			context.addIssue({ code: "custom", message: 'Write the path as JSON, for example ["public"].' });
			return z.NEVER;
		}),
});

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export const browseEntrySchema = z.object({
	name: z.string(),
	/** schema, table, topic, partition, … */
	kind: z.string(),
	hasChildren: z.boolean(),
	columns: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
	note: z.string().optional(),
});

export type Connection = z.infer<typeof connectionSchema>;
export type ConnectionDetail = z.infer<typeof connectionDetailSchema>;
export type ConnectionKind = z.infer<typeof connectionKindSchema>;
export type ConnectionField = z.infer<typeof connectionFieldSchema>;
export type NewConnection = z.input<typeof newConnectionSchema>;
export type ConnectionChange = z.input<typeof connectionChangeSchema>;
export type ConnectionStep = z.infer<typeof connectionStepSchema>;
export type ConnectionTest = z.infer<typeof connectionTestSchema>;
export type BrowseEntry = z.infer<typeof browseEntrySchema>;
